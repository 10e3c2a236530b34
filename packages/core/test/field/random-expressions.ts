/**
 * Random expressions, each beside a function that a person would have written for it: made together, step by step, sharing nothing.
 */
import fc, { type Arbitrary } from 'fast-check'
import {
  allOf,
  anyOf,
  constant,
  not,
  recordOf,
  tupleOf,
  type CalendarUnit,
  type Condition,
  type Field,
  type FieldExpression,
} from '../../src/field/index.ts'
import { naiveStart } from './naive-calendar.ts'
import { order, type Order } from './sample-order.ts'

/** An expression, and what it should compute. */
export interface Pair<T> {
  readonly expression: Field<Order, T>
  readonly function: (row: Order) => T
}

type Values = { readonly number: number; readonly text: string; readonly bigint: bigint }
type Maybe<T> = T | null

const { fields } = order
const pair = <T>(expression: Field<Order, T>, fn: (row: Order) => T): Pair<T> => ({ expression, function: fn })
const both =
  <T, O>(a: (row: Order) => Maybe<T>, b: (row: Order) => Maybe<T>, then: (a: T, b: T) => O, otherwise: O) =>
  (row: Order): O => {
    const [left, right] = [a(row), b(row)]
    return left === null || right === null ? otherwise : then(left, right)
  }

/** Texts that are hard to order: a surrogate pair against the last code units. */
export const texts: Arbitrary<string> = fc.oneof(
  fc.constantFrom('', 'ok', 'OK', 'Ä', '😀', '\uffff', '😀a', 'ß'),
  fc.string({ unit: 'binary', maxLength: 4 }),
)
/** Decimals that are equal in value and not in text, among others. */
export const decimals: Arbitrary<string> = fc.constantFrom(
  '0',
  '-0.0',
  '1',
  '1.0',
  '01.00',
  '-1.5',
  '12.50',
  '12.5',
  '99999999999999999999.01',
)
const integers = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.maxSafeInteger())
const finite = fc
  .oneof(integers, fc.double({ noNaN: true, noDefaultInfinity: true }))
  .map((value) => (value === 0 ? 0 : value))
const bigints = fc.oneof(fc.bigInt({ min: -3n, max: 3n }), fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }))
const timestamps = fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2025, 0) })
const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu')
const units = fc.constantFrom<CalendarUnit>('day', 'week', 'month', 'quarter', 'year')
const maybe = <T>(values: Arbitrary<T>): Arbitrary<T | null | undefined> =>
  fc.option(fc.option(values), { nil: undefined })

/** Rows, with numbers of every kind, and with absent, undefined and null fields. */
export const rows: Arbitrary<Order> = fc.record(
  {
    id: texts,
    note: maybe(texts),
    amount: integers,
    discount: maybe(integers),
    weight: fc.double(),
    score: maybe(fc.double()),
    isGift: fc.boolean(),
    isPaid: maybe(fc.boolean()),
    cents: bigints,
    refund: maybe(bigints),
    placedAt: timestamps,
    shippedAt: maybe(timestamps),
    price: decimals,
    oldPrice: maybe(decimals),
    tags: fc.array(texts, { maxLength: 2 }),
    buyer: fc.record({ name: texts, age: maybe(integers) }, { requiredKeys: ['name'] }),
  },
  { requiredKeys: ['id', 'amount', 'weight', 'isGift', 'cents', 'placedAt', 'price', 'tags', 'buyer'] },
)

interface Computation<T> {
  readonly name: 'plus' | 'minus' | 'times' | 'dividedBy' | 'remainder'
  readonly compute: (a: T, b: T) => Maybe<T>
}

const NUMBERS: readonly Computation<number>[] = [
  { name: 'plus', compute: (a, b) => a + b },
  { name: 'minus', compute: (a, b) => a - b },
  { name: 'times', compute: (a, b) => a * b },
  { name: 'dividedBy', compute: (a, b) => (b === 0 ? null : a / b) },
  { name: 'remainder', compute: (a, b) => (b === 0 ? null : a % b) },
]
const BIGINTS: readonly Computation<bigint>[] = [
  { name: 'plus', compute: (a, b) => a + b },
  { name: 'minus', compute: (a, b) => a - b },
  { name: 'times', compute: (a, b) => a * b },
  { name: 'dividedBy', compute: (a, b) => (b === 0n ? null : a / b) },
  { name: 'remainder', compute: (a, b) => (b === 0n ? null : a % b) },
]

