/**
 * readCsv: comma-separated files, strictly by RFC 4180.
 */
import {
  checkOptions,
  PipelineError,
  read,
  type OptionNames,
  type PCollection,
  type PTransform,
  type PullSource,
  type Root,
} from '@tidemark/core'
import { eventTimeOptions, FILE_READ_OPTIONS } from '../file/event-time-options.ts'
import { fileLimits, requireSize, type FileLimits, type FileReadOptions, type Paths } from '../file/file-options.ts'
import { fileSource, openRecords } from '../file/file-source.ts'
import { MAX_COLUMNS } from '../file/named-record.ts'
import { guarded } from '../file/record-fault.ts'
import { CsvRows, type CsvFormat } from './csv-format.ts'
import { loadCsvParse } from './csv-parse.ts'
import { CsvReader } from './csv-reader.ts'

/** How CSV files are read. `C` are the names of the columns. */
export interface CsvReadOptions<C extends string, T> extends FileReadOptions<T> {
  /** Columns to take (all). A file without one of them fails the run with `BAD_HEADER`. */
  readonly columns?: readonly C[]
  /** Whether the first record of each file names its columns (true). Otherwise `columns` names all of them, in order. */
  readonly header?: boolean
  /** What stands between fields, one character of ASCII (`,`). */
  readonly delimiter?: string
  /** Makes the element of a row; throws for one that is not as it should be. Without it, rows are the elements. */
  readonly parse?: (row: Readonly<Record<C, string>>) => T
  /**
   * Takes the cells out of the text of one record, quotes and all but without its line end, in place of csv-parse, which is then not needed;
   * throws for one that it does not accept. Its checks are its own; where records end is found by RFC 4180 in any case.
   */
  readonly parser?: (record: string) => readonly string[]
  /** A header with more columns fails the run with `BAD_HEADER` (10,000). */
  readonly maxColumns?: number
}

const OPTIONS: OptionNames<CsvReadOptions<string, never>> = {
  ...FILE_READ_OPTIONS,
  columns: true,
  header: true,
  delimiter: true,
  parse: true,
  parser: true,
  maxColumns: true,
}

/**
 * Reads each record of files. Cells are text; a field may hold line ends and delimiters when it is quoted.
 *
 * Records that cannot become elements go to the ledger with file, line and reason: `CSV_SHAPE` (misplaced quotes, columns missing or
 * left over, `parser` threw), `BAD_UTF8`, `TOO_LARGE`, and where `parse` threw the code of its PipelineError or `BAD_RECORD`. A header that
 * is malformed fails the run with `BAD_HEADER`. Needs the package csv-parse; throws `MISSING_PEER` without it.
 */
export function readCsv<const C extends string = string, T = Readonly<Record<C, string>>>(
  name: string,
  paths: Paths,
  options: CsvReadOptions<C, T>,
): PTransform<Root, PCollection<T>> {
  checkOptions(`readCsv(${JSON.stringify(name)})`, options, OPTIONS)
  const { columns, header = true, delimiter = ',', parse, parser, maxColumns = MAX_COLUMNS } = options
  requireDelimiter(delimiter)
  if (!header && columns === undefined) {
    throw new PipelineError(
      'BAD_OPTION',
      'readCsv has header: false and no columns, so cells have no names. Name them all in columns.',
    )
  }
  type Row = Readonly<Record<C, string>>
  const elementOf = parse === undefined ? (row: Row) => row as unknown as T : guarded('BAD_RECORD', parse)
  const cells = parser === undefined ? { library: loadCsvParse() } : { parser: guarded('CSV_SHAPE', parser) }
  const format: CsvFormat<T> = {
    delimiter,
    header,
    columns,
    maxColumns: requireSize('maxColumns', maxColumns),
    cells,
    parse: elementOf,
  }
  return read(name, csvSource(paths, fileLimits(options), format), eventTimeOptions(options))
}

function csvSource<T>(paths: Paths, limits: FileLimits, format: CsvFormat<T>): PullSource<T> {
  return fileSource('csv', paths, limits, {
    splittable: false,
    begin: () => undefined,
    open(restriction, position) {
      const { offset, line, state } = position ?? { offset: 0, line: 1, state: undefined }
      const rows = new CsvRows(restriction.path, format, state)
      return new CsvReader(openRecords(restriction, offset, limits), rows, format, line, limits.maxRecordBytes)
    },
  })
}

function requireDelimiter(delimiter: string): void {
  if (/^[\t\x20-\x7e]$/.test(delimiter) && delimiter !== '"') return
  throw new PipelineError(
    'BAD_OPTION',
    `The delimiter ${JSON.stringify(delimiter)} cannot separate fields. It must be one character of ASCII other than a quote, such as ";" or a tab.`,
  )
}
