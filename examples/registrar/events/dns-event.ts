/**
 * DNS: queries and their answers, one by one or counted.
 *
 * A row weighs `queries`: a query that was seen weighs 1, a row of an aggregate as many as it counts. So sums over either are the same,
 * and metrics sum the weight and never count rows.
 */
import { PipelineError } from '@tidemark/core'
import { CORE_COLUMNS, coreEvent, rowSchema, type CoreEvent, type Given } from './core-event.ts'

/** What DNS says: one query, or several that are alike. */
export const DNS_TYPES = Object.freeze(['dns.query', 'dns.aggregate'] as const)

/** A kind of DNS event. */
export type DnsType = (typeof DNS_TYPES)[number]

/** A query, or several that are alike. */
export interface DnsEvent extends CoreEvent {
  readonly event_type: DnsType
  /** The zone of the server that was asked. */
  readonly zone: string
  readonly qname: string
  readonly qtype: string
  /** What the server said, such as `NOERROR`, `NXDOMAIN`, `SERVFAIL`, `REFUSED`; `TIMEOUT` where no answer was seen. */
  readonly rcode: string
  /** How many queries this row stands for. */
  readonly queries: number
  /** Event time in whole microseconds, where the log knows it finer than `event_ts`. */
  readonly event_us: number
}

/** The DNS log. */
export const dnsSchema = rowSchema<DnsEvent>('DNS', {
  ...CORE_COLUMNS,
  zone: 'text',
  qname: 'text',
  qtype: 'text',
  rcode: 'text',
  queries: 'integer',
  event_us: 'integer',
})

/** Makes a DNS event: one query for an A record, answered, unless the row says otherwise. */
export function dnsEvent(given: Given<DnsEvent>): DnsEvent {
  const { event_type, event_ts, zone = 'test', queries = 1 } = given
  if (!Number.isSafeInteger(queries) || queries < 1) {
    throw new PipelineError(
      'BAD_WEIGHT',
      `A DNS row stands for ${queries} queries. Metrics sum what rows stand for. Give a whole number of at least 1.`,
    )
  }
  return {
    ...coreEvent('dns', given),
    event_type,
    zone,
    qname: given.qname ?? given.domain ?? zone,
    qtype: given.qtype ?? 'A',
    rcode: given.rcode ?? 'NOERROR',
    queries,
    event_us: given.event_us ?? event_ts * 1000,
  }
}
