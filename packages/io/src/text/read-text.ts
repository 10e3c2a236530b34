/**
 * readText: the lines of files as they are.
 */
import type { PCollection, PTransform, Root } from '@tidemark/core'
import type { FileReadOptions, Paths } from '../file/file-options.ts'
import type { LineFormat } from '../file/line-format.ts'
import { readLines } from '../file/read-lines.ts'

const FORMAT: LineFormat<string> = {
  splittable: true,
  open: () => ({ parse: (text) => text, state: () => undefined }),
}

/**
 * Reads each line of files as an element, without its line end (LF or CRLF). Blank lines are elements too.
 *
 * Lines that are not UTF-8 (`BAD_UTF8`) or too long (`TOO_LARGE`) go to the ledger.
 */
export function readText(
  name: string,
  paths: Paths,
  options: FileReadOptions<string>,
): PTransform<Root, PCollection<string>> {
  return readLines(name, 'text', paths, FORMAT, options)
}