interface Operator {
  readonly name: 'is' | 'isNot' | 'lessThan' | 'atMost' | 'moreThan' | 'atLeast'
  readonly holds: (sign: number, equal: boolean) => boolean
  readonly ofNull: boolean
}

const OPERATORS: readonly Operator[] = [
  { name: 'is', holds: (_, equal) => equal, ofNull: false },
  { name: 'isNot', holds: (_, equal) => !equal, ofNull: true },
  { name: 'lessThan', holds: (sign, equal) => sign < 0 && !equal, ofNull: false },
  { name: 'atMost', holds: (sign, equal) => sign < 0 || equal, ofNull: false },
  { name: 'moreThan', holds: (sign, equal) => sign > 0 && !equal, ofNull: false },
  { name: 'atLeast', holds: (sign, equal) => sign > 0 || equal, ofNull: false },
]

const numberLeaves = fc.oneof(
  fc.constantFrom<Pair<Maybe<number>>>(
    pair(fields.amount, (row) => row.amount),
    pair(fields.discount, (row) => row.discount ?? null),
    pair(fields.weight, (row) => row.weight),
    pair(fields.score, (row) => row.score ?? null),
    pair(fields.buyer.fields.age, (row) => row.buyer.age ?? null),
  ),
  finite.map((value) => pair<Maybe<number>>(constant(value) as Field<unknown, number>, () => value)),
)
const textLeaves = fc.oneof(
  fc.constantFrom<Pair<Maybe<string>>>(
    pair(fields.id, (row) => row.id),
    pair(fields.note, (row) => row.note ?? null),
    pair(fields.buyer.fields.name, (row) => row.buyer.name),
  ),
  texts.map((value) => pair<Maybe<string>>(constant(value) as Field<unknown, string>, () => value)),
)
const bigintLeaves = fc.oneof(
  fc.constantFrom<Pair<Maybe<bigint>>>(
    pair(fields.cents, (row) => row.cents),
    pair(fields.refund, (row) => row.refund ?? null),
  ),
  bigints.map((value) => pair<Maybe<bigint>>(constant(value) as Field<unknown, bigint>, () => value)),
)

type NumberLike = FieldExpression<Order, Maybe<number>>
type TextLike = FieldExpression<Order, Maybe<string>>

