/**
 * CoreEvent: what every event of the registrar has in common, whatever system it comes from.
 *
 * Fifteen columns, the same in every source, so that a filter on time, domain or account never asks where an event is from. What only
 * one family knows stands in that family's file. Names of columns are written as tables and files have them; a column without a value
 * is null, never absent, so that rows of one type have one shape.
 */
import type { Timestamp } from '@tidemark/core'
import { schema, type Schema, type ShortForm, type ShortFormOf } from '@tidemark/core/fields'

/** The columns of every event. */
export interface CoreEvent {
  /** The technical key: one per event, the same in every copy of it. */
  readonly event_id: string
  /** What happened: one of the family's types. */
  readonly event_type: string
  /** When it happened: milliseconds, UTC. */
  readonly event_ts: Timestamp
  /** The system that says so. */
  readonly source_system: string
  /** The registered domain in its normal form: lower case, A-labels, no root dot. */
  readonly domain: string | null
  /** What the domain is registered under; derived from `domain`, never taken from a source. */
  readonly tld: string | null
  /** The customer. */
  readonly account_id: string | null
  /** ISO 3166 code of the country. */
  readonly country: string | null
  /** How the customer came to us, such as `web`, `api` or `reseller`. */
  readonly channel: string | null
  /** `ok`, `failed`, or a status of the family. */
  readonly status: string
  /** How long it took, milliseconds. */
  readonly latency_ms: number | null
  /** Why it failed. */
  readonly error_code: string | null
  /** What an abuse report is about. */
  readonly abuse_category: string | null
  /** The business key: what the tries, copies and consequences of one intention share. */
  readonly request_id: string | null
  readonly schema_version: number
}

/** The short form of a row that is known: every column, with a type that it may have. */
export type ColumnsOf<Row> = Required<ShortFormOf<Row>>

/** The columns of every event, in the order of the contract, in short form: the beginning of every family's schema. */
export const CORE_COLUMNS = Object.freeze({
  event_id: 'text',
  event_type: 'text',
  event_ts: 'timestamp',
  source_system: 'text',
  domain: 'text?',
  tld: 'text?',
  account_id: 'text?',
  country: 'text?',
  channel: 'text?',
  status: 'text',
  latency_ms: 'number?',
  error_code: 'text?',
  abuse_category: 'text?',
  request_id: 'text?',
  schema_version: 'integer',
} as const satisfies ColumnsOf<CoreEvent>)

/**
 * Describes rows of a type that is known, column by column.
 *
 * **Contract** — Its row is the type itself, so what it reads has one name wherever it is used. A column that may be null may be absent in
 * what is parsed.
 */
export function rowSchema<Row>(name: string, columns: ColumnsOf<Row>): Schema<Row> {
  return schema(name, columns as ShortForm) as unknown as Schema<Row>
}

/** What must be said of an event to make one. */
export type Given<E extends CoreEvent> = Pick<E, 'event_type' | 'event_ts'> & Partial<Omit<E, 'tld'>>

/** When an event happened, as a source's `timestamp` wants it. */
export function timestampOfEvent({ event_ts }: Pick<CoreEvent, 'event_ts'>): Timestamp {
  return event_ts
}

/**
 * Completes the columns that every event has: null for what is not said, `ok`, and the TLD of the domain.
 *
 * Without an `event_id` it is named by what it is, when and of what, so the same words give the same event.
 */
export function coreEvent(source: string, given: Given<CoreEvent>): CoreEvent {
  const { event_type, event_ts, domain = null, account_id = null, request_id = null } = given
  return {
    event_id: given.event_id ?? [event_type, event_ts, domain ?? account_id ?? '', request_id ?? ''].join(' '),
    event_type,
    event_ts,
    source_system: given.source_system ?? source,
    domain,
    tld: domain === null ? null : tldOf(domain),
    account_id,
    country: given.country ?? null,
    channel: given.channel ?? null,
    status: given.status ?? 'ok',
    latency_ms: given.latency_ms ?? null,
    error_code: given.error_code ?? null,
    abuse_category: given.abuse_category ?? null,
    request_id,
    schema_version: given.schema_version ?? 1,
  }
}

/** What a domain in its normal form is registered under: all but its first label. */
export function tldOf(domain: string): string {
  return domain.slice(domain.indexOf('.') + 1)
}
