/**
 * A stricter JSON parser to stand in place of JSON.parse: it refuses what JSON.parse passes over in silence.
 *
 * Two fields of one name are refused (the first would be lost), and so is a whole number that no double holds (it would be another
 * number), unless it shall be an exact bigint.
 */
import { PipelineError } from '@tidemark/core'

/** How whole numbers beyond 2^53 are read; one of: `refuse`, `bigint`. */
export type LargeIntegers = 'refuse' | 'bigint'

const LITERALS = { true: true, false: false, null: null } as const

/** Makes a parser of whole texts. It throws a PipelineError: `BAD_JSON`, `DUPLICATE_FIELD` or `INEXACT_NUMBER`. */
export function strictJson(largeIntegers: LargeIntegers): (text: string) => unknown {
  return (text) => {
    const cursor = { text, at: 0 }
    const value = readValue(cursor, largeIntegers)
    skipSpace(cursor)
    if (cursor.at < text.length) throw bad(cursor, 'something follows the value')
    return value
  }
}

interface Cursor {
  readonly text: string
  at: number
}

function readValue(cursor: Cursor, large: LargeIntegers): unknown {
  skipSpace(cursor)
  const sign = cursor.text[cursor.at]
  if (sign === '{') return readRecord(cursor, large)
  if (sign === '[') return readArray(cursor, large)
  if (sign === '"') return readText(cursor)
  const literal = match(cursor, /true|false|null/y)
  if (literal !== undefined) return LITERALS[literal as keyof typeof LITERALS]
  const number = match(cursor, /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y)
  if (number === undefined) throw bad(cursor, 'a value is missing')
  return numberOf(number, large)
}

function numberOf(text: string, large: LargeIntegers): number | bigint {
  const number = Number(text)
  if (!/^-?\d+$/.test(text) || Number.isSafeInteger(number)) return number
  if (large === 'bigint') return BigInt(text)
  throw new PipelineError(
    'INEXACT_NUMBER',
    `${text} would be read as ${BigInt(number)}: no double holds it. Write it as text, or read it as a bigint.`,
  )
}

function readRecord(cursor: Cursor, large: LargeIntegers): Readonly<Record<string, unknown>> {
  const fields = new Map<string, unknown>()
  readList(cursor, '}', () => {
    skipSpace(cursor)
    const name = readText(cursor)
    if (fields.has(name)) {
      throw new PipelineError('DUPLICATE_FIELD', `"${name}" stands twice in one record, and only one could count.`)
    }
    skipSpace(cursor)
    expectSign(cursor, ':')
    fields.set(name, readValue(cursor, large))
  })
  return Object.fromEntries(fields)
}

function readArray(cursor: Cursor, large: LargeIntegers): readonly unknown[] {
  const elements: unknown[] = []
  readList(cursor, ']', () => elements.push(readValue(cursor, large)))
  return elements
}

function readList(cursor: Cursor, end: string, readOne: () => void): void {
  cursor.at += 1
  skipSpace(cursor)
  if (cursor.text[cursor.at] === end) {
    cursor.at += 1
    return
  }
  for (;;) {
    readOne()
    skipSpace(cursor)
    if (cursor.text[cursor.at] !== ',') break
    cursor.at += 1
  }
  expectSign(cursor, end)
}

function readText(cursor: Cursor): string {
  // A text by itself hides nothing: what it says is for JSON.parse to find out.
  const text = match(cursor, /"(?:[^"\\]|\\.)*"/y)
  if (text === undefined) throw bad(cursor, 'a text is missing')
  try {
    return JSON.parse(text) as string
  } catch {
    throw bad(cursor, `${text} is no text`)
  }
}

function expectSign(cursor: Cursor, sign: string): void {
  if (cursor.text[cursor.at] !== sign) throw bad(cursor, `"${sign}" is missing`)
  cursor.at += 1
}

function skipSpace(cursor: Cursor): void {
  match(cursor, /[ \t\r\n]*/y)
}

function match(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at
  const found = pattern.exec(cursor.text)?.[0]
  if (found !== undefined) cursor.at = pattern.lastIndex
  return found
}

function bad({ at }: Cursor, what: string): PipelineError {
  return new PipelineError('BAD_JSON', `at character ${at + 1} of the line ${what}`)
}