/** Random expressions of each type, of some depth. */
export const {
  condition,
  key,
}: { readonly condition: Arbitrary<Pair<boolean>>; readonly key: Arbitrary<Pair<unknown>> } = fc.letrec<{
  number: Pair<Maybe<number>>
  text: Pair<Maybe<string>>
  bigint: Pair<Maybe<bigint>>
  time: Pair<Maybe<number>>
  condition: Pair<boolean>
  key: Pair<unknown>
}>((tie) => ({
  number: fc.oneof(
    { depthSize: 'small' },
    numberLeaves,
    fc.tuple(tie('number'), tie('number'), fc.constantFrom(...NUMBERS)).map(computed<'number'>),
    fc
      .tuple(
        tie('number'),
        finite.filter((value) => value !== 0),
        fc.constantFrom(...NUMBERS),
      )
      .map(computedWith<'number'>),
    fc
      .tuple(tie('number'), finite)
      .map(([{ expression, function: fn }, value]) =>
        pair((expression as NumberLike).orElse(value), (row) => fn(row) ?? value),
      ),
    tie('text').map(({ expression, function: fn }) =>
      pair((expression as TextLike).codePoints(), (row) => {
        const text = fn(row)
        return text === null ? null : Array.from(text).length
      }),
    ),
  ),
  text: fc.oneof(
    { depthSize: 'small' },
    textLeaves,
    tie('text').map(({ expression, function: fn }) =>
      pair((expression as TextLike).lowerCase(), (row) => fn(row)?.toLowerCase() ?? null),
    ),
    tie('text').map(({ expression, function: fn }) =>
      pair((expression as TextLike).upperCase(), (row) => fn(row)?.toUpperCase() ?? null),
    ),
    fc
      .tuple(tie('text'), texts)
      .map(([{ expression, function: fn }, value]) =>
        pair((expression as TextLike).orElse(value), (row) => fn(row) ?? value),
      ),
  ),
  bigint: fc.oneof(
    { depthSize: 'small' },
    bigintLeaves,
    fc.tuple(tie('bigint'), tie('bigint'), fc.constantFrom(...BIGINTS)).map(computed<'bigint'>),
    fc
      .tuple(
        tie('bigint'),
        bigints.filter((value) => value !== 0n),
        fc.constantFrom(...BIGINTS),
      )
      .map(computedWith<'bigint'>),
  ),
  time: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Pair<Maybe<number>>>(
      pair(fields.placedAt, (row) => row.placedAt),
      pair(fields.shippedAt, (row) => row.shippedAt ?? null),
    ),
    fc.tuple(tie('time'), units, zones).map(([{ expression, function: fn }, unit, zone]) =>
      pair((expression as NumberLike).truncatedTo(unit, zone), (row) => {
        const timestamp = fn(row)
        return timestamp === null ? null : naiveStart(timestamp, unit, zone)
      }),
    ),
  ),
  condition: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Pair<boolean>>(
      pair(fields.isGift, (row) => row.isGift),
      pair(fields.isPaid.is(true), (row) => row.isPaid === true),
      pair(fields.isPaid.isNot(true), (row) => row.isPaid !== true),
      pair(fields.isPaid.isNull(), (row) => row.isPaid === null || row.isPaid === undefined),
      pair(fields.buyer.fields.age.isPresent(), (row) => typeof row.buyer.age === 'number'),
    ),
    fc
      .tuple(tie('number'), tie('number'), fc.constantFrom(...OPERATORS))
      .map(compared((a: number, b: number) => a - b)),
    fc
      .tuple(tie('bigint'), tie('bigint'), fc.constantFrom(...OPERATORS))
      .map(compared((a: bigint, b: bigint) => Number(a > b) - Number(a < b))),
    fc.tuple(tie('text'), tie('text'), fc.constantFrom(...OPERATORS)).map(compared(naiveTextOrder)),
    fc.tuple(tie('time'), tie('time'), fc.constantFrom(...OPERATORS)).map(compared((a: number, b: number) => a - b)),
    // Near enough to be equal now and then.
    fc
      .tuple(numberLeaves, fc.integer({ min: -2, max: 2 }), fc.constantFrom(...OPERATORS))
      .map(([number, value, operator]) =>
        compared((a: number, b: number) => a - b)([
          number,
          pair<Maybe<number>>(constant(value) as Field<unknown, number>, () => value),
          operator,
        ]),
      ),
    fc
      .tuple(fc.constantFrom('price' as const, 'oldPrice' as const), decimals, fc.constantFrom(...OPERATORS))
      .map(([name, value, operator]) =>
        compared(naiveDecimalOrder)([
          pair<Maybe<string>>(fields[name], (row) => row[name] ?? null),
          pair<Maybe<string>>(fields[name].orElse(value).orElse(value), (row) => row[name] ?? value),
          operator,
        ]),
      ),
    fc
      .tuple(tie('number'), fc.array(finite, { minLength: 1, maxLength: 3 }))
      .map(([{ expression, function: fn }, values]) =>
        pair((expression as NumberLike).isIn(values), (row) => values.some((value) => value === fn(row))),
      ),
    fc
      .tuple(tie('text'), fc.array(texts, { minLength: 1, maxLength: 3 }))
      .map(([{ expression, function: fn }, values]) =>
        pair((expression as TextLike).isIn(values), (row) => values.some((value) => value === fn(row))),
      ),
    fc.array(decimals, { minLength: 1, maxLength: 3 }).map((values) =>
      pair(fields.oldPrice.isIn(values), (row) => {
        const price = row.oldPrice ?? null
        return price !== null && values.some((value) => naiveDecimalOrder(price, value) === 0)
      }),
    ),
    tie('condition').map(({ expression, function: fn }) => pair<boolean>(not(expression), (row) => !fn(row))),
    fc
      .array(tie('condition'), { minLength: 1, maxLength: 3 })
      .map((parts) => pair<boolean>(allOf(...some(parts)), (row) => parts.every((part) => part.function(row)))),
    fc
      .array(tie('condition'), { minLength: 1, maxLength: 3 })
      .map((parts) => pair<boolean>(anyOf(...some(parts)), (row) => parts.some((part) => part.function(row)))),
    fc
      .tuple(tie('condition'), tie('condition'))
      .map(([a, b]) =>
        pair<boolean>(
          (a.expression as Condition<Order>).and(b.expression),
          (row) => a.function(row) && b.function(row),
        ),
      ),
    fc
      .tuple(tie('condition'), tie('condition'))
      .map(([a, b]) =>
        pair<boolean>((a.expression as Condition<Order>).or(b.expression), (row) => a.function(row) || b.function(row)),
      ),
  ),
  key: fc.oneof(
    { depthSize: 'small' },
    tie('number'),
    tie('text'),
    tie('bigint'),
    tie('time'),
    tie('condition'),
    fc
      .array(tie('key'), { minLength: 1, maxLength: 3 })
      .map((parts) => pair<unknown>(tupleOf(...some(parts)), (row) => parts.map((part) => part.function(row)))),
    fc
      .dictionary(fc.constantFrom('a', 'b', 'odd name'), tie('key'), { minKeys: 1, noNullPrototype: true })
      .map((parts) =>
        pair<unknown>(
          recordOf(Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.expression]))),
          (row) => Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.function(row)])),
        ),
      ),
  ),
}))

