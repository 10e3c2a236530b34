/**
 * Orders and their revenue per region and minute: the pipeline that the tests of the batch runner share.
 */
import { combinePerKey, composite, fixedWindows, minutes, windowInto, withKeys, type PCollection } from '@tidemark/core'
import { sumOf } from '@tidemark/transforms'

/** An order, placed at `at` milliseconds. */
export interface Order {
  readonly at: number
  readonly region: string
  readonly amount: number
}

/** Two orders in the first minute and one in the second. */
export const orders: readonly Order[] = [
  { at: 1000, region: 'eu', amount: 10 },
  { at: 2000, region: 'us', amount: 5 },
  { at: 61_000, region: 'eu', amount: 7 },
]

/** When an order was placed. */
export const timestamp = (order: Order): number => order.at

/** Sums amounts by minute and region. */
export const revenuePerRegion = composite('RevenuePerRegion', (all: PCollection<Order>) =>
  all.pipe(
    windowInto(fixedWindows(minutes(1))),
    withKeys((order) => order.region),
    combinePerKey(
      'Sum',
      sumOf((order: Order) => order.amount),
    ),
  ),
)
