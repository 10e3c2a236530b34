/**
 * The rules of grace periods, transfers, restores and renewals, one at a time.
 */
import { describe, expect, it } from 'vitest'
import { lifecycleFacts, type RegistryEvent } from '../../examples/registrar/domain/lifecycle-facts.ts'
import { netRegistrations, paidRegistrations } from '../../examples/registrar/domain/net-registrations.ts'
import { GTLD_POLICY, plusYears, type PolicyOf } from '../../examples/registrar/domain/policy.ts'
import { billingEvent, type BillingEvent } from '../../examples/registrar/events/billing-event.ts'
import { eppEvent, type EppEvent, type EppType } from '../../examples/registrar/events/epp-event.ts'
import { pollEvent } from '../../examples/registrar/events/poll-event.ts'
import { rowsOf } from './rows-of.ts'
import { at, expectAnswer } from './three-ways.ts'

const domain = 'name.test'
const epp = (event_type: EppType, time: string, more: Partial<EppEvent> = {}): EppEvent =>
  eppEvent({ event_type, event_ts: at(time), domain, ...more })
const create = (time: string, years = 1): EppEvent => epp('domain.create', time, { years })
const held = (expires: string): RegistryEvent =>
  pollEvent({ event_type: 'poll.domain_held', event_ts: at('2026-01-01T00:00:00Z'), domain, expires_ts: at(expires) })
const autoRenewed = (time: string): RegistryEvent =>
  pollEvent({ event_type: 'poll.auto_renewed', event_ts: at(time), domain })

/** What is said of the domain, in order: `date fact registrar`. */
async function facts(events: readonly RegistryEvent[], policyOf?: PolicyOf): Promise<readonly string[]> {
  const rows = await rowsOf(events, lifecycleFacts(policyOf))
  return rows
    .toSorted((a, b) => a.timestamp - b.timestamp)
    .map(({ value: { fact, registrar, renewed }, timestamp }) => {
      const day = new Date(timestamp).toISOString().slice(0, 10)
      return fact === 'term_ended' ? `${day} ${fact} ${renewed}` : `${day} ${fact} ${registrar}`
    })
}

