/**
 * What the types of mapAsync promise: the element from what it is applied to, the answer from what the function returns, and a signal that
 * `fetch` takes where the platform has one.
 */
import { mapAsync, seconds, type AsyncContext, type PCollection, type PTransform } from '@tidemark/core'
import { expectTypeOf } from 'vitest'

interface Order {
  readonly id: string
  readonly amount: number
}

declare const orders: PCollection<Order>

expectTypeOf(orders.pipe(mapAsync('Amounts', async ({ amount }) => Promise.resolve(amount)))).toEqualTypeOf<
  PCollection<number>
>()
expectTypeOf(orders.pipe(mapAsync('Ids', ({ id }) => id))).toEqualTypeOf<PCollection<string>>()
expectTypeOf(
  orders.pipe(
    mapAsync(
      'Fetched',
      async ({ id }, { signal, attempt }) => {
        expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
        expectTypeOf(attempt).toEqualTypeOf<number>()
        const response = await fetch(`https://shop.example/${id}`, { signal })
        return response.status
      },
      { concurrency: 4, cache: { key: ({ id }) => id, expiresAfter: seconds(1) } },
    ),
  ),
).toEqualTypeOf<PCollection<number>>()

// What came back is what the function returns, and parse makes of it and of the element what is emitted.
expectTypeOf(
  orders.pipe(
    mapAsync('Parsed', (): Promise<unknown> => Promise.resolve(1), {
      parse(answer, order) {
        expectTypeOf(answer).toEqualTypeOf<unknown>()
        expectTypeOf(order).toEqualTypeOf<Order>()
        return { id: order.id, answer: Number(answer) }
      },
    }),
  ),
).toEqualTypeOf<PCollection<{ id: string; answer: number }>>()

expectTypeOf(mapAsync('Own', (order: Order) => order.amount)).toEqualTypeOf<
  PTransform<PCollection<Order>, PCollection<number>>
>()
expectTypeOf<AsyncContext['signal']>().toEqualTypeOf<AbortSignal>()

// @ts-expect-error an order that there is not
mapAsync('Order', (order: Order) => order, { order: 'arrival' })
// @ts-expect-error the name is what its state is kept under
mapAsync((order: Order) => order)
const noSuchField = {
  // @ts-expect-error orders have no such field
  cache: { key: ({ ids }: Order) => ids as string, expiresAfter: seconds(1) },
}
orders.pipe(mapAsync('Key', async ({ id }) => Promise.resolve(id), noSuchField))
