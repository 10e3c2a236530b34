/**
 * readTsv: tab-separated files, among them Zeek's logs.
 */
import { checkOptions, type OptionNames, type PCollection, type PTransform, type Root } from '@tidemark/core'
import { FILE_READ_OPTIONS } from '../file/event-time-options.ts'
import { requireSize, type FileReadOptions, type Paths } from '../file/file-options.ts'
import { readLines } from '../file/read-lines.ts'
import { MAX_COLUMNS } from '../file/named-record.ts'
import { guarded } from '../file/record-fault.ts'
import { tsvFormat, type TsvRow } from './tsv-format.ts'

/** How TSV files are read. */
export interface TsvReadOptions<T> extends FileReadOptions<T> {
  /** Makes the element of a row; throws for one that is not as it should be. Without it, rows are the elements. */
  readonly parse?: (row: TsvRow) => T
  /** A header with more columns fails the run with `BAD_HEADER` (10,000). */
  readonly maxColumns?: number
}

const OPTIONS: OptionNames<TsvReadOptions<never>> = { ...FILE_READ_OPTIONS, parse: true, maxColumns: true }

/**
 * Reads each row of files. Zeek's logs have typed columns and their signs for unset (null) and empty values; in plain files the
 * first line names the columns and every cell is text.
 *
 * Rows that cannot become elements go to the ledger with file, line and reason: `TSV_SHAPE` (columns missing or left over),
 * `BAD_VALUE` and `PRECISION` (a cell is not of its type, or no number holds it), `BAD_UTF8`, `TOO_LARGE`, and where `parse` threw
 * the code of its PipelineError or `BAD_RECORD`.
 */
export function readTsv<T = TsvRow>(
  name: string,
  paths: Paths,
  options: TsvReadOptions<T>,
): PTransform<Root, PCollection<T>> {
  checkOptions(`readTsv(${JSON.stringify(name)})`, options, OPTIONS)
  const { parse, maxColumns = MAX_COLUMNS } = options
  const elementOf = parse === undefined ? (row: TsvRow) => row as T : guarded('BAD_RECORD', parse)
  return readLines(name, 'tsv', paths, tsvFormat(elementOf, requireSize('maxColumns', maxColumns)), options)
}
