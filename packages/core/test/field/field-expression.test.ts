/**
 * Field expressions by hand: null, NaN, order, arithmetic and calendar units, and what is refused.
 */
import { describe, expect, it } from 'vitest'
import {
  allOf,
  anyOf,
  constant,
  expressionOf,
  not,
  recordOf,
  sameExpression,
  tupleOf,
  type Field,
} from '../../src/field/index.ts'
import { order, plain, type Order } from './sample-order.ts'

const { fields } = order
// A program without types can ask for anything.
const untyped = (expression: unknown): Record<string, (...args: unknown[]) => Field<unknown, unknown>> =>
  expression as Record<string, (...args: unknown[]) => Field<unknown, unknown>>
const bad = (message: string | RegExp): object =>
  expect.objectContaining({ code: 'BAD_EXPRESSION', message: expect.stringMatching(message) as string }) as object

describe('a field expression', () => {
  it('is a function that cannot be changed, with its expression', () => {
    expect([plain, { ...plain, amount: 3 }].map(fields.amount)).toEqual([250, 3])
    expect(expressionOf(fields.amount)).toEqual({ kind: 'field', schema: 'Order', path: ['amount'], type: 'integer' })
    expect(fields.amount).toSatisfy(Object.isFrozen)
    expect(expressionOf((row: Order) => row.amount)).toBeUndefined()
    expect(expressionOf({ expression: { kind: 'field' } })).toBeUndefined()
  })

  // Mutation: packages/core/src/field/leaf-nodes.ts: `if (value === null) return null` → `if (value === 0) return null`
  it('gives null where a field, or the record that it is in, is absent', () => {
    expect(fields.note(plain)).toBeNull()
    expect(fields.buyer.fields.age(plain)).toBeNull()
    const { buyer: _, ...nobody } = plain
    expect(untyped(fields.buyer.fields.name)['orElse']!('?')(nobody)).toBe('?')
  })
})

describe('null', () => {
  const comparisons = [
    fields.discount.is(5),
    fields.discount.lessThan(5),
    fields.discount.atMost(5),
    fields.discount.moreThan(-5),
    fields.discount.atLeast(-5),
    fields.discount.isIn([0, 5]),
    fields.discount.is(fields.shippedAt),
    fields.discount.atMost(fields.shippedAt),
    fields.oldPrice.is('0'),
    fields.note.atMost('z'),
    fields.refund.lessThan(1n),
  ]

  // Mutation: packages/core/src/field/comparison-node.ts: `return value !== null && value === b(row)` → `return value === b(row)`
  it('makes every comparison false', () => {
    expect(comparisons.map((each) => each(plain))).toEqual(comparisons.map(() => false))
  })

  // Mutation: packages/core/src/field/comparison-node.ts: `const missing = operator === 'isNot'` → `const missing = false`
  // Mutation: packages/core/src/field/logic-node.ts: `(row) => evaluate(row) !== true` → `(row) => evaluate(row) === false`
  it('is not equal to anything, so what one condition leaves out its denial holds of', () => {
    expect(fields.discount.isNot(5)(plain)).toBe(true)
    expect(fields.discount.isNot(fields.shippedAt)(plain)).toBe(true)
    expect(fields.oldPrice.isNot('0')(plain)).toBe(true)
    expect(not(fields.discount.is(5))(plain)).toBe(true)
    // A condition that is null, which only a program without types can ask for.
    expect(untyped({ not })['not']!(fields.isPaid)(plain)).toBe(true)
    expect(untyped({ allOf })['allOf']!(fields.isPaid, fields.isPaid, fields.isPaid)(plain)).toBe(false)
    expect(untyped({ anyOf })['anyOf']!(fields.isPaid, fields.isPaid)(plain)).toBe(false)
  })

  it('is asked for by name', () => {
    expect(fields.note.isNull()(plain)).toBe(true)
    expect(fields.note.isPresent()(plain)).toBe(false)
    expect(fields.note.isNull()({ ...plain, note: '' })).toBe(false)
  })

  it('in arithmetic gives null, and orElse gives something for it', () => {
    expect(fields.discount.plus(1)(plain)).toBeNull()
    expect(fields.amount.minus(fields.discount)(plain)).toBeNull()
    expect(fields.amount.minus(fields.discount.orElse(0))(plain)).toBe(250)
    expect(fields.shippedAt.truncatedTo('day', 'UTC')(plain)).toBeNull()
    expect(fields.note.lowerCase()(plain)).toBeNull()
  })
})

