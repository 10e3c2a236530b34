/**
 * Metrics of every kind, on a few orders whose values are counted by hand, in both runners and both evaluators.
 */
import {
  afterCount,
  afterWatermark,
  boundedOutOfOrderness,
  combinePerKey,
  composite,
  hours,
  map,
  windowInto,
  withKeys,
  type PCollection,
  type Root,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { readMemory } from '@tidemark/io/memory'
import { batchRunner } from '@tidemark/runners/batch'
import { streamingRunner } from '@tidemark/runners/streaming'
import { assertSameAnswer, evaluate, type SettledResult } from '@tidemark/runners/testing'
import { count, countDistinct, maxBy, over, sumOf, where } from '@tidemark/transforms'
import { defineMetric, derived, evaluateMetric, metricSource, rollUp, type Metric } from '@tidemark/transforms/metrics'
import { checkCombineFnLaws } from '@tidemark/core/testing'
import { describe, expect, it } from 'vitest'
import { combinerOf } from '../../src/metrics/measure.ts'
import { partsFn } from '../../src/metrics/one-pass.ts'
import {
  day,
  everyKind,
  growth,
  lastThreeDays,
  monthlyTurnover,
  orders,
  orderSchema,
  paidShare,
  perUser,
  placed,
  revenue,
  revenuePerOrder,
  shareToDate,
  stock,
  trialToPaid,
  type Order,
} from './metrics-of-orders.ts'

const JAN_30 = Date.UTC(2026, 0, 30)
const HOUR = 3_600_000
const DAY = 24 * HOUR

function order(hour: number, user: string, kind: 'trial' | 'paid', cents: number, region = 'eu'): Order {
  return { at: JAN_30 + hour * HOUR, user, region, channel: 'web', kind, cents }
}

// 30 January: ann tries and buys, bob tries. 31 January: bob buys, just in time. 2 February: cy buys, in the us.
const RAW: readonly Order[] = [
  order(1, 'ann', 'trial', 10),
  order(2, 'ann', 'paid', 30),
  order(3, 'bob', 'trial', 5),
  order(51, 'bob', 'paid', 25, 'us'),
  order(47, 'bob', 'paid', 15),
  order(80, 'cy', 'paid', 100, 'us'),
]

/** Values by day of January or February, region and value. */
function valuesOf(metric: Metric<never>): unknown {
  return evaluateMetric(metric as never, RAW as never).map(({ window, slice, value }) => [
    new Date(window.end - 1).toISOString().slice(5, 10),
    slice['region'],
    value,
  ])
}

function read(root: Root): PCollection<Order> {
  return root.pipe(
    readMemory('Orders', RAW, { timestamp: ({ at }) => at, watermark: boundedOutOfOrderness(hours(100)) }),
  )
}

const entriesOf = (result: SettledResult): unknown =>
  result.entries.map(({ window, value, count }) => ({ window, value, count }))

describe('a metric', () => {
  it('counts the rows of each window and slice, and says nothing where there are none', () => {
    expect(valuesOf(placed)).toEqual([
      ['01-30', 'eu', 3],
      ['01-31', 'eu', 1],
      ['02-01', 'us', 1],
      ['02-02', 'us', 1],
    ])
  })

  // Mutation: packages/transforms/src/metrics/rows-plan.ts: `filter((row) => where(row as never))` → `filter(() => true)`
  it('counts only rows that it names', async () => {
    expect(valuesOf(revenue)).toEqual([
      ['01-30', 'eu', 30],
      ['01-31', 'eu', 15],
      ['02-01', 'us', 25],
      ['02-02', 'us', 100],
    ])
    const { outputs } = await batchRunner({ progress: 'never' }).run((root) => ({ revenue: read(root).pipe(revenue) }))
    expect(outputs.revenue.map(({ value }) => value.value).toSorted((a, b) => a - b)).toEqual([15, 25, 30, 100])
  })

  it('divides, and keeps numerator and denominator', () => {
    expect(valuesOf(paidShare)).toEqual([
      ['01-30', 'eu', 1 / 3],
      ['01-31', 'eu', 1],
      ['02-01', 'us', 1],
      ['02-02', 'us', 1],
    ])
    expect(evaluateMetric(paidShare, RAW)[0]!.parts).toEqual({ numerator: 1, denominator: 3 })
  })

  it('divides by what is counted once', () => {
    expect(evaluateMetric(perUser, RAW).map(({ value }) => value)).toEqual([3 / 2, 1, 1, 1])
  })

  it('looks back over units of its grain, and reports units in which nothing came', () => {
    expect(valuesOf(lastThreeDays)).toEqual([
      ['01-30', 'eu', 3],
      ['01-31', 'eu', 4],
      ['02-01', 'eu', 4],
      ['02-01', 'us', 1],
      ['02-02', 'eu', 1],
      ['02-02', 'us', 2],
      ['02-03', 'us', 2],
      ['02-04', 'us', 1],
    ])
  })

  it('goes from the start of a month to the end of each day, and starts anew with the next', () => {
    const february = (valuesOf(shareToDate) as unknown[][]).filter(([at]) => String(at) <= '02-03')
    expect(february).toEqual([
      ['01-30', 'eu', 1 / 3],
      ['01-31', 'eu', 2 / 4],
      ['02-01', 'us', 1],
      ['02-02', 'us', 1],
      ['02-03', 'us', 1],
    ])
  })

  // Mutation: packages/transforms/src/metrics/level-plan.ts: `if (window.end <= state.last.read()! + carry)` → `if (false)`
  it('tells a level at the end of each unit, and tells it again while it is carried', async () => {
    const expected = [
      ['01-30', 'eu', 45n],
      ['01-31', 'eu', 60n],
      ['02-01', 'eu', 60n],
      ['02-01', 'us', 25n],
      ['02-02', 'eu', 60n],
      ['02-02', 'us', 125n],
      ['02-03', 'us', 125n],
      ['02-04', 'us', 125n],
    ]
    expect(valuesOf(stock)).toEqual(expected)
    const { outputs } = await batchRunner({ progress: 'never' }).run((root) => ({ stock: read(root).pipe(stock) }))
    expect(outputs.stock).toHaveLength(expected.length)
    expect(evaluateMetric(stock, RAW)[1]!.parts).toEqual({ opening: 45n, closing: 60n })
  })

  // Mutation: packages/transforms/src/metrics/roll-up.ts: `plan.fill?.(told) ?? told` → `told`
  it('of levels makes up a total of slices that are not told any more, as they have not changed', () => {
    const total = rollUp(stock, evaluateMetric(stock, RAW)).map(({ value }) => value)
    expect(total).toEqual([45n, 60n, 85n, 185n, 185n, 185n])
  })

  it('reports growth as a share of what there was, and null where there was nothing', () => {
    expect(valuesOf(growth)).toEqual([
      ['01-31', 'eu', null],
      ['02-28', 'eu', 0],
      ['02-28', 'us', null],
    ])
  })

  // Mutation: packages/transforms/src/metrics/conversion-rows.ts: `timers.limit.set(timestamp + within, { outputTimestamp: timestamp })` → `timers.limit.set(timestamp + within)`
  it('dates a conversion by its beginning, and counts it to the last moment of the limit', async () => {
    // Ann began at hour 1 and arrived at 2, bob began at 3 and arrived at 47: both in 48 hours, both in the cohort of 30 January.
    expect(valuesOf(trialToPaid)).toEqual([['01-30', 'eu', 1]])
    const late = RAW.filter(({ user, cents }) => user !== 'bob' || cents !== 15)
    // Without that order bob arrives at hour 51: exactly 48 hours after his beginning.
    expect(evaluateMetric(trialToPaid, late).map(({ value }) => value)).toEqual([1])
    const later = late.map((one) => (one.cents === 25 ? { ...one, at: one.at + 1 } : one))
    expect(evaluateMetric(trialToPaid, later).map(({ value }) => value)).toEqual([1 / 2])
    const { outputs } = await batchRunner({ progress: 'never' }).run((root) => ({
      share: read(root).pipe(trialToPaid),
    }))
    expect(outputs.share.map(({ value, window }) => [value.value, window.start])).toEqual([[1, JAN_30]])
  })

  it('computes a formula of the values of others', () => {
    expect(valuesOf(revenuePerOrder)).toEqual([
      ['01-30', 'eu', 10],
      ['01-31', 'eu', 15],
      ['02-01', 'us', 25],
      ['02-02', 'us', 100],
    ])
  })

  it('joins metrics of other windows by unit of its own grain', () => {
    expect(valuesOf(monthlyTurnover)).toEqual([
      // Three and one orders; a stock of 45 and 60.
      ['01-31', 'eu', 4 / 52.5],
      // A level without orders is no turnover of nought: nothing is known of eu in February.
      ['02-28', 'eu', null],
      ['02-28', 'us', 2 / ((25 + 3 * 125) / 4)],
    ])
  })

  it.each(everyKind.map((metric) => [metric.id, metric] as const))(
    'of kind %s is the same in both runners, in the reference evaluator and by plain loops, and none of its steps may drift',
    async (_, metric) => {
      const pipeline = (root: Root) => ({ values: read(root).pipe(metric as Metric<Order>) })
      expect(buildGraph(pipeline).steps.filter(({ drift }) => !drift.safe)).toEqual([])
      const expected = evaluateMetric(metric as Metric<Order>, RAW).map((value) => ({
        window: value.window,
        value,
        count: 1,
      }))
      const settledWindow = (entry: (typeof expected)[number]): unknown => ({ value: entry.value, count: entry.count })
      const byValue = (result: SettledResult): unknown =>
        (entriesOf(result) as typeof expected).map(settledWindow).toSorted(byJson)
      const naive = expected.map(settledWindow).toSorted(byJson)
      expect(byValue(evaluate(pipeline, { Orders: RAW }).outputs.values)).toEqual(naive)
      const batch = await batchRunner({ settled: true, progress: 'never' }).run(pipeline)
      expect(byValue(batch.settled.values)).toEqual(naive)
      const job = streamingRunner({ settled: true }).run(pipeline)
      await job.done
      expect(byValue(job.settled.values)).toEqual(naive)
    },
  )

  it('over changes takes back what they take back', () => {
    // Only the largest order of a user and day counts: a later one takes the one before back.
    const largestOfUser = defineMetric({
      id: 'largest_orders',
      source: orders,
      measure: over(orderSchema.fields.user, countDistinct()),
      grain: day,
    })
    const corrected = composite('Corrected', (rows: PCollection<Order>) =>
      rows.pipe(
        windowInto(day, {
          trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }),
          allowedLateness: hours(200),
          accumulationMode: 'retracting',
        }),
        withKeys(({ user }) => user),
        combinePerKey(
          'Largest',
          maxBy(({ cents }: Order) => cents),
        ),
        map(([, largest]) => largest as Order),
        largestOfUser,
      ),
    )
    expect(assertSameAnswer(corrected, RAW, { timestamp: ({ at }) => at, runs: 30, seed: 11 }).live).toBeGreaterThan(5)
  })
})

