/**
 * Where DNS rows come from: the files of Zeek, in two formats, and the same rows live, in the order in which Zeek wrote them.
 */
import { boundedOutOfOrderness, type PCollection, type PTransform, type Root } from '@tidemark/core'
import { readNdjson } from '@tidemark/io/ndjson'
import { readTsv } from '@tidemark/io/tsv'
import type { ReplaySpeed } from '@tidemark/runners/streaming'
import { arrivalsOf, liveSource, loadLog, type Arrival, type LoadedLog } from '../recorded-log.ts'
import { BOUND } from './dns-kpis.ts'
import { rowOfJson, rowOfTsv, timestampOfRow, writtenRowOfJson, type DnsRow, type WrittenRow } from './dns-row.ts'

/** Reads a log in Zeek's JSON format as history. */
export function dnsHistoryOfJson(path: string): PTransform<Root, PCollection<DnsRow>> {
  return readNdjson('Rows', path, { parse: rowOfJson, timestamp: timestampOfRow })
}

/** Reads a log in Zeek's TSV format as history. */
export function dnsHistoryOfTsv(path: string): PTransform<Root, PCollection<DnsRow>> {
  return readTsv('Rows', path, { parse: rowOfTsv, timestamp: timestampOfRow })
}

/** A log that can be live, in the order in which it was written. */
export interface DnsLog {
  readonly rows: readonly WrittenRow[]
  readonly arrivals: readonly Arrival<DnsRow>[]
}

/** Loads a log in Zeek's JSON format; the TSV format does not say when rows were written. */
export async function loadDnsLog(path: string): Promise<DnsLog> {
  const timestamp = ({ row }: WrittenRow): number => timestampOfRow(row)
  const loaded = await loadLog(readNdjson('Rows', path, { parse: writtenRowOfJson, timestamp }))
  const rows = loaded.elements.toSorted((a, b) => a.writtenAt - b.writtenAt)
  const written: LoadedLog<WrittenRow> = { elements: rows, rejected: loaded.rejected }
  const arrivals = arrivalsOf(written, ({ writtenAt }) => Math.floor(writtenAt / 1000)).map(
    (arrival): Arrival<DnsRow> => ('rejected' in arrival ? arrival : { at: arrival.at, element: arrival.element.row }),
  )
  return { rows, arrivals }
}

/** The rows of a log live. `onRow` is called with each row as it arrives. */
export function dnsLive(
  log: DnsLog,
  speed: ReplaySpeed,
  onRow?: (row: DnsRow) => void,
): PTransform<Root, PCollection<DnsRow>> {
  return liveSource('Rows', log.arrivals, {
    timestamp: timestampOfRow,
    watermark: boundedOutOfOrderness(BOUND),
    speed,
    ...(onRow && { onArrival: onRow }),
  })
}