function some<T>(parts: readonly Pair<T>[]): readonly [Field<Order, T>, ...Field<Order, T>[]] {
  const [first, ...others] = parts.map(({ expression }) => expression)
  return [first!, ...others]
}

function computed<N extends 'number' | 'bigint'>([a, b, { name, compute }]: readonly [
  Pair<Maybe<Values[N]>>,
  Pair<Maybe<Values[N]>>,
  Computation<Values[N]>,
]): Pair<Maybe<Values[N]>> {
  const method = (a.expression as unknown as Record<string, (other: unknown) => Field<Order, Maybe<Values[N]>>>)[name]!
  const constantZero = b.expression.expression.kind === 'constant' && !isNonZero(b.expression.expression.value)
  // A constant zero is refused: it is divided by nothing instead.
  if (constantZero && (name === 'dividedBy' || name === 'remainder')) return a
  return pair(
    method.call(a.expression, b.expression),
    both<Values[N], Maybe<Values[N]>>(a.function, b.function, compute, null),
  )
}

function computedWith<N extends 'number' | 'bigint'>([a, value, { name, compute }]: readonly [
  Pair<Maybe<Values[N]>>,
  Values[N],
  Computation<Values[N]>,
]): Pair<Maybe<Values[N]>> {
  const method = (a.expression as unknown as Record<string, (other: unknown) => Field<Order, Maybe<Values[N]>>>)[name]!
  return pair(
    method.call(a.expression, value),
    both<Values[N], Maybe<Values[N]>>(a.function, () => value, compute, null),
  )
}

function isNonZero(value: unknown): boolean {
  return value !== 0 && value !== '0'
}

// The difference of two infinities is NaN: equality is asked apart.
function compared<T>(orderOf: (a: T, b: T) => number) {
  return ([a, b, { name, holds, ofNull }]: readonly [Pair<Maybe<T>>, Pair<Maybe<T>>, Operator]): Pair<boolean> => {
    const method = (a.expression as unknown as Record<string, (other: unknown) => Field<Order, boolean>>)[name]!
    return pair(
      method.call(a.expression, b.expression),
      both<T, boolean>(
        a.function,
        b.function,
        (left, right) => {
          const sign = orderOf(left, right)
          return holds(sign, left === right || sign === 0)
        },
        ofNull,
      ),
    )
  }
}

function naiveTextOrder(a: string, b: string): number {
  const [left, right] = [Array.from(a, pointOf), Array.from(b, pointOf)]
  const place = left.findIndex((point, index) => point !== right[index])
  if (place === -1) return left.length - right.length
  return (left[place] ?? 0) - (right[place] ?? -1)
}

function pointOf(character: string): number {
  return character.codePointAt(0)!
}

function naiveDecimalOrder(a: string, b: string): number {
  const scaled = (text: string): bigint => {
    const [whole = '', fraction = ''] = text.replace('-', '').split('.')
    const value = BigInt(whole) * 10n ** 30n + BigInt(fraction.padEnd(30, '0'))
    return text.startsWith('-') ? -value : value
  }
  return Number(scaled(a) > scaled(b)) - Number(scaled(a) < scaled(b))
}
