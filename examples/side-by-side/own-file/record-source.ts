/**
 * A person's own file as a source of records, whatever its format.
 */
import type { PCollection, PTransform, Root, Timestamp, WatermarkStrategy } from '@tidemark/core'
import { readCsv } from '@tidemark/io/csv'
import { readNdjson } from '@tidemark/io/ndjson'
import { readTsv } from '@tidemark/io/tsv'
import { streamingRunner } from '@tidemark/runners/streaming'
import { firstValueFrom, race, from, map, take } from 'rxjs'
import { UsageError } from '../usage-error.ts'

/** The formats that can be read, by what file names end in. */
export const FORMATS = { ndjson: ['ndjson', 'jsonl', 'json'], csv: ['csv'], tsv: ['tsv', 'log'] } as const

/** A format of files. */
export type Format = keyof typeof FORMATS

/** A record: its fields by name. */
export type Fields = Readonly<Record<string, unknown>>

/** How records become elements with a timestamp. */
export interface RecordOptions<T> {
  readonly parse: (fields: Fields) => T
  readonly timestamp: (element: T) => Timestamp
  readonly watermark?: WatermarkStrategy
}

/** Tells the format of a file by its name. Throws a UsageError when the name does not say. */
export function formatOf(path: string): Format {
  const name = path.toLowerCase().replace(/\.gz$/, '')
  const found = (Object.keys(FORMATS) as Format[]).find((format) =>
    FORMATS[format].some((ending) => name.endsWith(`.${ending}`)),
  )
  if (found !== undefined) return found
  throw new UsageError(
    `The name of ${path} does not say what is in it. Names end in .${Object.values(FORMATS).flat().join(', .')}, each also with .gz. ` +
      'Say what it is with --format ndjson, csv or tsv.',
  )
}

/** Reads a file of a format. */
export function recordSource<T>(
  path: string,
  format: Format,
  options: RecordOptions<T>,
): PTransform<Root, PCollection<T>> {
  // A person's records may be of any year; the unit of their times has been told from the first of them.
  const reading = { ...options, timestampRange: 'off' } as const
  switch (format) {
    case 'ndjson':
      return readNdjson('Records', path, { ...reading, parse: (value) => options.parse(requireFields(value)) })
    case 'csv':
      return readCsv('Records', path, reading)
    case 'tsv':
      return readTsv('Records', path, reading)
  }
}

/** Reads the first record of a file, and no more than that takes. Throws a UsageError when there is none. */
export async function firstRecord(path: string, format: Format): Promise<Fields> {
  const job = streamingRunner({ autoStart: false }).run((root) => ({
    records: root.pipe(recordSource(path, format, { parse: (fields) => fields, timestamp: () => 0 })),
  }))
  let rejected: string | undefined
  job.ledger.subscribe(({ detail, position }) => (rejected ??= `line ${position?.offset}: ${detail}`))
  const first = job.outputs.records.pipe(
    take(1),
    map(({ value }) => value),
  )
  const end = from(job.done).pipe(map(() => undefined))
  const found = firstValueFrom(race(first, end), { defaultValue: undefined })
  job.start()
  const fields = await found
  await job.stop()
  if (fields !== undefined) return fields
  throw new UsageError(
    `${path} has no record that can be read as ${format}${rejected === undefined ? '; it is empty' : `: ${rejected}`}. ` +
      'Name another file, or say what it is with --format ndjson, csv or tsv.',
  )
}

function requireFields(value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw new Error(`a record is an object with fields, and not ${JSON.stringify(value)?.slice(0, 40)}`)
}

/** The value of a field. A name with dots is looked up as it stands, and then part by part in nested fields. */
export function fieldOf(fields: Fields, name: string): unknown {
  if (Object.hasOwn(fields, name)) return fields[name]
  return name
    .split('.')
    .reduce<unknown>((value, part) => (isFields(value) && Object.hasOwn(value, part) ? value[part] : undefined), fields)
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}
