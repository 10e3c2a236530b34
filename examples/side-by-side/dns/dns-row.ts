/**
 * One row of a Zeek DNS log: a query, and its answer when there was one.
 *
 * The JSON and the TSV format give the same rows, to the microsecond, so whatever is computed from one is computed from the other.
 */
import { parseMicroseconds } from '@tidemark/core'
import type { TsvRow } from '@tidemark/io/tsv'

/** A row of the log. */
export interface DnsRow {
  /** Event time in whole microseconds. The timestamp of the element is the millisecond it falls in. */
  readonly at: number
  /** Connection that carried the query. */
  readonly uid: string
  /** Id of the query within its connection. */
  readonly transId: number
  /** The name that was asked for; null where the packet held none. */
  readonly name: string | null
  readonly type: number | null
  readonly typeName: string | null
  /** What the server said, such as NXDOMAIN; null when no answer was seen. */
  readonly code: string | null
}

/** A row, and when Zeek wrote it: live, rows come in the order of that. */
export interface WrittenRow {
  readonly row: DnsRow
  /** Whole microseconds. */
  readonly writtenAt: number
}

/** Event time of a row. */
export function timestampOfRow(row: DnsRow): number {
  return Math.floor(row.at / 1000)
}

/** Makes a row of a line of Zeek's JSON. Throws for one that is not a DNS row. */
export function rowOfJson(value: unknown): DnsRow {
  const fields = value as Readonly<Record<string, unknown>>
  return {
    at: parseMicroseconds(text(fields, 'ts')),
    uid: text(fields, 'uid'),
    transId: wholeNumber(fields, 'trans_id'),
    name: optional(fields, 'query', text),
    type: optional(fields, 'qtype', wholeNumber),
    typeName: optional(fields, 'qtype_name', text),
    code: optional(fields, 'rcode_name', text),
  }
}

/** Makes a row of a line of Zeek's JSON, with the time at which it was written. */
export function writtenRowOfJson(value: unknown): WrittenRow {
  const row = rowOfJson(value)
  return { row, writtenAt: parseMicroseconds(text(value as Readonly<Record<string, unknown>>, '_write_ts')) }
}

/** Makes a row of a line of Zeek's TSV, whose times are microseconds already. */
export function rowOfTsv(fields: TsvRow): DnsRow {
  return {
    at: wholeNumber(fields, 'ts'),
    uid: text(fields, 'uid'),
    transId: wholeNumber(fields, 'trans_id'),
    name: optional(fields, 'query', text),
    type: optional(fields, 'qtype', wholeNumber),
    typeName: optional(fields, 'qtype_name', text),
    code: optional(fields, 'rcode_name', text),
  }
}

type Fields = Readonly<Record<string, unknown>>

function text(fields: Fields, field: string): string {
  const value = fields[field]
  if (typeof value === 'string') return value
  throw new Error(`${field} is ${JSON.stringify(value)} where a text belongs`)
}

function wholeNumber(fields: Fields, field: string): number {
  const value = fields[field]
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  throw new Error(`${field} is ${JSON.stringify(value)} where a whole number belongs`)
}

function optional<T>(fields: Fields, field: string, read: (fields: Fields, field: string) => T): T | null {
  return fields[field] === undefined || fields[field] === null ? null : read(fields, field)
}