describe('numbers', () => {
  it('follow IEEE 754: NaN equals nothing and is in no order, and an overflow is infinite', () => {
    const row = { ...plain, weight: NaN, score: NaN }
    expect(fields.weight.is(fields.score)(row)).toBe(false)
    expect(fields.weight.isNot(fields.score)(row)).toBe(true)
    expect(fields.weight.atMost(0)(row)).toBe(false)
    expect(fields.weight.moreThan(fields.amount)(row)).toBe(false)
    expect(fields.weight.plus(1)(row)).toBeNaN()
    expect(fields.weight.times(10)({ ...plain, weight: 1e308 })).toBe(Infinity)
  })

  // Mutation: packages/core/src/field/leaf-nodes.ts: `value: value === 0 ? 0 : value` → `value`
  it('have one zero', () => {
    expect(fields.weight.is(0)({ ...plain, weight: -0 })).toBe(true)
    expect(sameExpression(constant(-0).expression, constant(0).expression)).toBe(true)
    expect(fields.weight.times(-0)({ ...plain, weight: 1 })).toBe(0)
  })

  it('divided by zero give null, bigints too, and a constant zero is refused', () => {
    expect(fields.amount.dividedBy(fields.weight)({ ...plain, weight: 0 })).toBeNull()
    expect(fields.amount.remainder(fields.weight)({ ...plain, weight: -0 })).toBeNull()
    expect(fields.cents.dividedBy(fields.cents)({ ...plain, cents: 0n })).toBeNull()
    expect(fields.cents.dividedBy(100n)(plain)).toBe(19n)
    expect(fields.cents.remainder(100n)({ ...plain, cents: -1999n })).toBe(-99n)
    expect(() => fields.amount.dividedBy(0)).toThrow(bad('dividedBy was given the constant 0'))
    expect(() => fields.cents.remainder(0n)).toThrow(bad('remainder was given the constant 0'))
  })

  // Mutation: packages/core/src/field/comparison-node.ts: `if (family !== other && family !== 'any'` → `if (family === undefined && family !== 'any'`
  it('do not mix with bigints, texts or booleans', () => {
    expect(() => untyped(fields.amount)['plus']!(1n)).toThrow(bad('integer and bigint.*written 10n'))
    expect(() => untyped(fields.amount)['plus']!('1')).toThrow(bad('integer and text'))
    expect(() => untyped(fields.price)['times']!(2)).toThrow(bad('decimal and number'))
    expect(() => untyped(fields.amount)['is']!('250')).toThrow(bad('is compares integer with text'))
    expect(() => untyped(fields.cents)['lessThan']!(fields.amount)).toThrow(
      bad('lessThan compares bigint with integer'),
    )
    expect(() => untyped(fields.isGift)['lessThan']!(true)).toThrow(bad('boolean, which have no order'))
    expect(() => untyped(fields.tags)['is']!(fields.tags)).toThrow(bad('is compares a list'))
    expect(() => untyped(tupleOf(fields.id))['is']!(tupleOf(fields.id))).toThrow(bad('is compares a tuple'))
  })
})

describe('texts', () => {
  // Mutation: packages/core/src/field/text-order.ts: `unit + 0x10000` → `unit`
  it('are ordered by code point, as their UTF-8 bytes are', () => {
    const texts = ['', '\u{1f600}', '\uffff', 'a', 'Z', 'é', 'ab', '\u{1f601}', '\ud800']
    const byBytes = texts
      .filter((text) => !/\p{Surrogate}/u.test(text))
      .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    for (const [index, text] of byBytes.entries())
      for (const [other, value] of byBytes.entries()) {
        expect(fields.id.lessThan(value)({ ...plain, id: text })).toBe(index < other)
        expect(fields.id.atLeast(value)({ ...plain, id: text })).toBe(index >= other)
      }
  })

  it('are in one case by no language, and counted by code point', () => {
    expect(fields.id.lowerCase()({ ...plain, id: 'ÄI' })).toBe('äi')
    expect(fields.id.upperCase()({ ...plain, id: 'straße' })).toBe('STRASSE')
    expect(fields.id.codePoints()({ ...plain, id: '😀é' })).toBe(2)
    expect(() => untyped(fields.amount)['lowerCase']!()).toThrow(bad('lowerCase was given a value of type integer'))
  })

  // Mutation: packages/core/src/field/comparison-node.ts: `if (family === 'decimal') return ordered` → `if (family === undefined) return ordered`
  it('that are decimals are compared by value', () => {
    expect(fields.price.is('12.500')(plain)).toBe(true)
    expect(fields.price.lessThan('100')(plain)).toBe(true)
    expect(fields.price.isIn(['1', '12.5'])(plain)).toBe(true)
    expect(fields.price.moreThan('12.49999999999999999999999')(plain)).toBe(true)
    expect(() => fields.price.is('1e3')).toThrow(bad('"1e3" cannot be a constant of an expression about a decimal'))
    expect(() => untyped(fields.price)['is']!(fields.id)).toThrow(bad('decimal with text'))
  })
})

