/**
 * What JSON text may say and a value here may not be.
 */
import { RecordFault } from '../file/record-fault.ts'
import { jsonFault } from './json-syntax.ts'

/** Deeper values are rejected: whatever walks them later could run out of stack. */
export const MAX_JSON_DEPTH = 64

/**
 * Parses one JSON text. Throws a RecordFault: `BAD_JSON`; `TOO_DEEP` beyond {@link MAX_JSON_DEPTH} levels; `BAD_UNICODE` for half of a
 * surrogate pair, which has no bytes of its own, so that two different keys would become one.
 *
 * `__proto__` is a field like any other; of two fields with one name the last counts.
 */
export function parseJson(text: string): unknown {
  const value = tryParse(text)
  if (mayBeDeep(text) && typeof value === 'object' && value !== null && isDeeper(value, MAX_JSON_DEPTH)) {
    throw new RecordFault('TOO_DEEP', `the value has more than ${MAX_JSON_DEPTH} levels`)
  }
  // In text that was UTF-8 only an escape can name half of a pair.
  if (text.includes('\\u') && !isWellFormed(value)) {
    throw new RecordFault('BAD_UNICODE', 'a text has half of a surrogate pair, which is no character')
  }
  return value
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const fault = jsonFault(text)
    throw new RecordFault(
      'BAD_JSON',
      fault === undefined ? String(error) : `at character ${fault.at + 1} of the line ${fault.what}`,
    )
  }
}

// A value has no more levels than its text has opening brackets, and those are found much faster than values are walked.
function mayBeDeep(text: string): boolean {
  let brackets = 0
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      if (++brackets > MAX_JSON_DEPTH) return true
    }
  }
  return false
}

function isDeeper(value: object, levels: number): boolean {
  if (levels === 0) return true
  if (Array.isArray(value)) {
    for (const part of value as readonly unknown[]) {
      if (typeof part === 'object' && part !== null && isDeeper(part, levels - 1)) return true
    }
    return false
  }
  // What JSON.parse makes inherits nothing that could be enumerated, and `for in` makes no list of names.
  for (const name in value) {
    const part = (value as Readonly<Record<string, unknown>>)[name]
    if (typeof part === 'object' && part !== null && isDeeper(part, levels - 1)) return true
  }
  return false
}

function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return !/\p{Surrogate}/u.test(value)
  if (typeof value !== 'object' || value === null) return true
  if (Array.isArray(value)) return value.every(isWellFormed)
  return Object.entries(value).every(([name, part]) => isWellFormed(name) && isWellFormed(part))
}
