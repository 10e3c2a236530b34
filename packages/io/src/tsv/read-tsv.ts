/**
 * readTsv: tab-separated files, among them Zeek's logs.
 */
import type { PCollection, PTransform, Root } from '@tidemark/core'
import type { FileReadOptions, Paths } from '../file/file-options.ts'
import { readLines } from '../file/read-lines.ts'
import { guarded } from '../file/record-fault.ts'
import { tsvFormat, type TsvRow } from './tsv-format.ts'

/** How TSV files are read. */
export interface TsvReadOptions<T> extends FileReadOptions<T> {
  /** Makes the element of a row; throws for one that is not as it should be. Without it, rows are the elements. */
  readonly parse?: (row: TsvRow) => T
}

/**
 * Reads each row of files. Zeek's logs have typed columns and their signs for unset (null) and empty values; in plain files the
 * first line names the columns and every cell is text.
 *
 * Rows that cannot become elements go to the ledger with file, line and reason: `TSV_SHAPE` (columns missing or left over),
 * `BAD_VALUE` and `PRECISION` (a cell is not of its type, or no number holds it), `BAD_UTF8`, `TOO_LARGE`, and `BAD_RECORD` where `parse` threw.
 */
export function readTsv<T = TsvRow>(
  name: string,
  paths: Paths,
  options: TsvReadOptions<T>,
): PTransform<Root, PCollection<T>> {
  const { parse } = options
  const elementOf = parse === undefined ? (row: TsvRow) => row as T : guarded('BAD_RECORD', parse)
  return readLines(name, 'tsv', paths, tsvFormat(elementOf), options)
}
