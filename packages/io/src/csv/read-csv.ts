/**
 * readCsv: comma-separated files, strictly by RFC 4180.
 */
import { PipelineError, read } from '@tidemark/core'
import type { Json, PCollection, PTransform, PullSource, Root, SourceReader, SourceSplit } from '@tidemark/core'
import { listFiles, pathTexts } from '../file/file-list.ts'
import { fileLimits, type FileLimits, type FileReadOptions, type Paths } from '../file/file-options.ts'
import { wholeSplit, type FileRestriction } from '../file/file-splits.ts'
import type { FilePosition } from '../file/line-reader.ts'
import { openRecords } from '../file/line-source.ts'
import { guarded } from '../file/record-fault.ts'
import { CsvRows, type CsvFormat } from './csv-format.ts'
import { loadCsvParse, type CsvParse } from './csv-parse.ts'
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
}

/**
 * Reads each record of files. Cells are text; a field may hold line ends and delimiters when it is quoted.
 *
 * Records that cannot become elements go to the ledger with file, line and reason: `CSV_SHAPE` (misplaced quotes, columns missing or
 * left over), `BAD_UTF8`, `TOO_LARGE`, and `BAD_RECORD` where `parse` threw. Needs the package csv-parse; throws `MISSING_PEER` without it.
 */
export function readCsv<const C extends string = string, T = Readonly<Record<C, string>>>(
  name: string,
  paths: Paths,
  options: CsvReadOptions<C, T>,
): PTransform<Root, PCollection<T>> {
  const { columns, header = true, delimiter = ',', parse } = options
  requireDelimiter(delimiter)
  if (!header && columns === undefined) {
    throw new PipelineError(
      'BAD_OPTION',
      'readCsv has header: false and no columns, so cells have no names. Name them all in columns.',
    )
  }
  type Row = Readonly<Record<C, string>>
  const elementOf = parse === undefined ? (row: Row) => row as unknown as T : guarded('BAD_RECORD', parse)
  const format: CsvFormat<T> = { delimiter, header, columns, parse: elementOf }
  return read(name, csvSource(paths, fileLimits(options), format, loadCsvParse()), options)
}

function csvSource<T>(paths: Paths, limits: FileLimits, format: CsvFormat<T>, parse: CsvParse): PullSource<T> {
  const texts = pathTexts(paths)
  return Object.freeze({
    mode: 'pull' as const,
    description: `csv ${texts.join(', ')}`,
    bounded: true,
    unit: 'line' as const,
    splits: async (): Promise<readonly SourceSplit[]> => listFiles(texts, limits.mayBeEmpty).map(wholeSplit),
    open(split: SourceSplit, position?: Json): SourceReader<T> {
      const restriction = split.restriction as FileRestriction
      const { offset, line, state } = (position ?? { offset: 0, line: 1 }) as FilePosition
      const rows = new CsvRows(restriction.path, format, state)
      return new CsvReader(openRecords(restriction, offset, limits), rows, format, parse, line, limits.maxRecordBytes)
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