describe('truncatedTo', () => {
  it('gives the start of the unit by the clocks of a place, on days of 23 and 25 hours too', () => {
    const at = (timestamp: number): Order => ({ ...plain, placedAt: timestamp })
    const day = fields.placedAt.truncatedTo('day', 'Europe/Berlin')
    // Clocks went forward on 29 March 2026: the day began at 23:00 UTC and ended at 22:00 UTC.
    expect(day(at(Date.UTC(2026, 2, 29, 21, 59)))).toBe(Date.UTC(2026, 2, 28, 23))
    expect(day(at(Date.UTC(2026, 2, 29, 22)))).toBe(Date.UTC(2026, 2, 29, 22))
    expect(day(at(Date.UTC(2026, 9, 25, 22, 59)))).toBe(Date.UTC(2026, 9, 24, 22))
    expect(fields.placedAt.truncatedTo('week', 'UTC')(plain)).toBe(Date.UTC(2026, 2, 23))
    expect(fields.placedAt.truncatedTo('month', 'Asia/Kathmandu')(plain)).toBe(Date.UTC(2026, 1, 28, 18, 15))
    expect(fields.placedAt.truncatedTo('quarter', 'UTC')(plain)).toBe(Date.UTC(2026, 0))
    expect(fields.placedAt.truncatedTo('year', 'America/New_York')(plain)).toBe(Date.UTC(2026, 0, 1, 5))
  })

  it('refuses what no calendar has, and a value that is no timestamp', () => {
    const truncated = untyped(fields.placedAt)['truncatedTo']!
    expect(() => truncated.call(fields.placedAt, 'hour', 'UTC')).toThrow(bad('the unit "hour".*fixedWindows'))
    expect(() => truncated.call(fields.placedAt, 'day')).toThrow(bad('no zone'))
    expect(() => truncated.call(fields.id, 'day', 'UTC')).toThrow(bad('a value of type text'))
    expect(() => fields.placedAt.truncatedTo('day', 'Berlin')).toThrow(expect.objectContaining({ code: 'BAD_ZONE' }))
    expect(() => fields.weight.truncatedTo('day', 'UTC')(plain)).toThrow(
      expect.objectContaining({ code: 'BAD_TIMESTAMP' }),
    )
  })
})

describe('what is made of several', () => {
  it('is conditions, tuples and records', () => {
    const isLarge = fields.amount.moreThan(100)
    expect(allOf(isLarge, fields.isGift)(plain)).toBe(false)
    expect(anyOf(isLarge, fields.isGift)(plain)).toBe(true)
    expect(tupleOf(fields.id, fields.note, constant(1n))(plain)).toEqual(['o-1', null, 1n])
    expect(recordOf({ who: fields.buyer.fields.name, 'is large': isLarge })(plain)).toEqual({
      who: 'Ann',
      'is large': true,
    })
  })

  // Mutation: packages/core/src/field/logic-node.ts: `expression.kind === kind ? expression.of` → `'of' in expression && expression.kind === 'not' ? [expression.of]`
  it('takes conditions of the same kind apart', () => {
    const [a, b, c] = [fields.isGift, fields.amount.is(1), fields.id.is('x')]
    expect(sameExpression(a.and(b).and(c).expression, allOf(a, b, c).expression)).toBe(true)
    expect(sameExpression(allOf(a, anyOf(b, c)).expression, allOf(a, b, c).expression)).toBe(false)
  })

  it('is refused where it says nothing, or is not made of expressions', () => {
    const loose = untyped({ allOf, anyOf, not, tupleOf, recordOf, constant })
    expect(() => loose['allOf']!()).toThrow(bad('allOf was given no conditions'))
    expect(() => loose['tupleOf']!()).toThrow(bad('tupleOf was given no expressions'))
    expect(() => loose['recordOf']!({})).toThrow(bad('recordOf was given no expressions'))
    expect(() => loose['recordOf']!([fields.id])).toThrow(bad('given an array'))
    expect(() => loose['recordOf']!({ ['__proto__']: fields.id })).toThrow(bad('__proto__'))
    expect(() => loose['not']!(fields.amount)).toThrow(bad('type integer for a condition'))
    expect(() => loose['not']!((row: Order) => row.isGift)).toThrow(bad('a function without an expression'))
    expect(() => loose['anyOf']!(fields.isGift, true)).toThrow(bad('anyOf was given true'))
    expect(() => untyped(fields.id)['isIn']!([])).toThrow(bad('isIn was given no values'))
    expect(() => untyped(fields.id)['isIn']!('a')).toThrow(bad('isIn was given "a" and no list'))
    for (const value of [NaN, Infinity, null, undefined, {}, [], Symbol.iterator])
      expect(() => loose['constant']!(value)).toThrow(bad('cannot be a constant'))
  })
})
