/**
 * What the types of lookupJoin promise: key, left side and row from what it is applied to and what it looks up.
 */
import type { KV, PCollection } from '@tidemark/core'
import { lookupJoin } from '@tidemark/transforms'
import { expectTypeOf } from 'vitest'

interface Order {
  readonly amount: number
}
interface Customer {
  readonly name: string
}

declare const orders: PCollection<KV<'eu' | 'us', Order>>
declare function find(id: string, signal?: AbortSignal): Promise<Customer | undefined>

type Left = { readonly left: Order; readonly right: Customer } | { readonly left: Order; readonly right: null }

expectTypeOf(orders.pipe(lookupJoin('Customers', (id, { signal }) => find(id, signal)))).toEqualTypeOf<
  PCollection<KV<'eu' | 'us', Left>>
>()
expectTypeOf(orders.pipe(lookupJoin('Customers', (id) => find(id), { type: 'inner' }))).toEqualTypeOf<
  PCollection<KV<'eu' | 'us', { readonly left: Order; readonly right: Customer }>>
>()
expectTypeOf(
  orders.pipe(
    lookupJoin('Customers', (id): Promise<unknown> => find(id), {
      type: 'inner',
      parse: (answer, key) => {
        expectTypeOf(answer).toEqualTypeOf<unknown>()
        expectTypeOf(key).toEqualTypeOf<'eu' | 'us'>()
        return { name: String(answer) }
      },
    }),
  ),
).toEqualTypeOf<PCollection<KV<'eu' | 'us', { readonly left: Order; readonly right: { name: string } }>>>()
// @ts-expect-error a join of all elements of both sides needs both sides
orders.pipe(lookupJoin('Customers', (id) => find(id), { type: 'full' }))
