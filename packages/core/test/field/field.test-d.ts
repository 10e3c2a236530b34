/**
 * What the types of named fields promise: the row is inferred, and what does not go together does not compile.
 */
import {
  combinePerKey,
  filter,
  map,
  pipe,
  read,
  withKeys,
  type KV,
  type PCollection,
  type PullSource,
  type StandardSchema,
  type StandardSchemaOutput,
} from '@tidemark/core'
import {
  allOf,
  anyOf,
  constant,
  fromExpression,
  not,
  recordOf,
  schema,
  tupleOf,
  type Condition,
  type Field,
  type FieldExpression,
  type RowOfSchema,
  type Schema,
} from '@tidemark/core/fields'
import { sumOf } from '@tidemark/transforms'
import { describe, expectTypeOf, it } from 'vitest'
import { z } from 'zod'

const order = schema('Order', {
  id: 'text',
  amount: 'integer',
  weight: 'number?',
  isGift: 'boolean',
  isPaid: 'boolean?',
  cents: 'bigint',
  placedAt: 'timestamp',
  tags: 'text[]',
  notes: 'text[]?',
  price: { amount: 'decimal', currency: 'text?' },
})
type Order = RowOfSchema<typeof order>
const { id, amount, weight, isGift, isPaid, cents, placedAt, tags, price } = order.fields

const zoned = z.object({
  zone: z.enum(['eu', 'us']),
  size: z.number().nullable(),
  inner: z.object({ a: z.string() }).optional(),
})
type Zoned = z.output<typeof zoned>
declare const orders: PCollection<Order>
interface Wide extends Order {
  readonly extra: 'more'
}
declare const wide: PCollection<Wide>
declare const source: PullSource<Order>

describe('a schema', () => {
  it('gives the type of its rows from the short form', () => {
    expectTypeOf<Order>().toEqualTypeOf<{
      readonly id: string
      readonly amount: number
      readonly isGift: boolean
      readonly cents: bigint
      readonly placedAt: number
      readonly tags: readonly string[]
      readonly price: { readonly amount: string; readonly currency?: string | null | undefined }
      readonly weight?: number | null | undefined
      readonly isPaid?: boolean | null | undefined
      readonly notes?: readonly string[] | null | undefined
    }>()
    expectTypeOf(weight).returns.toEqualTypeOf<number | null>()
    expectTypeOf(tags).returns.toEqualTypeOf<readonly string[]>()
    expectTypeOf(price.fields.currency).returns.toEqualTypeOf<string | null>()
    // @ts-expect-error a type that is none
    schema('Order', { id: 'string' })
    // @ts-expect-error a list of lists
    schema('Order', { id: 'text[][]' })
  })

  it('gives that of a Standard Schema', () => {
    const whole = schema('Zoned', zoned)
    expectTypeOf(whole.parse).returns.toEqualTypeOf<Zoned>()
    expectTypeOf(whole.fields.zone).returns.toEqualTypeOf<'eu' | 'us'>()
    expectTypeOf(whole.fields.size).returns.toEqualTypeOf<number | null>()
    // A record that may be absent has fields that may be null.
    expectTypeOf(whole.fields.inner.fields.a).returns.toEqualTypeOf<string | null>()
    // @ts-expect-error a value that the field never has
    whole.fields.zone.is('asia')
  })

  it('names only fields that are there, with types that they have', () => {
    const part = schema('Zoned', zoned, { zone: 'text', size: 'number?' })
    expectTypeOf(part.fields.size).returns.toEqualTypeOf<number | null>()
    expectTypeOf(part.fields).not.toHaveProperty('inner')
    // @ts-expect-error the schema says that it may be null
    schema('Zoned', zoned, { size: 'number' })
    // @ts-expect-error the schema has another type
    schema('Zoned', zoned, { zone: 'integer' })
    // @ts-expect-error the schema has no such field
    schema('Zoned', zoned, { zones: 'text' })
    // @ts-expect-error the schema has no such field
    void order.fields.amuont
    // @ts-expect-error the record has no such field
    void price.fields.amuont
  })

  it('is a Standard Schema', () => {
    const standard: StandardSchema<unknown, Order> = order
    expectTypeOf(standard['~standard'].version).toEqualTypeOf<1>()
    expectTypeOf<StandardSchemaOutput<typeof order>>().toEqualTypeOf<Order>()
  })
})

