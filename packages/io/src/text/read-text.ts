/**
 * readText: the lines of files, as they are or as a function of the user's reads them.
 */
import { checkOptions, type OptionNames, type PCollection, type PTransform, type Root } from '@tidemark/core'
import { FILE_READ_OPTIONS } from '../file/event-time-options.ts'
import type { FileReadOptions, Paths } from '../file/file-options.ts'
import type { LineFormat } from '../file/line-format.ts'
import { readLines } from '../file/read-lines.ts'
import { guarded } from '../file/record-fault.ts'

/** How text files are read whose lines a function makes elements of. */
export interface TextReadOptions<T> extends FileReadOptions<T> {
  /** Makes the element of a line; throws for one that is not as it should be. */
  readonly parse: (line: string) => T
}

const OPTIONS: OptionNames<TextReadOptions<never>> = { ...FILE_READ_OPTIONS, parse: true }

/**
 * Reads each line of files as an element, or makes one of it with `parse`. Lines come without their end (LF or CRLF), blank ones too.
 *
 * Lines that cannot become elements go to the ledger with file, line and reason: `BAD_UTF8`, `TOO_LARGE`, and where `parse` threw the code
 * of its PipelineError or `BAD_RECORD`.
 */
export function readText<T>(name: string, paths: Paths, options: TextReadOptions<T>): PTransform<Root, PCollection<T>>
export function readText(
  name: string,
  paths: Paths,
  options: FileReadOptions<string>,
): PTransform<Root, PCollection<string>>
export function readText<T>(
  name: string,
  paths: Paths,
  options: FileReadOptions<T> & Partial<TextReadOptions<T>>,
): PTransform<Root, PCollection<T>> {
  checkOptions(`readText(${JSON.stringify(name)})`, options, OPTIONS)
  const { parse } = options
  const elementOf = parse === undefined ? (line: string) => line as T : guarded('BAD_RECORD', parse)
  const format: LineFormat<T> = { splittable: true, open: () => ({ parse: elementOf, state: () => undefined }) }
  return readLines(name, 'text', paths, format, options)
}
