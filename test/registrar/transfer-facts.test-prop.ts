/**
 * Transfers against a clerk who counts hours down, for random histories.
 */
import fc from 'fast-check'
import { assertSameAnswer } from '@tidemark/runners/testing'
import { pipe } from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import { transferFacts } from '../../examples/registrar/domain/transfer-facts.ts'
import { netTransfers, transferOutcomes } from '../../examples/registrar/domain/transfer-outcomes.ts'
import { eppEvent, type EppEvent, type EppType } from '../../examples/registrar/events/epp-event.ts'
import { pollEvent, type PollEvent } from '../../examples/registrar/events/poll-event.ts'
import { rowsOf } from './rows-of.ts'

const HOUR = 3_600_000

const KINDS = [
  'request',
  'request',
  'request',
  'wrong',
  'approve',
  'reject',
  'cancel',
  'delete',
  'foreign',
  'reversed',
] as const
type Kind = (typeof KINDS)[number]
const gaps = fc.oneof(
  fc.integer({ min: 1, max: 80 }),
  fc.constantFrom(119, 120, 121),
  fc.integer({ min: 81, max: 300 }),
)
const histories = fc.array(fc.tuple(gaps, fc.constantFrom(...KINDS)), { minLength: 1, maxLength: 16 })
type History = readonly (readonly [number, Kind])[]

const TYPES: Readonly<Record<Exclude<Kind, 'reversed'>, EppType>> = {
  request: 'domain.transfer_request',
  wrong: 'domain.transfer_request',
  approve: 'domain.transfer_approve',
  reject: 'domain.transfer_reject',
  cancel: 'domain.transfer_cancel',
  delete: 'domain.delete',
  foreign: 'domain.delete',
}

function eventsOf(history: History, domain = 'name.test'): readonly (EppEvent | PollEvent)[] {
  let hour = 0
  return history.map(([gap, kind]) => {
    hour += gap
    const at = { event_ts: hour * HOUR, domain }
    if (kind === 'reversed') return pollEvent({ event_type: 'poll.transfer_reversed', ...at })
    return eppEvent({
      event_type: TYPES[kind],
      ...at,
      result_code: kind === 'wrong' ? 2202 : 1000,
      registrar: kind === 'foreign' ? '9009' : '9001',
      losing_registrar: '9002',
    })
  })
}

/** What a clerk writes down: `hour fact hours-that-it-took`. */
function naive(history: History): readonly string[] {
  const written: string[] = []
  const at = new Map<number, Kind>()
  let hour = 0
  for (const [gap, kind] of history) at.set((hour += gap), kind)
  let pending: { since: number; left: number } | undefined
  let graces: { took: number; left: number }[] = []
  let disputable: number | undefined
  const write = (now: number, fact: string, took: number | null = null): number =>
    written.push(`${now} ${fact} ${took}`)
  const complete = (now: number): void => {
    const took = now - pending!.since
    write(now, 'completed', took)
    write(now, 'losing_successful', took)
    graces.push({ took, left: 120 })
    disputable = took
    pending = undefined
  }
  for (let now = 0; now <= hour + 300; now += 1) {
    for (const grace of graces) if ((grace.left -= 1) === 0) write(now, 'gaining_successful', grace.took)
    graces = graces.filter(({ left }) => left > 0)
    if (pending !== undefined && (pending.left -= 1) === 0) complete(now)
    switch (at.get(now)) {
      case 'request':
        if (pending !== undefined) break
        pending = { since: now, left: 120 }
        write(now, 'initiated')
        break
      case 'wrong':
        write(now, 'attempt_failed')
        break
      case 'approve':
        if (pending !== undefined) complete(now)
        break
      case 'reject':
      case 'cancel':
        if (pending === undefined) break
        write(now, at.get(now) === 'reject' ? 'rejected' : 'cancelled', now - pending.since)
        pending = undefined
        break
      case 'delete':
        for (const { took } of graces) write(now, 'deleted_in_grace', took)
        graces = []
        break
      case 'reversed':
        if (disputable !== undefined) write(now, 'reversed', disputable)
        disputable = undefined
        break
      default:
    }
  }
  return written.toSorted()
}

describe('transferFacts', () => {
  // Mutation: examples/registrar/domain/transfer-facts.ts: `timer.set(due - 1,` → `timer.set(due,`
  it('writes down what a clerk who counts hours does', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const rows = await rowsOf(eventsOf(history), transferFacts())
        const facts = rows.map(({ value: { fact, duration_ms }, timestamp }) => {
          return `${timestamp / HOUR} ${fact} ${duration_ms === null ? null : duration_ms / HOUR}`
        })
        expect(facts.toSorted()).toEqual(naive(history))
      }),
      { numRuns: 200, seed: 20_260_304 },
    )
  })

  it('gives each request one outcome and each completed transfer two sides', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const written = naive(history).map((line) => line.split(' '))
        const count = (...facts: string[]): number => written.filter(([, fact]) => facts.includes(fact!)).length
        const outcomes = await rowsOf(eventsOf(history), pipe(transferFacts(), transferOutcomes))
        expect(outcomes.map(({ timestamp }) => timestamp / HOUR).toSorted((a, b) => a - b)).toEqual(
          written
            .filter(([, fact]) => fact === 'initiated')
            .map(([hour]) => Number(hour))
            .toSorted((a, b) => a - b),
        )
        expect(outcomes.filter(({ value }) => value.completed === 1)).toHaveLength(count('completed'))
        expect(outcomes.filter(({ value }) => value.counts_for_sla === 1)).toHaveLength(count('completed', 'rejected'))
        const sides = await rowsOf(eventsOf(history), pipe(transferFacts(), netTransfers))
        expect(sides).toHaveLength(2 * count('completed'))
        expect(sides.reduce((sum, { value }) => sum + value.net, 0)).toBe(
          count('gaining_successful') - count('completed'),
        )
      }),
      { numRuns: 60, seed: 20_260_305 },
    )
  })

  it('settles on the same however the events come', () => {
    fc.assert(
      fc.property(histories, histories, (one, other) => {
        const events = [...eventsOf(one, 'one.test'), ...eventsOf(other, 'other.test')]
        const options = { timestamp: ({ event_ts }: EppEvent | PollEvent) => event_ts, runs: 4, seed: 5 }
        assertSameAnswer(pipe(transferFacts(), netTransfers), events, options)
      }),
      { numRuns: 12, seed: 20_260_306 },
    )
  })
})