describe('an expression', () => {
  it('is a function of the row', () => {
    expectTypeOf(amount).toExtend<(row: Order) => number>()
    expectTypeOf(amount).toExtend<Field<Order, number>>()
    expectTypeOf(amount.moreThan(1)).toEqualTypeOf<Condition<Order>>()
    expectTypeOf(allOf(amount.moreThan(1), id.is('a'))).toExtend<(row: Order) => boolean>()
    const again: (row: Order) => unknown = fromExpression({}, order)
    expectTypeOf(again).returns.toEqualTypeOf<unknown>()
    // Whoever takes any schema of a row says so.
    const described = (any: Schema<Order, unknown>): string => any.name
    described(order)
    // @ts-expect-error a schema of other rows
    described(schema('Other', { size: 'integer' }))
  })

  it('compares values of one type', () => {
    id.is('a')
    amount.lessThan(weight)
    placedAt.atLeast(placedAt.truncatedTo('month', 'UTC'))
    // @ts-expect-error a number with a text
    amount.is('a')
    // @ts-expect-error a number with a bigint
    amount.lessThan(1n)
    // @ts-expect-error a bigint with a number
    cents.moreThan(amount)
    // @ts-expect-error null is asked for with isNull()
    weight.is(null)
    // @ts-expect-error one of the values is of another type
    id.isIn(['a', 1])
    // @ts-expect-error true is not more than false
    isGift.moreThan(false)
    // @ts-expect-error lists have no order
    tags.lessThan(tags)
    // @ts-expect-error a field of another row
    amount.is(schema('Other', { size: 'integer' }).fields.size)
  })

  it('computes with numbers or with bigints, and knows what may be null', () => {
    expectTypeOf(amount.plus(1)).toEqualTypeOf<FieldExpression<Order, number>>()
    expectTypeOf(amount.plus(weight)).toEqualTypeOf<FieldExpression<Order, number | null>>()
    expectTypeOf(weight.times(2)).returns.toEqualTypeOf<number | null>()
    expectTypeOf(weight.orElse(0).times(2)).returns.toEqualTypeOf<number>()
    expectTypeOf(cents.minus(1n)).returns.toEqualTypeOf<bigint>()
    expectTypeOf(amount.dividedBy(100)).returns.toEqualTypeOf<number>()
    expectTypeOf(amount.dividedBy(placedAt)).returns.toEqualTypeOf<number | null>()
    expectTypeOf(placedAt.truncatedTo('day', 'UTC')).returns.toEqualTypeOf<number>()
    expectTypeOf(id.lowerCase().codePoints()).returns.toEqualTypeOf<number>()
    // @ts-expect-error a number and a bigint
    amount.plus(1n)
    // @ts-expect-error a bigint and a number
    cents.times(2)
    // @ts-expect-error a text
    id.plus(1)
    // @ts-expect-error decimals are texts: exact sums of them are a combiner's
    price.fields.amount.plus('1.00')
    // @ts-expect-error what stands for null is of the same type
    weight.orElse('none')
    // @ts-expect-error not a unit of a calendar
    placedAt.truncatedTo('hour', 'UTC')
    // @ts-expect-error a text is no timestamp
    id.truncatedTo('day', 'UTC')
    // @ts-expect-error a number has no small letters
    amount.lowerCase()
  })

  it('joins conditions only', () => {
    expectTypeOf(anyOf(isGift, isPaid.is(true))).toEqualTypeOf<Condition<Order>>()
    expectTypeOf(not(isGift).and(isGift).or(isGift)).toEqualTypeOf<Condition<Order>>()
    // @ts-expect-error a number is no condition
    allOf(amount)
    // @ts-expect-error a condition that may be null: say is(true)
    not(isPaid)
    // @ts-expect-error a function without an expression
    allOf((row: Order) => row.isGift)
    // @ts-expect-error nothing to hold
    anyOf()
  })

  it('makes keys of several', () => {
    const key = tupleOf(id, placedAt.truncatedTo('day', 'UTC'), constant('all'))
    expectTypeOf(key).returns.toEqualTypeOf<readonly [string, number, 'all']>()
    expectTypeOf(key).parameter(0).toEqualTypeOf<Order>()
    expectTypeOf(recordOf({ id, weight })).returns.toEqualTypeOf<{
      readonly id: string
      readonly weight: number | null
    }>()
  })
})

describe('a pipeline', () => {
  it('infers all of it', () => {
    const perDay = orders.pipe(
      filter(amount.moreThan(0)),
      withKeys(tupleOf(id, placedAt.truncatedTo('day', 'UTC'))),
      combinePerKey('Revenue', sumOf(amount.times(2))),
    )
    expectTypeOf(perDay).toEqualTypeOf<PCollection<KV<readonly [string, number], number>>>()
    expectTypeOf(orders.pipe(map(recordOf({ id })))).toEqualTypeOf<PCollection<{ readonly id: string }>>()
    expectTypeOf(orders.pipe(pipe(filter(isGift), map(weight)))).toEqualTypeOf<PCollection<number | null>>()
    read('Orders', source, { timestamp: placedAt })
    // An element may have more than the schema names; to the compiler it is a row of the schema afterwards.
    expectTypeOf(wide.pipe(filter(amount.moreThan(0)))).toEqualTypeOf<PCollection<Order>>()
    expectTypeOf(wide.pipe(filter((row) => isGift(row)))).toEqualTypeOf<PCollection<Wide>>()
    // @ts-expect-error a sum of what may be null
    orders.pipe(withKeys(id), combinePerKey('Weight', sumOf(weight)))
    // @ts-expect-error a field of another row
    orders.pipe(filter(schema('Other', { isOpen: 'boolean' }).fields.isOpen))
    // @ts-expect-error a number is no condition
    orders.pipe(filter(amount))
    // @ts-expect-error a text is no timestamp
    read('Orders', source, { timestamp: id })
  })
})
