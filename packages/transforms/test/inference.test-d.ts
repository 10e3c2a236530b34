/**
 * Inference: the input of a combiner comes from the collection it is applied to, without an annotation.
 */
import type { CombineFn, KV, PCollection, PTransform } from '@tidemark/core'
import {
  combineAll,
  count,
  countDistinctOf,
  maxBy,
  mean,
  meanOf,
  min,
  minOf,
  over,
  sum,
  sumBigIntOf,
  sumOf,
  top,
} from '@tidemark/transforms'
import { expectTypeOf } from 'vitest'

interface Order {
  readonly region: 'eu' | 'us'
  readonly user: string
  readonly amount: number
  readonly cents: bigint
}

type Region = Order['region']

declare const orders: PCollection<KV<Region, Order>>
declare function combinePerKey<K, V, Acc, Out>(
  name: string,
  combineFn: CombineFn<V, Acc, Out>,
): PTransform<PCollection<KV<K, V>>, PCollection<KV<K, Out>>>

expectTypeOf(orders.pipe(combinePerKey('N', count()))).toEqualTypeOf<PCollection<KV<Region, number>>>()
expectTypeOf(
  orders.pipe(
    combinePerKey(
      'Sum',
      sumOf((order) => order.amount),
    ),
  ),
).toEqualTypeOf<PCollection<KV<Region, number>>>()
expectTypeOf(
  orders.pipe(
    combinePerKey(
      'Cents',
      sumBigIntOf((order) => order.cents),
    ),
  ),
).toEqualTypeOf<PCollection<KV<Region, bigint>>>()
expectTypeOf(
  orders.pipe(
    combinePerKey(
      'Mean',
      meanOf((order) => order.amount),
    ),
  ),
).toEqualTypeOf<PCollection<KV<Region, number>>>()
expectTypeOf(
  orders.pipe(
    combinePerKey(
      'Least',
      minOf((order) => order.amount),
    ),
  ),
).toEqualTypeOf<PCollection<KV<Region, number | null>>>()
expectTypeOf(
  orders.pipe(
    combinePerKey(
      'Best',
      maxBy((order) => order.amount),
    ),
  ),
).toEqualTypeOf<PCollection<KV<Region, Order | null>>>()
expectTypeOf(orders.pipe(combinePerKey('Top', top(3, { by: (order) => order.amount })))).toEqualTypeOf<
  PCollection<KV<Region, readonly Order[]>>
>()
expectTypeOf(
  orders.pipe(
    combinePerKey(
      'Users',
      countDistinctOf((order) => order.user),
    ),
  ),
).toEqualTypeOf<PCollection<KV<Region, number>>>()
expectTypeOf(
  orders.pipe(
    combinePerKey(
      'Over',
      over((order) => order.amount, min()),
    ),
  ),
).toEqualTypeOf<PCollection<KV<Region, number | null>>>()
expectTypeOf(
  orders.pipe(
    combinePerKey(
      'All',
      combineAll({ orders: count(), revenue: sumOf((order) => order.amount), best: maxBy((order) => order.amount) }),
    ),
  ),
).toEqualTypeOf<PCollection<KV<Region, { orders: number; revenue: number; best: Order | null }>>>()

// Without a collection the functions say what they take.
const totals = combineAll({ orders: count(), revenue: sumOf((order: Order) => order.amount) })
expectTypeOf(totals).toEqualTypeOf<CombineFn<Order, unknown[], { orders: number; revenue: number }>>()
expectTypeOf(combineAll({ sum: sum(), mean: mean() })).toEqualTypeOf<
  CombineFn<number, unknown[], { sum: number; mean: number }>
>()

// @ts-expect-error orders are no numbers
orders.pipe(combinePerKey('Sum', sum()))
// @ts-expect-error the parts take different inputs
combineAll({ sum: sum(), text: over((text: string) => text.length, sum()) })
orders.pipe(
  combinePerKey(
    'Sum',
    // @ts-expect-error a user is no number
    sumOf((order) => order.user),
  ),
)
