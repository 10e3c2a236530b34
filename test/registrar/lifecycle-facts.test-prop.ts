/**
 * Lives of domains against a clerk who counts hours down, for random histories.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assertSameAnswer } from '@tidemark/runners/testing'
import { lifecycleFacts, type RegistryEvent } from '../../examples/registrar/domain/lifecycle-facts.ts'
import { billingEvent } from '../../examples/registrar/events/billing-event.ts'
import { eppEvent } from '../../examples/registrar/events/epp-event.ts'
import { pollEvent } from '../../examples/registrar/events/poll-event.ts'
import { naiveLife } from './naive-life.ts'
import { rowsOf } from './rows-of.ts'

const HOUR = 3_600_000
/** Long enough for a delete, an unreported restore and the end of a term, short of the second term. */
const HOURS = 330 * 24

const KINDS = ['create', 'create', 'refused', 'renew', 'auto', 'delete', 'delete', 'request', 'report', 'pay'] as const
// Short gaps and long ones, and those at which periods end.
const gaps = fc.oneof(
  fc.integer({ min: 1, max: 60 }),
  fc.constantFrom(119, 120, 121, 168, 720, 840, 1080),
  fc.integer({ min: 61, max: 900 }),
)
const histories = fc.record({
  expires: fc.option(fc.integer({ min: 1, max: 60 * 24 }), { nil: undefined }),
  moves: fc.array(fc.tuple(gaps, fc.constantFrom(...KINDS)), { minLength: 1, maxLength: 14 }),
})
type History = typeof histories extends fc.Arbitrary<infer T> ? T : never

function eventsOf({ expires, moves }: History): readonly RegistryEvent[] {
  const domain = 'name.test'
  const events: RegistryEvent[] = []
  if (expires !== undefined)
    events.push(pollEvent({ event_type: 'poll.domain_held', event_ts: 0, domain, expires_ts: expires * HOUR }))
  let hour = 0
  let renewals = 0
  for (const [gap, kind] of moves) {
    hour += gap
    if (hour >= 200 * 24) break
    const event_ts = hour * HOUR
    const at = { event_ts, domain }
    if (kind === 'create') events.push(eppEvent({ event_type: 'domain.create', ...at, years: 1 }))
    if (kind === 'refused') events.push(eppEvent({ event_type: 'domain.create', ...at, years: 1, result_code: 2302 }))
    if (kind === 'renew')
      events.push(eppEvent({ event_type: 'domain.renew', ...at, years: 1, request_id: `r${(renewals += 1)}` }))
    if (kind === 'auto') events.push(pollEvent({ event_type: 'poll.auto_renewed', ...at }))
    if (kind === 'delete') events.push(eppEvent({ event_type: 'domain.delete', ...at }))
    if (kind === 'request') events.push(eppEvent({ event_type: 'domain.restore_request', ...at }))
    if (kind === 'report') events.push(eppEvent({ event_type: 'domain.restore_report', ...at }))
    if (kind === 'pay')
      events.push(
        billingEvent({
          event_type: 'payment.captured',
          ...at,
          request_id: `r${renewals}`,
          product: 'renew',
          currency: 'USD',
        }),
      )
  }
  return events
}

describe('lifecycleFacts', () => {
  // Mutation: examples/registrar/domain/life-after-time.ts: `held.purge_ts! + until - requested_ts` → `held.purge_ts!`
  it('writes down what a clerk who counts hours does', async () => {
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const events = eventsOf(history)
        const rows = await rowsOf(events, lifecycleFacts())
        const facts = rows
          .filter(({ timestamp }) => timestamp < HOURS * HOUR)
          .map(
            ({ value: { fact, dum, agp, renewed }, timestamp }) =>
              `${timestamp / HOUR} ${fact} ${dum} ${agp} ${renewed}`,
          )
        expect(facts.toSorted()).toEqual(naiveLife(events, HOURS))
        for (const { value } of rows) seen.add(`${value.fact} ${value.renewed_by ?? ''}`)
      }),
      { numRuns: 250, seed: 20_260_302 },
    )
    // The histories have come by everything that there is to see without transfers.
    expect([...seen].toSorted()).toEqual([
      'add_matured ',
      'created ',
      'deleted_grace ',
      'deleted_nograce ',
      'held ',
      'renewal_matured ',
      'renewal_refunded ',
      'renewed ',
      'restore_unreported ',
      'restored ',
      'term_ended ',
      'term_ended auto_renew',
      'term_ended renew',
      'term_ended restore',
    ])
  })

  it('settles on the same however the events come', () => {
    fc.assert(
      fc.property(fc.array(histories, { minLength: 2, maxLength: 3 }), (many) => {
        const events = many.flatMap((history, index) =>
          eventsOf(history).map((event) => ({ ...event, domain: `name${index}.test` })),
        )
        fc.pre(events.length > 0)
        assertSameAnswer(lifecycleFacts(), events, { timestamp: ({ event_ts }) => event_ts, runs: 4, seed: 3 })
      }),
      { numRuns: 12, seed: 20_260_303 },
    )
  })
})
