/**
 * Metrics of every kind on random orders: every run gives what the plain loops give (R58), and slices put together are the total.
 */
import { assertSameAnswer } from '@tidemark/runners/testing'
import { evaluateMetric, rollUp, type AnyMetric, type Metric } from '@tidemark/transforms/metrics'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { batchRunner } from '@tidemark/runners/batch'
import { create, keyText } from '@tidemark/core'
import { everyKind, randomOrders, type Order } from './metrics-of-orders.ts'

const order: fc.Arbitrary<Order> = fc.record({
  at: fc.integer({ min: 0, max: 6 * 24 * 60 }).map((minute) => Date.UTC(2026, 0, 29) + minute * 60_000),
  user: fc.constantFrom('a', 'b', 'c'),
  region: fc.constantFrom('eu', 'us'),
  channel: fc.constantFrom('web', 'shop'),
  kind: fc.constantFrom('trial', 'paid'),
  cents: fc.integer({ min: 1, max: 500 }),
})

/** Values as a multiset. */
function asSet(values: readonly unknown[]): readonly string[] {
  return values.map((value) => keyText(value)).toSorted()
}

/** The same metric with fewer dimensions, straight from the rows. */
function withDimensions(metric: AnyMetric, rows: readonly Order[], dimensions: readonly string[]): readonly unknown[] {
  const { plan, wanted } = metric['~metric']
  const timed = rows.map((row) => ({ row, timestamp: row.at }))
  return plan.loops(timed, { ...wanted, dimensions }).map(({ window, slice, value }) => ({ window, slice, value }))
}

describe.each(everyKind.map((metric) => [metric.id, metric as Metric<Order>] as const))('%s', (_, metric) => {
  it('is in a run over history what plain loops say', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(order, { maxLength: 12 }), async (rows) => {
        const { outputs } = await batchRunner({ progress: 'never' }).run((root) => ({
          values: root.pipe(create('Orders', rows, { timestamp: ({ at }) => at }), metric),
        }))
        // Without late rows every pane holds all that there is; a window has one value.
        const last = new Map(outputs.values.map(({ value }) => [keyText([value.window, value.slice]), value]))
        expect(asSet([...last.values()])).toEqual(asSet(evaluateMetric(metric, rows)))
      }),
      { seed: 20_260_131, numRuns: 25 },
    )
  })

  it('does not depend on how rows come', () => {
    const tried = assertSameAnswer(metric, randomOrders(40, 3), { timestamp: ({ at }) => at, runs: 16, seed: 101 })
    expect(tried.live).toBeGreaterThan(4)
    expect(tried.restored).toBeGreaterThan(0)
  })

  it.skipIf(metric.entry.slices === 'apart')('has slices that make up the total, and every part of it', () => {
    fc.assert(
      fc.property(fc.array(order, { maxLength: 20 }), (rows) => {
        const slices = evaluateMetric(metric, rows)
        for (const by of [[], ['region'], ['channel'], ['region', 'channel']]) {
          const rolled = rollUp(metric, slices, { by }).map(({ window, slice, value }) => ({ window, slice, value }))
          expect(asSet(rolled)).toEqual(asSet(withDimensions(metric, rows, by)))
        }
      }),
      { seed: 20_260_201, numRuns: 60 },
    )
  })
})
