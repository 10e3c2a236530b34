/**
 * What the derived streams keep: nothing of a life that is over.
 */
import { pipe, type PCollection, type PTransform } from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { readMemory } from '@tidemark/io/memory'
import { describe, expect, it } from 'vitest'
import { abuseFacts } from '../../examples/registrar/domain/abuse-facts.ts'
import { apiTries } from '../../examples/registrar/domain/api-tries.ts'
import { holdings, accountMonths } from '../../examples/registrar/domain/holdings.ts'
import { lifecycleFacts } from '../../examples/registrar/domain/lifecycle-facts.ts'
import { paidRegistrations } from '../../examples/registrar/domain/net-registrations.ts'
import { cohortMargins, revenueRows } from '../../examples/registrar/domain/revenue-rows.ts'
import { transferFacts } from '../../examples/registrar/domain/transfer-facts.ts'
import { netTransfers, transferOutcomes } from '../../examples/registrar/domain/transfer-outcomes.ts'
import { abuseEvent } from '../../examples/registrar/events/abuse-event.ts'
import { apiEvent } from '../../examples/registrar/events/api-event.ts'
import { billingEvent } from '../../examples/registrar/events/billing-event.ts'
import type { CoreEvent } from '../../examples/registrar/events/core-event.ts'
import { eppEvent } from '../../examples/registrar/events/epp-event.ts'
import { Engine } from '../../packages/runners/src/execution/engine.ts'

const DAY = 86_400_000
/** Longer than any period. */
const ROUND = 12 * 366 * DAY
const LIVES = 200

/** Bytes of state when all lives of a first round are over, and when those of a second one are. */
function bytesAfterRounds(
  transform: PTransform<PCollection<CoreEvent>, PCollection<unknown>>,
  lifeOf: (number: number, event_ts: number) => readonly CoreEvent[],
): readonly number[] {
  const timestamp = ({ event_ts }: CoreEvent): number => event_ts
  const engine = new Engine(
    buildGraph((root) => ({ rows: root.pipe(readMemory('Events', [] as CoreEvent[], { timestamp }), transform) })),
  )
  const [input] = engine.inputs
  input!.openSplits(['0'])
  return [1, 2].map((round) => {
    const elements = Array.from({ length: LIVES }, (_, index) =>
      lifeOf(round * LIVES + index, round * ROUND + index * 1000),
    )
      .flat()
      .toSorted((a, b) => a.event_ts - b.event_ts)
    const offsets = elements.map((_, index) => round * 10_000 + index)
    input!.offer('0', { elements, offsets, rejected: [], position: null, bytes: 0, done: false })
    // Time passes in steps: what a timer sets off may set off more.
    for (let time = 0; time < ROUND; time += 60 * DAY) input!.advanceWatermark('0', round * ROUND + time)
    expect([...engine.ledgerCounts], 'all have to be taken in').toEqual([])
    return engine.snapshot().length
  })
}

const registered = (number: number, event_ts: number): readonly CoreEvent[] => {
  const given = { domain: `n${number}.test`, account_id: `a${number}`, request_id: `r${number}`, years: 1 }
  return [
    eppEvent({ event_type: 'domain.create', event_ts, ...given }),
    billingEvent({
      event_type: 'payment.captured',
      event_ts: event_ts + 1,
      ...given,
      amount_minor: 1099,
      currency: 'USD',
    }),
    eppEvent({ event_type: 'domain.renew', event_ts: event_ts + 10 * DAY, ...given }),
    billingEvent({ event_type: 'payment.captured', event_ts: event_ts + 10 * DAY + 1, ...given, product: 'renew' }),
    eppEvent({ event_type: 'domain.delete', event_ts: event_ts + 20 * DAY, ...given }),
  ]
}
const transferred = (number: number, event_ts: number): readonly CoreEvent[] => [
  eppEvent({ event_type: 'domain.transfer_request', event_ts, domain: `n${number}.test`, losing_registrar: '9002' }),
]
const reported = (number: number, event_ts: number): readonly CoreEvent[] => [
  abuseEvent({ event_type: 'abuse.reported', event_ts, report_id: `b${number}`, abuse_category: 'spam' }),
]
const requested = (number: number, event_ts: number): readonly CoreEvent[] => [
  apiEvent({ event_type: 'api.request', event_ts, request_id: `q${number}` }),
]

describe('state', () => {
  it.each<[string, unknown, (number: number, event_ts: number) => readonly CoreEvent[]]>([
    ['lifecycleFacts', lifecycleFacts(), registered],
    ['accountMonths', pipe(holdings, accountMonths), registered],
    ['paidRegistrations', paidRegistrations, registered],
    ['cohortMargins', pipe(revenueRows, cohortMargins), registered],
    ['transferFacts', transferFacts(), transferred],
    ['transferOutcomes', pipe(transferFacts(), transferOutcomes), transferred],
    ['netTransfers', pipe(transferFacts(), netTransfers), transferred],
    ['abuseFacts', abuseFacts, reported],
    ['apiTries', apiTries, requested],
  ])('of %s is no larger after more lives that are over', (_, transform, lifeOf) => {
    const [before, after] = bytesAfterRounds(
      transform as PTransform<PCollection<CoreEvent>, PCollection<unknown>>,
      lifeOf,
    )
    // Counters may have more digits, and that is all.
    expect(after! - before!).toBeLessThan(50)
  })
})
