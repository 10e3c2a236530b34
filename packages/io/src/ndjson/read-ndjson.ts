/**
 * readNdjson: files of one JSON value per line (also called JSON Lines).
 */
import {
  checkOptions,
  PipelineError,
  type OptionNames,
  type PCollection,
  type PTransform,
  type Root,
} from '@tidemark/core'
import { FILE_READ_OPTIONS } from '../file/event-time-options.ts'
import type { FileReadOptions, Paths } from '../file/file-options.ts'
import { NO_RECORD, type LineFormat } from '../file/line-format.ts'
import { readLines } from '../file/read-lines.ts'
import { guarded } from '../file/record-fault.ts'
import { parseJson } from './json-faults.ts'
import type { DescribedSchema, StrictJsonOptions } from './strict-fields.ts'
import { strictJson } from './strict-json.ts'

/** How NDJSON files are read. */
export interface NdjsonReadOptions<T> extends FileReadOptions<T> {
  /** Makes the element of a parsed value; throws for one that is not as it should be. Without it, values are taken to be `T`. */
  readonly parse?: (value: unknown) => T
  /** Parses the text of a line, in place of JSON.parse: for exact numbers, or for speed. Its checks are its own. */
  readonly parser?: (text: string) => unknown
  /**
   * Whether a line of which JSON.parse would lose something is rejected: two members of one name (`DUP_KEY`), and a number that would become
   * another one (`PRECISION`). With names of fields, their numbers are read as whole numbers, bigints or decimal texts; a `schema` of core names
   * them by its types. Not with `parser`. (false)
   */
  readonly strict?: boolean | StrictJsonOptions | DescribedSchema
}

const OPTIONS: OptionNames<NdjsonReadOptions<never>> = {
  ...FILE_READ_OPTIONS,
  parse: true,
  parser: true,
  strict: true,
}

/**
 * Reads each line of files as one JSON value. Blank lines are skipped.
 *
 * Lines that cannot become elements go to the ledger with file, line and reason: `BAD_JSON`, `TOO_DEEP`, `BAD_UNICODE`, `BAD_UTF8`,
 * `TOO_LARGE`, and `BAD_RECORD` where `parse` threw; with `strict` also `DUP_KEY`, `PRECISION` and `NOT_WHOLE`.
 *
 * **Example**
 *
 * ```ts
 * import { readNdjson } from '@tidemark/io/ndjson'
 * readNdjson('Orders', 'orders/*.ndjson', { timestamp: (order: { placedAt: number }) => order.placedAt }).name // => 'Orders'
 * ```
 */
export function readNdjson<T = unknown>(
  name: string,
  paths: Paths,
  options: NdjsonReadOptions<T>,
): PTransform<Root, PCollection<T>> {
  const subject = `readNdjson(${JSON.stringify(name)})`
  checkOptions(subject, options, OPTIONS)
  return readLines(name, 'ndjson', paths, ndjsonFormat(subject, options), options)
}

function ndjsonFormat<T>(subject: string, { parse, parser, strict = false }: NdjsonReadOptions<T>): LineFormat<T> {
  if (parser !== undefined && strict !== false) throw twoParsers(subject)
  const own = strict === false ? parseJson : strictJson(subject, strict)
  const valueOf = parser === undefined ? own : guarded('BAD_JSON', parser)
  const elementOf = parse === undefined ? (value: unknown) => value as T : guarded('BAD_RECORD', parse)
  const line = (text: string): T | typeof NO_RECORD => (isBlank(text) ? NO_RECORD : elementOf(valueOf(text)))
  return { splittable: true, open: () => ({ parse: line, state: () => undefined }) }
}

// A value begins with a sign that is no blank, so most lines are told by their first character.
function isBlank(text: string): boolean {
  return text.length === 0 || (text.charCodeAt(0) <= 32 && /^[ \t\r]*$/.test(text))
}

function twoParsers(subject: string): PipelineError {
  return new PipelineError(
    'BAD_OPTION',
    `${subject} has a parser and strict, which are two ways of reading a line. One of them would have no effect. Leave out one of the two.`,
  )
}
