/**
 * Strict reading of JSON: what JSON.parse would lose without a word is a fault of the line.
 *
 * It gives what JSON.parse gives, of exactly the texts of which JSON.parse loses nothing. Numbers are read from their source text, through
 * lossless-json, only in lines where that may matter: where one is long enough to be inexact, or a field is asked for as another type.
 */
import { checkOptions, PipelineError, type OptionNames } from '@tidemark/core'
import { parse } from 'lossless-json'
import { RecordFault } from '../file/record-fault.ts'
import { visible } from '../file/visible-text.ts'
import { parseJson } from './json-faults.ts'
import { decimalText, exactNumber, wholeBigInt, wholeNumber } from './json-number.ts'
import { fieldCount, jsonShape, repeatedName } from './json-shape.ts'
import { fieldsAskedFor, type DescribedSchema, type StrictJsonOptions } from './strict-fields.ts'

const OPTIONS: OptionNames<StrictJsonOptions> = { integers: true, bigints: true, decimals: true }

type NumberReader = (text: string, where: string) => unknown

/** A number by its text, while its place in the value is not known yet. */
class SourceNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/**
 * Makes the parser of strict lines. It throws a RecordFault: those of `parseJson`, `DUP_KEY` for two members of one name in one object,
 * `PRECISION` for a number that would become another one, `NOT_WHOLE` for a fraction where a whole number was asked for.
 */
export function strictJson(
  subject: string,
  options: StrictJsonOptions | DescribedSchema | true,
): (text: string) => unknown {
  const readers = readersOf(subject, options === true ? {} : fieldsAskedFor(options))
  return (text) => {
    const value = parseJson(text)
    const { members, mayBeInexact, mayBeMisread } = jsonShape(text)
    if (mayBeMisread ? repeatedName(text) !== undefined : members !== fieldCount(value)) throw duplicateKey(text)
    if (!mayBeInexact && !mayBeMisread && readers.size === 0) return value
    return withNumbers(
      parse(text, undefined, (number) => new SourceNumber(number)),
      '',
      readers,
    )
  }
}

function readersOf(subject: string, options: StrictJsonOptions): ReadonlyMap<string, NumberReader> {
  checkOptions(`strict of ${subject}`, options, OPTIONS)
  const readers = new Map<string, NumberReader>()
  const kinds: readonly (readonly [names: readonly string[] | undefined, reader: NumberReader])[] = [
    [options.integers, wholeNumber],
    [options.bigints, wholeBigInt],
    [options.decimals, decimalText],
  ]
  for (const [names = [], reader] of kinds) {
    for (const name of names) {
      requirePath(subject, name, readers)
      readers.set(name, reader)
    }
  }
  return readers
}

function requirePath(subject: string, name: unknown, readers: ReadonlyMap<string, NumberReader>): void {
  const fault =
    typeof name !== 'string' || name === ''
      ? 'is no name of a field'
      : readers.has(name)
        ? 'is named twice, and can be read in one way only'
        : undefined
  if (fault === undefined) return
  throw new PipelineError(
    'BAD_OPTION',
    `The field ${JSON.stringify(name)} in strict of ${subject} ${fault}. Its numbers would not be read as meant. Name each field once, by its path, ` +
      "such as 'amount' or 'lines[].price'.",
  )
}

/** The value with a number, bigint or text in place of each source number. There are no more than 64 levels: JSON.parse has been there. */
function withNumbers(value: unknown, path: string, readers: ReadonlyMap<string, NumberReader>): unknown {
  if (value instanceof SourceNumber) return (readers.get(path) ?? exactNumber)(value.text, placeOf(path))
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((part) => withNumbers(part, `${path}[]`, readers))
  const record = value as Record<string, unknown>
  // Every name is a field of its own already, `__proto__` too, so that nothing inherited is set.
  for (const name of Object.keys(record)) {
    const part = record[name]
    if (typeof part === 'object') record[name] = withNumbers(part, path === '' ? name : `${path}.${name}`, readers)
  }
  return record
}

function placeOf(path: string): string {
  return path === '' ? '' : ` at ${visible(path, 60)}`
}

function duplicateKey(text: string): RecordFault {
  const name = repeatedName(text)
  const shown = name === undefined ? 'a name' : `"${visible(name, 60)}"`
  return new RecordFault('DUP_KEY', `${shown} stands twice in one object, and only one of the two values could count`)
}
