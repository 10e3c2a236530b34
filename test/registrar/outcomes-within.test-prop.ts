/**
 * outcomesWithin against a search through all elements, for random ones.
 */
import { milliseconds } from '@tidemark/core'
import { assertSameAnswer } from '@tidemark/runners/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { outcomesWithin } from '../../examples/registrar/domain/outcomes-within.ts'
import { rowsOf } from './rows-of.ts'

interface Move {
  readonly event_ts: number
  readonly key: string
  readonly kind: 'begin' | 'end'
  readonly id: number
}

const moves = fc
  .array(
    fc.record({
      event_ts: fc.integer({ min: 0, max: 400 }),
      key: fc.constantFrom('a', 'b'),
      kind: fc.constantFrom('begin' as const, 'end' as const),
    }),
    { maxLength: 30 },
  )
  .map((all): readonly Move[] => all.map((move, id) => ({ ...move, id })))
const lengths = fc.record({ within: fc.integer({ min: 1, max: 100 }), before: fc.integer({ min: 0, max: 100 }) })

const near = ({ within, before }: { readonly within: number; readonly before: number }) =>
  outcomesWithin('Near', {
    key: ({ key }: Move) => key,
    begins: ({ kind }) => kind === 'begin',
    within: milliseconds(within),
    before: milliseconds(before),
    outcome: ({ at, element }, others) => [{ at, id: element.id, near: others.map((other) => other.element.id) }],
  })

describe('outcomesWithin', () => {
  // Mutation: examples/registrar/domain/outcomes-within.ts: `at < beginning.at + within` → `at <= beginning.at + within`
  it('gives each beginning once, dated by it, with all that lies near it', async () => {
    await fc.assert(
      fc.asyncProperty(moves, lengths, async (all, length) => {
        const rows = await rowsOf(all, near(length))
        const found = rows.map(({ value, timestamp }) => {
          expect(timestamp).toBe(value.at)
          return `${value.id}: ${value.near.toSorted((a, b) => a - b).join(' ')}`
        })
        const expected = all
          .filter(({ kind }) => kind === 'begin')
          .map(({ id, key, event_ts }) => {
            const ids = all
              .filter((other) => other.key === key)
              .filter(
                (other) => other.event_ts >= event_ts - length.before && other.event_ts < event_ts + length.within,
              )
              .map((other) => other.id)
            return `${id}: ${ids.toSorted((a, b) => a - b).join(' ')}`
          })
        expect(found.toSorted()).toEqual(expected.toSorted())
      }),
      { numRuns: 200, seed: 20_260_307 },
    )
  })

  it('settles on the same however elements come', () => {
    fc.assert(
      fc.property(moves, lengths, (all, length) => {
        fc.pre(all.length > 0)
        assertSameAnswer(near(length), all, { timestamp: ({ event_ts }) => event_ts, runs: 5, seed: 2 })
      }),
      { numRuns: 20, seed: 20_260_308 },
    )
  })

  it('refuses to wait for no time', () => {
    expect(() => near({ within: 0, before: 0 })).toThrow(expect.objectContaining({ code: 'COHORT_WITHOUT_LIMIT' }))
  })
})
