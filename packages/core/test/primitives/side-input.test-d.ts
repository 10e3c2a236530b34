/**
 * Type tests of side inputs: what functions see is inferred from the views that they are given, and what is not there does not compile.
 */
import { expectTypeOf } from 'vitest'
import {
  asIterable,
  asMap,
  asMultimap,
  asSingleton,
  filter,
  flatMap,
  map,
  parDo,
  reshuffle,
  tagged,
  withKeys,
  withTimestamps,
  type KV,
  type PCollection,
  type SideInput,
  type SideInputs,
  type SideValues,
} from '../../src/index.ts'

interface Order {
  readonly currency: 'EUR' | 'USD'
  readonly amount: number
}
interface Rate {
  readonly perEuro: number
}

/** Compiled, never run. */
export function views(orders: PCollection<Order>, prices: PCollection<KV<Order['currency'], Rate>>): void {
  const rates = prices.pipe(asMap('Rates'))
  const history = prices.pipe(asMultimap('History'))
  const all = orders.pipe(asIterable('All'))
  const limit = orders.pipe(
    map((order) => order.amount),
    asSingleton('Limit', { default: 0 }),
  )

  // Each kind of view has its own form.
  expectTypeOf(rates).toEqualTypeOf<SideInput<ReadonlyMap<Order['currency'], Rate>>>()
  expectTypeOf(history).toEqualTypeOf<SideInput<ReadonlyMap<Order['currency'], readonly Rate[]>>>()
  expectTypeOf(all).toEqualTypeOf<SideInput<readonly Order[]>>()
  expectTypeOf(limit).toEqualTypeOf<SideInput<number>>()
  expectTypeOf(orders.apply('Several', asIterable('All'))).toEqualTypeOf<SideInput<readonly Order[]>>()

  // What stands for nothing may be of a type of its own.
  expectTypeOf(orders.pipe(asSingleton('One', { default: null }))).toEqualTypeOf<SideInput<Order | null>>()
  expectTypeOf(orders.pipe(asSingleton('One', { ready: 'first-pane' }))).toEqualTypeOf<SideInput<Order>>()

  // The value of a view is found under the name that it was given, with the types of all.
  const side = { rates, history, all, limit }
  expectTypeOf<SideValues<typeof side>>().toEqualTypeOf<{
    readonly rates: ReadonlyMap<Order['currency'], Rate>
    readonly history: ReadonlyMap<Order['currency'], readonly Rate[]>
    readonly all: readonly Order[]
    readonly limit: number
  }>()

  // What functions see is inferred, and so is what they return; nothing is annotated.
  expectTypeOf(
    orders.pipe(
      map((order, seen) => order.amount * (seen.rates.get(order.currency)?.perEuro ?? 1), { side: { rates } }),
    ),
  ).toEqualTypeOf<PCollection<number>>()
  expectTypeOf(
    orders.pipe(
      map(({ amount, currency }, { rates: seen }) => [currency, amount, seen.size] as const, { side: { rates } }),
    ),
  ).toEqualTypeOf<PCollection<readonly ['EUR' | 'USD', number, number]>>()
  expectTypeOf(orders.pipe(filter((order, { limit: most }) => order.amount < most, { side: { limit } }))).toEqualTypeOf<
    PCollection<Order>
  >()
  expectTypeOf(
    orders.pipe(
      filter((order, { limit: most }): order is Order & { readonly currency: 'EUR' } => order.amount < most, {
        side: { limit },
      }),
    ),
  ).toEqualTypeOf<PCollection<Order & { readonly currency: 'EUR' }>>()
  expectTypeOf(
    orders.pipe(flatMap((order, { history: rows }) => rows.get(order.currency) ?? [], { side: { history } })),
  ).toEqualTypeOf<PCollection<Rate>>()
  expectTypeOf(
    orders.pipe(withKeys((order, { all: others }) => (others.includes(order) ? 'seen' : 'new'), { side: { all } })),
  ).toEqualTypeOf<PCollection<KV<'seen' | 'new', Order>>>()
  expectTypeOf(
    orders.pipe(withTimestamps((order, { limit: most }) => order.amount + most, { side: { limit } })),
  ).toEqualTypeOf<PCollection<Order>>()

  // A DoFn finds them in its context, with one output and with several.
  const converted = parDo({
    side: { rates, limit },
    *process(order: Order, context) {
      expectTypeOf(context.side.limit).toEqualTypeOf<number>()
      yield context.side.rates.get(order.currency)
    },
  })
  expectTypeOf(orders.pipe(converted)).toEqualTypeOf<PCollection<Rate | undefined>>()
  const split = orders.pipe(
    parDo({
      outputs: ['small', 'large'],
      side: { limit },
      *process(order: Order, { side: { limit: most } }) {
        yield order.amount < most ? tagged('small', order) : tagged('large', order.amount)
      },
    }),
  )
  expectTypeOf(split.small).toEqualTypeOf<PCollection<Order>>()
  expectTypeOf(split.large).toEqualTypeOf<PCollection<number>>()

  // Functions without side inputs are as they were.
  expectTypeOf(orders.pipe(map((order) => order.amount))).toEqualTypeOf<PCollection<number>>()
  expectTypeOf(orders.pipe(map((order) => order.amount, { onError: 'dead-letter' }))).toEqualTypeOf<
    PCollection<number>
  >()
}

/** Compiled, never run. */
export function refused(orders: PCollection<Order>, prices: PCollection<KV<string, Rate>>): void {
  const rates = prices.pipe(asMap('Rates'))
  // @ts-expect-error a name that was not given
  orders.pipe(map((order, { prices: other }) => [order, other], { side: { rates } }))
  // @ts-expect-error a DoFn that was given none
  orders.pipe(parDo({ process: (order: Order, { side }) => [order, side.rates] }))
  // @ts-expect-error no side inputs were given
  orders.pipe(map((order: Order, { rates: seen }) => [order, seen]))
  // @ts-expect-error a collection is no view
  orders.pipe(map((order) => order, { side: { prices } }))
  // @ts-expect-error a view without a name
  orders.pipe(map((order) => order, { side: rates }))
  // @ts-expect-error a view cannot be transformed
  rates.pipe(map((rate) => rate))
  // @ts-expect-error elements without keys are no map
  orders.pipe(asMap('Orders'))
  // @ts-expect-error there is no such readiness
  prices.pipe(asMap('Late', { ready: 'soon' }))
  // @ts-expect-error a map is read only
  orders.pipe(map((order, { rates: seen }) => seen.set(order.currency, { perEuro: 1 }), { side: { rates } }))
  // @ts-expect-error the key is of another type
  orders.pipe(map((order, { rates: seen }) => seen.get(order.amount), { side: { rates } }))
  // @ts-expect-error a reshuffle calls no function
  orders.pipe(reshuffle({ side: { rates } }))
}

/** A composite can take its views as they are named by whoever uses it. */
export function generic<S extends SideInputs>(orders: PCollection<Order>, side: S): PCollection<SideValues<S>> {
  return orders.pipe(map((_, seen: SideValues<S>) => seen, { side }))
}
