/**
 * Traffic of the generated world: DNS queries and API requests.
 */
import { apiEvent, type ApiEvent } from '../events/api-event.ts'
import { dnsEvent, type DnsEvent } from '../events/dns-event.ts'
import type { Account } from './accounts.ts'
import type { Books } from './books.ts'
import type { Dice } from './dice.ts'
import { COUNTRIES, DAY, MINUTE, TLDS, type Span } from './span.ts'

const RCODES = Object.freeze(['NOERROR', 'NOERROR', 'NOERROR', 'NOERROR', 'NXDOMAIN', 'SERVFAIL', 'REFUSED', 'TIMEOUT'])

/** Draws queries, some of them counted already, every half hour. */
export function dnsEvents(dice: Dice, { start, days }: Span, books: Books): readonly DnsEvent[] {
  return Array.from({ length: days * 48 }, (_, index) => {
    const zone = dice.pick(TLDS)
    const domain = `n${dice.whole(0, 30)}.${zone}`
    const rcode = dice.pick(RCODES)
    const queries = dice.chance(0.3) ? dice.whole(2, 50) : 1
    books.add('queries', queries)
    books.add(`queries ${rcode}`, queries)
    return dnsEvent({
      event_type: queries === 1 ? 'dns.query' : 'dns.aggregate',
      event_ts: start + index * 30 * MINUTE + dice.whole(0, 29) * MINUTE,
      event_id: `q${index}`,
      domain,
      zone,
      qname: dice.chance(0.5) ? domain : `www${dice.whole(0, 3)}.${domain}`,
      qtype: dice.pick(['A', 'AAAA', 'MX']),
      rcode,
      queries,
      country: dice.pick(COUNTRIES),
    })
  })
}

/** Draws requests, some of which fail and are made again. */
export function apiEvents(
  dice: Dice,
  accounts: readonly Account[],
  { start, days }: Span,
  books: Books,
): readonly ApiEvent[] {
  const requests: ApiEvent[] = []
  for (let index = 0; index < days * 24; index += 1) {
    const event_ts = start + Math.floor((index * DAY) / 24) + dice.whole(0, 40) * MINUTE
    const given = {
      ...dice.pick(accounts),
      request_id: `api${index}`,
      endpoint: dice.pick(['POST /domains', 'GET /domains', 'PUT /dns']),
    }
    const http_status = dice.pick([200, 200, 200, 200, 201, 404, 429, 500])
    const latency_ms = dice.whole(5, 900)
    requests.push(
      apiEvent({ event_type: 'api.request', event_ts, event_id: `api${index}-1`, ...given, http_status, latency_ms }),
    )
    books.add('requests')
    if (http_status === 429) books.add('requests limited')
    if (http_status < 429) continue
    requests.push(
      apiEvent({
        event_type: 'api.request',
        event_ts: event_ts + MINUTE,
        event_id: `api${index}-2`,
        ...given,
        latency_ms,
      }),
    )
    books.add('requests')
    books.add('requests tried again')
  }
  return requests
}