describe('lifecycleFacts', () => {
  // Mutation: examples/registrar/domain/life-renewals.ts: `.filter((term) => term.expires_ts !== expires_ts)` → ``
  it('gives a renewal back that is deleted within five days, and not the create', async () => {
    const events = [
      create('2026-01-01T00:00:00Z'),
      epp('domain.renew', '2026-03-01T00:00:00Z', { years: 2 }),
      epp('domain.delete', '2026-03-05T23:59:59Z'),
    ]
    expect(await facts(events)).toEqual([
      '2026-01-01 created 9001',
      '2026-01-06 add_matured 9001',
      '2026-03-01 renewed 9001',
      '2026-03-05 renewal_refunded 9001',
      '2026-04-09 deleted_nograce 9001',
      '2027-03-17 term_ended 0',
    ])
  })

  // Mutation: examples/registrar/domain/life-renewals.ts: `add_credit: auto ? held.add_credit : false` → `add_credit: held.add_credit`
  it('keeps a create that was renewed within its grace, even when it is deleted in it', async () => {
    const events = [
      create('2026-01-01T00:00:00Z'),
      epp('domain.renew', '2026-01-02T00:00:00Z', { years: 1 }),
      epp('domain.delete', '2026-01-03T00:00:00Z'),
    ]
    expect(await facts(events)).toEqual([
      '2026-01-01 created 9001',
      '2026-01-02 renewed 9001',
      '2026-01-03 renewal_refunded 9001',
      '2026-01-06 add_matured 9001',
      '2026-02-07 deleted_nograce 9001',
      '2027-03-17 term_ended 0',
    ])
  })

  // Mutation: examples/registrar/domain/life-transfer.ts: `({ auto }) => auto)` → `() => false)`
  it('undoes the renewal at expiry when the domain is transferred out within its grace', async () => {
    const events = [
      held('2026-02-01T00:00:00Z'),
      autoRenewed('2026-02-01T00:00:00Z'),
      epp('domain.transfer_request', '2026-02-10T00:00:00Z', { registrar: '9002', losing_registrar: '9001', years: 1 }),
      epp('domain.transfer_approve', '2026-02-11T00:00:00Z'),
    ]
    expect(await facts(events)).toEqual([
      '2026-01-01 held 9001',
      '2026-02-01 renewed 9001',
      '2026-02-11 renewal_refunded 9001',
      '2026-02-11 transferred_out 9001',
      '2026-02-11 transferred_in 9002',
      // The term that had expired was not renewed; the year of the transfer begins the next one.
      '2026-04-17 term_ended 0',
      '2027-04-17 term_ended 0',
    ])
  })

  it('does not count a term that was transferred out before it expired', async () => {
    const events = [
      held('2026-06-01T00:00:00Z'),
      epp('domain.transfer_request', '2026-02-10T00:00:00Z', { registrar: '9002', losing_registrar: '9001' }),
    ]
    expect(await facts(events)).toEqual([
      '2026-01-01 held 9001',
      '2026-02-15 transferred_out 9001',
      '2026-02-15 transferred_in 9002',
      '2027-08-15 term_ended 0',
    ])
  })

  // Mutation: examples/registrar/domain/life-transfer.ts: `plusYears(now, 10)` → `plusYears(now, 20)`
  it('lets no transfer make a term longer than ten years', async () => {
    const events = [
      create('2026-01-01T00:00:00Z', 10),
      epp('domain.transfer_request', '2026-04-01T00:00:00Z', { registrar: '9002', losing_registrar: '9001', years: 1 }),
    ]
    const rows = await rowsOf(events, lifecycleFacts())
    const ended = rows.find(({ value }) => value.fact === 'term_ended')!
    expect(ended.value.expires_ts).toBe(at('2036-04-06T00:00:00Z'))
  })

  it('gives the domain back when a transfer is reversed', async () => {
    const events = [
      held('2026-06-01T00:00:00Z'),
      epp('domain.transfer_request', '2026-02-10T00:00:00Z', { registrar: '9002', losing_registrar: '9001' }),
      pollEvent({ event_type: 'poll.transfer_reversed', event_ts: at('2026-03-10T00:00:00Z'), domain }),
    ]
    expect((await facts(events)).slice(3, 5)).toEqual(['2026-03-10 reversed_out 9002', '2026-03-10 reversed_in 9001'])
  })

  // Mutation: examples/registrar/domain/life-after-time.ts: `renewed_by !== null && isPaid` → `renewed_by !== null`
  it('counts an explicit renewal as renewed only when it was paid', async () => {
    const renew = epp('domain.renew', '2026-01-20T00:00:00Z', { years: 1, request_id: 'r1' })
    const payment = (request_id: string, time: string): BillingEvent =>
      billingEvent({
        event_type: 'payment.captured',
        event_ts: at(time),
        domain,
        request_id,
        product: 'renew',
        amount_minor: 1299,
        currency: 'USD',
      })
    const ended = async (events: readonly RegistryEvent[]): Promise<string | undefined> =>
      (await facts([held('2026-02-01T00:00:00Z'), renew, ...events])).find((fact) => fact.includes('term_ended'))
    expect(await ended([])).toBe('2026-04-17 term_ended 0')
    expect(await ended([payment('r1', '2026-01-19T00:00:00Z')])).toBe('2026-04-17 term_ended 1')
    expect(await ended([payment('r1', '2026-03-01T00:00:00Z')])).toBe('2026-04-17 term_ended 1')
    expect(await ended([payment('r2', '2026-01-19T00:00:00Z')])).toBe('2026-04-17 term_ended 0')
  })

  it('holds no domain while its create is pending, and none that is refused', async () => {
    const pending = epp('domain.create', '2026-01-01T00:00:00Z', { years: 1, result_code: 1001 })
    const answer = (event_type: 'poll.create_approved' | 'poll.create_refused'): RegistryEvent =>
      pollEvent({ event_type, event_ts: at('2026-01-08T00:00:00Z'), domain })
    expect((await facts([pending, answer('poll.create_approved')])).slice(0, 2)).toEqual([
      '2026-01-08 created 9001',
      '2026-01-13 add_matured 9001',
    ])
    expect(await facts([pending, answer('poll.create_refused')])).toEqual([])
  })

  // Mutation: examples/registrar/domain/lifecycle-facts.ts: `const policy = policyOf(value.tld!)` → `const policy = gtldPolicy(value.tld!)`
  it('goes by the policy of the TLD', async () => {
    const anchors: PolicyOf = (tld) => (tld === 'test' ? { ...GTLD_POLICY, addGrace: 30 } : GTLD_POLICY)
    const events = [create('2026-01-01T00:00:00Z'), epp('domain.delete', '2026-01-30T00:00:00Z')]
    expect(await facts(events, anchors)).toEqual(['2026-01-01 created 9001', '2026-01-30 deleted_grace 9001'])
  })

  it('lets a name be registered again as soon as it was deleted in grace', async () => {
    const events = [
      create('2026-01-01T00:00:00Z'),
      epp('domain.delete', '2026-01-02T00:00:00Z'),
      epp('domain.create', '2026-01-02T00:00:01Z', { years: 1, registrar: '9002' }),
    ]
    expect((await facts(events)).slice(0, 4)).toEqual([
      '2026-01-01 created 9001',
      '2026-01-02 deleted_grace 9001',
      '2026-01-02 created 9002',
      '2026-01-07 add_matured 9002',
    ])
  })
})

