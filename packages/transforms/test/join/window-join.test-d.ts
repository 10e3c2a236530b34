/**
 * What the types of windowJoin promise: both values by side, and `null` where its type lets one be missing.
 */
import type { Coder, KV, PCollection } from '@tidemark/core'
import { windowJoin } from '@tidemark/transforms'
import { expectTypeOf } from 'vitest'

interface Order {
  readonly id: string
}
interface Payment {
  readonly cents: number
}

declare const left: PCollection<KV<'eu' | 'us', Order>>
declare const right: PCollection<KV<'eu' | 'us', Payment>>
declare const unkeyed: PCollection<Order>

type Pair = { readonly left: Order; readonly right: Payment }
type Of<V> = PCollection<KV<'eu' | 'us', V>>

expectTypeOf(windowJoin('J', { left, right })).toEqualTypeOf<Of<Pair>>()
expectTypeOf(windowJoin('J', { left, right }, { type: 'left' })).toEqualTypeOf<
  Of<Pair | { readonly left: Order; readonly right: null }>
>()
expectTypeOf(windowJoin('J', { left, right }, { type: 'full' })).toEqualTypeOf<
  Of<Pair | { readonly left: Order; readonly right: null } | { readonly left: null; readonly right: Payment }>
>()
windowJoin('J', { left, right }, { leftCoder: {} as Coder<Order> })
// @ts-expect-error The coder of another side.
windowJoin('J', { left, right }, { rightCoder: {} as Coder<Order> })
// @ts-expect-error Elements without a key meet nobody.
windowJoin('J', { left: unkeyed, right })