describe('a formula over several sources', () => {
  interface Visit {
    readonly at: number
    readonly region: string
  }
  const visits = metricSource<Visit>('Visits', { timestamp: ({ at }) => at })
  const visitCount = defineMetric({
    id: 'visits',
    source: visits,
    measure: over((visit: Visit) => visit.region, countDistinct()),
    grain: day,
  })
  const orderCount = defineMetric({
    id: 'order_count',
    source: orders,
    measure: over(orderSchema.fields.user, countDistinct()),
    grain: day,
  })
  const perVisit = defineMetric({
    id: 'orders_per_visit',
    measure: derived({
      from: { orderCount, visitCount },
      value: (of) => of.orderCount / of.visitCount,
      whenMissing: { orderCount: 0 },
    }),
  })
  const joined = defineMetric({
    id: 'stock_per_visit',
    measure: derived({ from: { stock, visitCount }, value: (of) => Number(of.stock) / of.visitCount }),
    grain: day,
  })
  const seen: readonly Visit[] = [
    { at: JAN_30 + 5 * HOUR, region: 'eu' },
    { at: JAN_30 + 6 * HOUR, region: 'us' },
    { at: JAN_30 + 3 * DAY, region: 'us' },
  ]

  it('takes rows for each input by name, in one pass and joined', async () => {
    const values = { perVisit: [2 / 2, null, null, 1], joined: [45 / 2, null, null, 185] }
    expect(evaluateMetric(perVisit, { orderCount: RAW, visitCount: seen }).map(({ value }) => value)).toEqual(
      values.perVisit,
    )
    const pipeline = (root: Root) => {
      const orderRows = read(root)
      const visitRows = root.pipe(readMemory('Visits', seen, { timestamp: ({ at }) => at }))
      return {
        perVisit: perVisit.join({ orderCount: orderRows, visitCount: visitRows }),
        joined: joined.join({ stock: orderRows, visitCount: visitRows }),
      }
    }
    const { outputs } = await batchRunner({ progress: 'never' }).run(pipeline)
    const inOrder = (list: typeof outputs.joined): unknown =>
      list.toSorted((a, b) => a.window.start - b.window.start).map(({ value }) => value.value)
    expect(inOrder(outputs.perVisit)).toEqual(values.perVisit)
    const loops = evaluateMetric(joined, { stock: RAW, visitCount: seen })
    expect(inOrder(outputs.joined)).toEqual(loops.map(({ value }) => value))
    expect(assertSameAnswer(pipeline, { Orders: RAW, Visits: seen }, { runs: 30, seed: 5 }).runs).toBe(30)
  })
})

describe('the combiners of metrics keep the laws', () => {
  const distinct = where(orderSchema.fields.cents.moreThan(12), over(orderSchema.fields.user, countDistinct()))

  it('of an aspect and a condition', () => {
    expect(checkCombineFnLaws(distinct, [...RAW])).toEqual([])
  })

  it('of all parts of a metric, with and without accumulators', () => {
    const parts = {
      distinct: combinerOf(distinct),
      sum: combinerOf(sumOf((row: Order) => row.cents)),
      n: combinerOf(count()),
    }
    const keeping = { distinct: 'accumulator', sum: 'apart', n: 'output' } as const
    expect(checkCombineFnLaws(partsFn({ parts, value: () => null }, keeping), [...RAW])).toEqual([])
  })
})

function byJson(a: unknown, b: unknown): number {
  const text = (value: unknown): string =>
    JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? `${one}n` : one))
  return text(a) < text(b) ? -1 : 1
}
