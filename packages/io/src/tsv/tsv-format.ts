/**
 * The format of TSV files: Zeek's logs, which say their columns and types in lines that begin with `#`, and plain tables,
 * whose first line names the columns and whose cells are all text.
 *
 * Which of the two a file is, its first character tells. Logs that were joined into one file may each have a header.
 */
import type { Json } from '@tidemark/core'
import { NO_RECORD, type LineFormat, type LineParser } from '../file/line-format.ts'
import { badHeader, requireColumns, setField } from '../file/named-record.ts'
import { RecordFault } from '../file/record-fault.ts'
import { unescaped, zeekReader, type TsvValue } from './zeek-value.ts'

/** A row: the values of its cells by column. */
export type TsvRow = Readonly<Record<string, TsvValue>>

/** What a file has said of itself so far; goes into positions. */
type Header = {
  readonly zeek: boolean
  readonly separator: string
  readonly setSeparator: string
  readonly empty: string
  readonly unset: string
  readonly fields?: readonly string[]
  readonly types?: readonly string[]
}

const PLAIN: Header = { zeek: false, separator: '\t', setSeparator: ',', empty: '(empty)', unset: '-' }

/** The rows of TSV files, made into elements by `parse`. A file is read from its start: its header says what cells mean. */
export function tsvFormat<T>(parse: (row: TsvRow) => T, maxColumns: number): LineFormat<T> {
  return {
    splittable: false,
    open: (path, state) => new TsvParser(path, parse, maxColumns, state as Header | undefined),
  }
}

class TsvParser<T> implements LineParser<T> {
  readonly #path: string
  readonly #parse: (row: TsvRow) => T
  readonly #maxColumns: number
  #header: Header | undefined
  #fields: readonly string[] = []
  #readers: readonly ((cell: string) => TsvValue)[] = []

  constructor(path: string, parse: (row: TsvRow) => T, maxColumns: number, header: Header | undefined) {
    this.#path = path
    this.#parse = parse
    this.#maxColumns = maxColumns
    this.#header = header
    if (header !== undefined) this.#prepare(header)
  }

  parse(text: string): T | typeof NO_RECORD {
    this.#header ??= { ...PLAIN, zeek: text.startsWith('#') }
    if (this.#header.zeek && text.startsWith('#')) return this.#directive(this.#header, text)
    if (this.#header.fields === undefined) return this.#names(this.#header, text)
    return this.#parse(this.#row(text.split(this.#header.separator)))
  }

  skip(raw: string, fault: RecordFault): void {
    const isHeader = this.#header?.fields === undefined || (this.#header.zeek && raw.startsWith('#'))
    if (isHeader) throw badHeader(this.#path, fault.message)
  }

  state(): Json | undefined {
    return this.#header
  }

  #names(header: Header, text: string): typeof NO_RECORD {
    if (header.zeek) throw badHeader(this.#path, 'records begin before a line #fields')
    this.#prepare({ ...header, fields: text.split(header.separator) })
    return NO_RECORD
  }

  #row(cells: readonly string[]): TsvRow {
    const fields = this.#fields
    if (cells.length !== fields.length) {
      throw new RecordFault('TSV_SHAPE', `${cells.length} columns where the header names ${fields.length}`)
    }
    const row: Record<string, TsvValue> = {}
    for (let i = 0; i < fields.length; i++) setField(row, fields[i] ?? '', this.#value(i, cells[i] ?? ''))
    return row
  }

  #value(column: number, cell: string): TsvValue {
    const reader = this.#readers[column]
    if (reader === undefined) return cell
    try {
      return reader(cell)
    } catch (cause) {
      const code = cause instanceof RecordFault ? cause.code : 'BAD_VALUE'
      throw new RecordFault(code, `${this.#fields[column]}: ${cause instanceof Error ? cause.message : String(cause)}`)
    }
  }

  #directive(header: Header, text: string): typeof NO_RECORD {
    // The separator itself is always set off by a blank.
    if (text.startsWith('#separator ')) {
      this.#prepare({ ...PLAIN, zeek: true, separator: unescaped(text.slice('#separator '.length)) || '\t' })
      return NO_RECORD
    }
    const [name, ...values] = text.split(header.separator)
    const value = values[0] ?? ''
    if (name === '#set_separator') this.#prepare({ ...header, setSeparator: value })
    else if (name === '#empty_field') this.#prepare({ ...header, empty: value })
    else if (name === '#unset_field') this.#prepare({ ...header, unset: value })
    else if (name === '#types') this.#prepare({ ...header, types: values })
    else if (name === '#fields') {
      const { types: _, ...others } = header
      this.#prepare({ ...others, fields: values })
    }
    return NO_RECORD
  }

  #prepare(header: Header): void {
    const { fields, types } = header
    if (fields !== undefined) requireColumns(this.#path, fields, this.#maxColumns)
    if (fields !== undefined && types !== undefined && fields.length !== types.length) {
      throw badHeader(this.#path, `it has ${fields.length} fields and ${types.length} types`)
    }
    this.#header = header
    this.#fields = fields ?? []
    this.#readers = header.zeek ? this.#fields.map((_, i) => zeekReader(types?.[i] ?? 'string', header)) : []
  }
}
