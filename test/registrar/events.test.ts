/**
 * The event catalogue: one family per type, and rows that are checked.
 */
import { describe, expect, it } from 'vitest'
import { abuseEvent } from '../../examples/registrar/events/abuse-event.ts'
import { billingEvent, billingSchema } from '../../examples/registrar/events/billing-event.ts'
import { CORE_COLUMNS } from '../../examples/registrar/events/core-event.ts'
import { dnsEvent } from '../../examples/registrar/events/dns-event.ts'
import { eppEvent, eppSchema, succeeded } from '../../examples/registrar/events/epp-event.ts'
import { EVENT_FAMILIES } from '../../examples/registrar/events/event-families.ts'
import { generateEvents } from '../../examples/registrar/generated/generate-events.ts'

describe('the event catalogue', () => {
  it('has every type in one family only', () => {
    const types = EVENT_FAMILIES.flatMap((family) => family.types)
    expect(new Set(types).size).toBe(types.length)
    expect(new Set(EVENT_FAMILIES.map(({ family }) => family)).size).toBe(6)
  })

  it('takes every event that is generated, and generates every family', () => {
    const { books: _, ...families } = generateEvents({ seed: 7, days: 14 })
    const seen = new Set<string>()
    for (const event of Object.values(families).flat()) {
      const family = EVENT_FAMILIES.find(({ types }) => types.includes(event.event_type))!
      expect(family.schema.parse(event)).toBe(event)
      seen.add(family.schema.name)
    }
    expect(seen.size).toBe(EVENT_FAMILIES.length)
  })

  it.each(EVENT_FAMILIES.map(({ schema }) => schema))(
    'refuses a row of "$name" without a column of the core',
    (schema) => {
      const { books: _, ...families } = generateEvents({ days: 14 })
      const all = Object.values(families).flat()
      const { types } = EVENT_FAMILIES.find((family) => family.schema === schema)!
      const { event_ts: _ts, ...broken } = all.find(({ event_type }) => types.includes(event_type))!
      expect(() => schema.parse(broken)).toThrow(/event_ts/)
    },
  )
})

describe('an event', () => {
  it('says its fifteen columns, null where nothing is known, and derives the TLD', () => {
    const event = eppEvent({ event_type: 'domain.create', event_ts: 1, domain: 'a.co.test' })
    expect(Object.keys(CORE_COLUMNS)).toHaveLength(15)
    expect(Object.keys(event).slice(0, 15)).toEqual(Object.keys(CORE_COLUMNS))
    expect(event).toMatchObject({ tld: 'co.test', country: null, status: 'ok', schema_version: 1 })
  })

  it('of EPP failed when its result code says so', () => {
    const failed = eppEvent({ event_type: 'domain.transfer_request', event_ts: 1, domain: 'a.test', result_code: 2202 })
    expect(failed).toMatchObject({ status: 'failed', error_code: '2202' })
    expect(succeeded(failed)).toBe(false)
    expect(succeeded({ result_code: 1001 })).toBe(true)
    expect(() => eppSchema.parse({ ...failed, result_code: '2202' })).toThrow(
      expect.objectContaining({ code: 'BAD_ROW' }),
    )
  })

  it('of billing has whole money, and neither a fraction nor a sign', () => {
    const given = { event_type: 'payment.captured', event_ts: 1, currency: 'USD' } as const
    expect(billingEvent({ ...given, amount_minor: 1099 }).amount_minor).toBe(1099)
    for (const amount_minor of [10.99, -1, Number.NaN])
      expect(() => billingEvent({ ...given, amount_minor })).toThrow(
        expect.objectContaining({ code: 'MONEY_NOT_WHOLE' }),
      )
    expect(() => billingSchema.parse({ ...billingEvent(given), amount_minor: 10.99 })).toThrow(/amount_minor/)
  })

  it('of DNS stands for at least one query, and keeps microseconds', () => {
    const row = dnsEvent({ event_type: 'dns.query', event_ts: 1_521_911_720_865, event_us: 1_521_911_720_865_716 })
    expect([row.queries, row.event_us]).toEqual([1, 1_521_911_720_865_716])
    expect(() => dnsEvent({ event_type: 'dns.aggregate', event_ts: 1, queries: 0 })).toThrow(
      expect.objectContaining({ code: 'BAD_WEIGHT' }),
    )
  })

  it('about a report has an id of its own', () => {
    const given = { event_ts: 1, report_id: 'b1' }
    const ids = (['abuse.reported', 'abuse.responded'] as const).map((event_type) =>
      abuseEvent({ event_type, ...given }),
    )
    expect(new Set(ids.map(({ event_id }) => event_id)).size).toBe(2)
  })
})
