/**
 * What the types of joins promise: both values by side, `null` where the type lets one be missing, lists by the names of inputs; and that
 * there is no interval join without bounds.
 */
import {
  asOfJoin,
  coGroupByKey,
  filter,
  fixedWindows,
  hours,
  intervalJoin,
  map,
  minutes,
  reshuffle,
  windowInto,
  withKeys,
  withTimestamps,
  type Coder,
  type CoGroupByKeyOptions,
  type JoinType,
  type KV,
  type PCollection,
} from '@tidemark/core'
import { describe, expectTypeOf, it } from 'vitest'

interface Order {
  readonly id: string
}
interface Payment {
  readonly cents: number
}

declare const orders: PCollection<KV<'eu' | 'us', Order>>
declare const payments: PCollection<KV<'eu' | 'us', Payment>>
declare const refunds: PCollection<KV<'us' | 'uk', bigint>>
declare const unkeyed: PCollection<Order>

const bounds = { before: minutes(0), after: hours(1) }
type Pair = { readonly left: Order; readonly right: Payment }
type LeftAlone = { readonly left: Order; readonly right: null }
type RightAlone = { readonly left: null; readonly right: Payment }
type Of<V> = PCollection<KV<'eu' | 'us', V>>

describe('intervalJoin', () => {
  it('gives pairs, and what may be missing by its type', () => {
    const sides = { left: orders, right: payments }
    expectTypeOf(intervalJoin('J', sides, bounds)).toEqualTypeOf<Of<Pair>>()
    expectTypeOf(intervalJoin('J', sides, { ...bounds, type: 'inner' })).toEqualTypeOf<Of<Pair>>()
    expectTypeOf(intervalJoin('J', sides, { ...bounds, type: 'left' })).toEqualTypeOf<Of<Pair | LeftAlone>>()
    expectTypeOf(intervalJoin('J', sides, { ...bounds, type: 'right' })).toEqualTypeOf<Of<Pair | RightAlone>>()
    expectTypeOf(intervalJoin('J', sides, { ...bounds, type: 'full' })).toEqualTypeOf<
      Of<Pair | LeftAlone | RightAlone>
    >()
    const type = 'left' as JoinType
    expectTypeOf(intervalJoin('J', sides, { ...bounds, type })).toEqualTypeOf<Of<Pair | LeftAlone | RightAlone>>()
  })

  it('does not compile without both bounds', () => {
    // @ts-expect-error An element would be kept for ever.
    intervalJoin('J', { left: orders, right: payments }, { before: minutes(1) })
    // @ts-expect-error An element would be kept for ever.
    intervalJoin('J', { left: orders, right: payments }, {})
    // @ts-expect-error An element would be kept for ever.
    intervalJoin('J', { left: orders, right: payments })
    // @ts-expect-error A bare number says no unit.
    intervalJoin('J', { left: orders, right: payments }, { before: 0, after: 1 })
  })

  it('takes two keyed inputs with keys of one type', () => {
    // @ts-expect-error Elements without a key meet nobody.
    intervalJoin('J', { left: unkeyed, right: payments }, bounds)
    // @ts-expect-error A join has two sides.
    intervalJoin('J', { left: orders }, bounds)
    const text = {} as Coder<string>
    // @ts-expect-error The coder of another side.
    intervalJoin('J', { left: orders, right: payments }, { ...bounds, leftCoder: text })
  })
})

describe('coGroupByKey', () => {
  it('gives lists by the names of its inputs, of as many as there are', () => {
    expectTypeOf(coGroupByKey('J', { orders, payments, refunds })).toEqualTypeOf<
      PCollection<
        KV<
          'eu' | 'us' | 'uk',
          {
            readonly orders: readonly Order[]
            readonly payments: readonly Payment[]
            readonly refunds: readonly bigint[]
          }
        >
      >
    >()
  })

  it('takes inputs whose names an interface knows', () => {
    interface Sides {
      readonly left: typeof orders
      readonly right: typeof payments
    }
    expectTypeOf(coGroupByKey('J', {} as Sides)).toEqualTypeOf<
      Of<{ readonly left: readonly Order[]; readonly right: readonly Payment[] }>
    >()
  })

  it('takes coders of keys and, by the name of the input, of values', () => {
    type Options = CoGroupByKeyOptions<{ orders: typeof orders; refunds: typeof refunds }>
    expectTypeOf<NonNullable<Options['keyCoder']>>().toEqualTypeOf<Coder<'eu' | 'us' | 'uk'>>()
    expectTypeOf<NonNullable<Options['valueCoders']>>().toEqualTypeOf<{
      readonly orders?: Coder<Order>
      readonly refunds?: Coder<bigint>
    }>()
    const big = {} as Coder<bigint>
    coGroupByKey('J', { orders, refunds }, { valueCoders: { refunds: big }, order: 'any' })
    // @ts-expect-error There is no such input.
    coGroupByKey('J', { orders, refunds }, { valueCoders: { payments: big } })
    // @ts-expect-error Orders are no bigints.
    coGroupByKey('J', { orders, refunds }, { valueCoders: { orders: big } })
  })
})

describe('inputs that are made where they stand', () => {
  const windows = fixedWindows(hours(1))

  it('have the elements of what they are made of', () => {
    const left = () => orders.pipe(windowInto(windows))
    expectTypeOf(intervalJoin('J', { left: orders.pipe(windowInto(windows)), right: payments }, bounds)).toEqualTypeOf<
      Of<Pair>
    >()
    expectTypeOf(asOfJoin('J', { left: orders.pipe(windowInto(windows)), right: payments })).toEqualTypeOf<
      Of<Pair | LeftAlone>
    >()
    expectTypeOf(
      asOfJoin('J', {
        left: orders.pipe(filter(([key]) => key === 'eu')),
        right: payments.pipe(withTimestamps(([, { cents }]) => cents)),
      }),
    ).toEqualTypeOf<Of<Pair | LeftAlone>>()
    expectTypeOf(asOfJoin('J', { left: left(), right: payments.pipe(reshuffle()) })).toEqualTypeOf<
      Of<Pair | LeftAlone>
    >()
    expectTypeOf(
      asOfJoin('J', {
        left: unkeyed.pipe(withKeys(({ id }) => id)),
        right: payments.pipe(map(([, value]) => ['eu', value])),
      }),
    ).toEqualTypeOf<PCollection<KV<string, Pair | LeftAlone>>>()
  })

  it('are still what they have to be', () => {
    // @ts-expect-error Elements without a key meet nobody.
    asOfJoin('J', { left: unkeyed.pipe(windowInto(windows)), right: payments })
  })
})