describe('plusYears', () => {
  it('keeps the day, and takes 28 February where there is no 29th', () => {
    expect(plusYears(at('2026-01-31T10:00:00Z'), 1)).toBe(at('2027-01-31T10:00:00Z'))
    expect(plusYears(at('2028-02-29T10:00:00Z'), 1)).toBe(at('2029-02-28T10:00:00Z'))
  })
})

describe('registrations', () => {
  const order = (name: string, request: string, deleted = false): readonly EppEvent[] => {
    const given = { domain: `${name}.test`, request_id: request, years: 1 }
    return [
      eppEvent({ event_type: 'domain.create', event_ts: at('2026-01-01T12:00:00Z'), ...given }),
      ...(deleted
        ? [eppEvent({ event_type: 'domain.delete', event_ts: at('2026-01-03T12:00:00Z'), domain: given.domain })]
        : []),
    ]
  }
  const money = (event_type: 'payment.captured' | 'refund.booked', request_id: string, time: string): BillingEvent =>
    billingEvent({ event_type, event_ts: at(time), request_id, amount_minor: 1099, currency: 'USD' })
  const log = [
    ...order('kept', 'r1'),
    ...order('unpaid', 'r2'),
    ...order('deleted', 'r3', true),
    ...order('back', 'r4'),
  ]
  const bills = [
    money('payment.captured', 'r1', '2026-01-01T11:59:00Z'),
    money('refund.booked', 'r1', '2026-01-06T12:00:00Z'), // exactly at the end of the grace: outside of it
    money('payment.captured', 'r3', '2026-01-01T11:59:00Z'),
    money('payment.captured', 'r4', '2026-01-02T00:00:00Z'),
    money('refund.booked', 'r4', '2026-01-06T11:59:59Z'),
  ]

  // Mutation: examples/registrar/domain/net-registrations.ts: `&& !has('refund.booked')` → ``
  it('are three figures of one day: created 4, net 3, paid 2', async () => {
    expect(log.filter(({ event_type }) => event_type === 'domain.create')).toHaveLength(4)
    await expectAnswer(netRegistrations, log, (rows) => rows.reduce((sum, { value }) => sum + value.net, 0), 3)
    await expectAnswer(
      paidRegistrations,
      [...log, ...bills],
      (rows) =>
        rows
          .filter(({ value }) => value.paid === 1)
          .map(({ value }) => value.domain)
          .toSorted(),
      ['deleted.test', 'kept.test'],
    )
  })
})
