/**
 * CsvFormat: what the cells of a record are called, and what becomes of them.
 */
import type { Json } from '@tidemark/core'
import { badHeader, requireColumns, setField } from '../file/named-record.ts'
import { RecordFault } from '../file/record-fault.ts'
import { visible, visibleNames } from '../file/visible-text.ts'
import type { CsvParse } from './csv-parse.ts'

/** How the records of CSV files become elements. */
export interface CsvFormat<T> {
  readonly delimiter: string
  /** Whether the first record of a file names its columns. */
  readonly header: boolean
  /** Columns to take; all when undefined. Without a header: the names of all, in order. */
  readonly columns: readonly string[] | undefined
  readonly maxColumns: number
  /** Takes the cells out of one record, or the library that does so where there are quotes. */
  readonly cells: { readonly parser: (record: string) => readonly string[] } | { readonly library: CsvParse }
  readonly parse: (row: Readonly<Record<string, string>>) => T
}

/** Turns the records of one file into elements. */
export class CsvRows<T> {
  readonly #path: string
  readonly #format: CsvFormat<T>
  #names: readonly string[] | undefined
  #taken: readonly (readonly [name: string, column: number])[] = []

  constructor(path: string, format: CsvFormat<T>, state: Json | undefined) {
    this.#path = path
    this.#format = format
    const names = format.header ? (state as readonly string[] | undefined) : format.columns
    if (names !== undefined) this.#name(names)
  }

  /** Whether the next record is the header. */
  get expectsHeader(): boolean {
    return this.#names === undefined
  }

  /** Takes the header. Throws `BAD_HEADER` when it cannot be used. */
  begin(cells: readonly string[] | RecordFault): void {
    if (cells instanceof RecordFault) throw badHeader(this.#path, cells.message)
    this.#name(cells)
  }

  /** The element of a record. Throws a RecordFault with code `CSV_SHAPE` or what `parse` makes of it. */
  element(cells: readonly string[] | RecordFault): T {
    if (cells instanceof RecordFault) throw cells
    const width = this.#names?.length ?? 0
    if (cells.length !== width) {
      throw new RecordFault('CSV_SHAPE', `${cells.length} columns where the header names ${width}`)
    }
    const row: Record<string, string> = {}
    for (const [name, column] of this.#taken) setField(row, name, cells[column])
    return this.#format.parse(row)
  }

  /** What must be known to go on: the names. */
  state(): Json | undefined {
    return this.#format.header ? this.#names : undefined
  }

  #name(names: readonly string[]): void {
    requireColumns(this.#path, names, this.#format.maxColumns)
    this.#names = names
    const columns = new Map(names.map((name, column) => [name, column]))
    this.#taken = (this.#format.columns ?? names).map((name) => {
      const column = columns.get(name)
      if (column === undefined) {
        throw badHeader(this.#path, `it has no column "${visible(name, 60)}", but ${visibleNames(names)}`)
      }
      return [name, column] as const
    })
  }
}
