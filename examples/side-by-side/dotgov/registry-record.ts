/**
 * What is known of the .gov registry: how many names its published list held at an instant, and what had changed in it.
 *
 * Both files describe the same snapshots of the list: the events of a snapshot bear its instant, and so does its size.
 */
import { parseTimestamp } from '@tidemark/core'

/** What can happen to a name. */
export type Change = 'created' | 'deleted' | 'updated'

/** A name was created, deleted or updated: found by comparing a snapshot of the list with the one before. */
export interface RegistryEvent {
  readonly kind: 'event'
  /** Instant of the snapshot, whole milliseconds. */
  readonly at: number
  readonly change: Change
  readonly domain: string
}

/** The size of a snapshot of the list. */
export interface RegistrySize {
  readonly kind: 'size'
  readonly at: number
  readonly domains: number
}

/** A record of either file. */
export type RegistryRecord = RegistryEvent | RegistrySize

/** Event time of a record. */
export function timestampOfRecord(record: RegistryRecord): number {
  return record.at
}

const CHANGES: Readonly<Record<string, Change>> = {
  'domain.created': 'created',
  'domain.deleted': 'deleted',
  'domain.updated': 'updated',
}

/** Makes an event of a row of the list of events. */
export function eventOfCsv(row: Readonly<Record<'observed_ts' | 'event_type' | 'domain', string>>): RegistryRecord {
  const change = CHANGES[row.event_type]
  if (change === undefined)
    throw new Error(
      `event_type is ${JSON.stringify(row.event_type)}, which is none of ${Object.keys(CHANGES).join(', ')}`,
    )
  return { kind: 'event', at: parseTimestamp(row.observed_ts), change, domain: row.domain }
}

/** Makes a size of a row of the list of sizes. */
export function sizeOfCsv(row: Readonly<Record<'observed_ts' | 'domains', string>>): RegistryRecord {
  if (!/^\d+$/.test(row.domains))
    throw new Error(`domains is ${JSON.stringify(row.domains)}, which is not a whole number`)
  return { kind: 'size', at: parseTimestamp(row.observed_ts), domains: Number(row.domains) }
}
