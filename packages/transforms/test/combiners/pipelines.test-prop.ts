/**
 * The exact combiners in pipelines: fed by changes, in discarding panes and in sessions that merge, every run means what the elements mean.
 */
import {
  afterCount,
  afterWatermark,
  combinePerKey,
  composite,
  fixedWindows,
  map,
  milliseconds,
  repeatedly,
  sessions,
  windowInto,
  withKeys,
  type KV,
  type PCollection,
} from '@tidemark/core'
import { assertSameAnswer } from '@tidemark/runners/testing'
import {
  collect,
  combineAll,
  count,
  countIf,
  firstBy,
  histogramOf,
  lastBy,
  meanDecimalOf,
  ratio,
  standardDeviationOf,
  sumDecimalOf,
  sumMoneyInOf,
  sumMoneyOf,
  varianceOf,
  where,
  type Money,
} from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'

interface Sale {
  readonly id: string
  readonly region: string
  readonly at: number
  readonly amount: number
  readonly price: Money<'EUR' | 'USD'>
  readonly fee: string
}

const sales: readonly Sale[] = Array.from({ length: 60 }, (_, n) => ({
  id: `${n % 7}`,
  region: n % 3 === 0 ? 'eu' : 'us',
  at: (n * 37) % 100,
  // 0.1 and 1e15 side by side: a sum of doubles would depend on their order.
  amount: n % 4 === 0 ? 1e15 + n : n / 10,
  price: { amount: n % 5 === 0 ? -n : BigInt(n) * 3n, currency: n % 2 === 0 ? 'EUR' : 'USD' },
  fee: `${n % 3}.${n % 10}0`,
}))

const mergeable = {
  count: count(),
  money: sumMoneyOf((sale: Sale) => sale.price),
  dollars: where(
    (sale: Sale) => sale.price.currency === 'USD',
    sumMoneyInOf('USD', (sale: Sale): Money => sale.price),
  ),
  fees: sumDecimalOf((sale: Sale) => sale.fee, { scale: 2 }),
  sizes: histogramOf((sale: Sale) => sale.amount, [0, 1, 2, 5]),
  sales: collect<Sale>(),
  share: ratio({ numerator: countIf((sale: Sale) => sale.amount > 2), denominator: count() }),
}

const exact = {
  ...mergeable,
  variance: varianceOf((sale: Sale) => sale.amount, { of: 'population' }),
  deviation: standardDeviationOf((sale: Sale) => sale.amount, { of: 'sample' }),
  meanFee: meanDecimalOf((sale: Sale) => sale.fee, { scale: 3 }),
}

const early = {
  trigger: afterWatermark({ early: repeatedly(afterCount(2)), late: afterCount(1) }),
  allowedLateness: milliseconds(20),
}
const tried = { timestamp: (sale: Sale) => sale.at, runs: 30, seed: 6060 }

describe('exact combiners in pipelines', () => {
  it('take back what a retracting grouping above corrects', () => {
    const perRegion = composite('PerRegion', (all: PCollection<Sale>) =>
      all.pipe(
        windowInto(fixedWindows(milliseconds(25)), { ...early, accumulationMode: 'retracting' }),
        withKeys((sale) => sale.id),
        combinePerKey(
          'Last',
          lastBy((sale) => sale.at),
        ),
        map(([, sale]: KV<string, Sale | null>) => sale as Sale),
        withKeys((sale) => sale.region),
        combinePerKey('Totals', combineAll(exact)),
      ),
    )
    const { live, restored } = assertSameAnswer(perRegion, sales, tried)
    expect(Math.min(live, restored)).toBeGreaterThan(2)
  })

  it('recombine the panes that a discarding grouping emits', () => {
    const discarded = composite('Discarded', (all: PCollection<Sale>) =>
      all.pipe(
        windowInto(fixedWindows(milliseconds(25)), { ...early, accumulationMode: 'discarding' }),
        withKeys((sale) => sale.region),
        combinePerKey(
          'Totals',
          combineAll({
            ...mergeable,
            first: firstBy((sale: Sale) => sale.at),
            last: lastBy((sale: Sale) => sale.at),
          }),
        ),
      ),
    )
    const { live, restored } = assertSameAnswer(discarded, sales, tried)
    expect(Math.min(live, restored)).toBeGreaterThan(2)
  })

  it('merge where sessions do', () => {
    const perSession = composite('PerSession', (all: PCollection<Sale>) =>
      all.pipe(
        windowInto(sessions(milliseconds(9)), { ...early, accumulationMode: 'accumulating' }),
        withKeys((sale) => sale.id),
        combinePerKey('Totals', combineAll({ ...exact, first: firstBy((sale: Sale) => sale.at) })),
      ),
    )
    const { live, restored } = assertSameAnswer(perSession, sales, tried)
    expect(Math.min(live, restored)).toBeGreaterThan(2)
  })
})
