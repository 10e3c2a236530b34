/**
 * writeCsv: results as comma-separated values that a spreadsheet shows and does not run.
 */
import { checkOptions, PipelineError, write, type OptionNames, type PCollection, type PTransform } from '@tidemark/core'
import type { ResultRow } from '../file/result-row.ts'
import { FILE_WRITE_OPTIONS, rowSink, type FileWriteOptions, type RowFormat } from '../file/row-sink.ts'
import { visible, visibleNames } from '../file/visible-text.ts'

/** How CSV files are written. */
export interface CsvWriteOptions<T> extends FileWriteOptions<T> {
  /** Columns of the file in order, among them the window's. By default those of the rows, which then must all have the same. */
  readonly columns?: readonly string[]
}

const OPTIONS: OptionNames<CsvWriteOptions<never>> = { ...FILE_WRITE_OPTIONS, columns: true }

/**
 * Writes elements as rows of a CSV file that appears when the run has succeeded, sorted by (window end, window start, element).
 *
 * Fields are quoted where RFC 4180 asks for it and where they hold control characters, lines end with LF. Null is an empty cell, empty text a quoted one. Text that begins with
 * `=`, `+`, `-`, `@`, a tab, CR or NUL gets a leading `'` and quotes, so that no spreadsheet takes it for a formula (OWASP ASVS 1.2.10);
 * numbers stay as they are, -0 among them. Cells are text, numbers, bigints, booleans or null; anything else throws `SINK_ROW`.
 */
export function writeCsv<T>(
  name: string,
  path: string | URL,
  options: CsvWriteOptions<T> = {},
): PTransform<PCollection<T>, void> {
  checkOptions(`writeCsv(${JSON.stringify(name)})`, options, OPTIONS)
  return write(
    name,
    rowSink('csv', path, options, () => new CsvRowFormat(options.columns)),
  )
}

class CsvRowFormat implements RowFormat {
  readonly #isGiven: boolean
  #columns: readonly string[] | undefined

  constructor(columns: readonly string[] | undefined) {
    this.#isGiven = columns !== undefined
    this.#columns = columns
  }

  line(row: ResultRow): string {
    const names = Object.keys(row)
    const columns = (this.#columns ??= names)
    // Without given columns the order of fields is that of the columns, so it may not differ either.
    const fits = names.every((name, i) => (this.#isGiven ? columns.includes(name) : columns[i] === name))
    if (!fits || names.length !== columns.length) throw otherColumns(names, columns)
    return `${columns.map((name) => cell(name, row[name])).join(',')}\n`
  }

  header(): string {
    return this.#columns === undefined ? '' : `${this.#columns.map((name) => quoted(name)).join(',')}\n`
  }
}

function cell(name: string, value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quoted(value)
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value)
    case 'bigint':
    case 'boolean':
      return String(value)
    default:
      if (value === null || value === undefined) return ''
      throw new PipelineError(
        'SINK_ROW',
        `The column "${visible(name, 60)}" would hold ${Array.isArray(value) ? 'an array' : 'an object'}, which a cell of CSV cannot. ` +
          'Make flat rows with the option row, or write NDJSON.',
      )
  }
}

function quoted(text: string): string {
  const risky = /^[=+\-@\t\r\0]/.test(text)
  if (!risky && text !== '' && !/[",\p{Cc}]/u.test(text)) return text
  return `"${risky ? "'" : ''}${text.replaceAll('"', '""')}"`
}

function otherColumns(names: readonly string[], columns: readonly string[]): PipelineError {
  return new PipelineError(
    'SINK_ROW',
    `A row has the columns ${visibleNames(names)}, where the file has ${visibleNames(columns)}. All rows of a table have the same ones. ` +
      'Name them with the option columns, and make rows with the option row that have them all.',
  )
}
