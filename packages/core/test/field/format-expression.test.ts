/**
 * formatExpression: texts written by hand.
 */
import { describe, expect, it } from 'vitest'
import {
  allOf,
  anyOf,
  constant,
  fieldsOf,
  formatExpression,
  not,
  recordOf,
  schema,
  tupleOf,
  type Field,
} from '../../src/field/index.ts'
import { order } from './sample-order.ts'

const { amount, buyer, cents, discount, id, isGift, note, placedAt, price, weight } = order.fields
const odd = schema('Odd', { 'a b': 'text', is: 'text', größe: 'number', 'x-y': 'number' }).fields

const texts: readonly (readonly [string, Field<never, unknown>])[] = [
  ['id is "ok" and amount > 250', allOf(id.is('ok'), amount.moreThan(250))],
  ['(id is not "ok" or isGift) and note is null', allOf(anyOf(id.isNot('ok'), isGift), note.isNull())],
  ['note is present', note.isPresent()],
  ['not isGift', not(isGift)],
  ['not (id is "a" or isGift)', not(id.is('a').or(isGift))],
  ['isGift', allOf(isGift)],
  ['id is in ("a", "say \\"b\\"")', id.isIn(['a', 'say "b"'])],
  ['amount - (weight - 1) <= 2 * 3', amount.minus(weight.minus(1)).atMost(constant(2).times(3))],
  ['(amount + 1) * weight mod 2', amount.plus(1).times(weight).remainder(2)],
  ['amount / (weight * 2)', amount.dividedBy(weight.times(2))],
  ['(discount or else 0) + 1 < 5', discount.orElse(0).plus(1).lessThan(5)],
  ['cents >= 10n', cents.atLeast(10n)],
  ['price is 12.50', price.is('12.50')],
  ['placedAt >= 2026-03-29T00:00:00.000Z', placedAt.atLeast(Date.UTC(2026, 2, 29))],
  ['placedAt > 0.5', placedAt.moreThan(0.5)],
  [
    '[lower case of buyer.name, day of placedAt in Europe/Berlin]',
    tupleOf(buyer.fields.name.lowerCase(), placedAt.truncatedTo('day', 'Europe/Berlin')),
  ],
  ['{ id, size: code points of (note or else "") }', recordOf({ id, size: note.orElse('').codePoints() })],
  [
    '`a b` is "x" and `is` is "y" and größe > x-y',
    allOf(odd['a b'].is('x'), odd.is.is('y'), odd.größe.moreThan(odd['x-y'])),
  ],
  ['(isGift is true) is false', isGift.is(true).is(false)],
]

describe('formatExpression', () => {
  // Mutation: packages/core/src/field/format-expression.ts: `tightness < place ?` → `tightness > place ?`
  // Mutation: packages/core/src/field/format-expression.ts: `format(right, tightness + 1)` → `format(right, tightness)`
  it('writes an expression as a person would', () => {
    expect(texts.map(([, { expression }]) => formatExpression(expression))).toEqual(texts.map(([text]) => text))
  })
})

describe('fieldsOf', () => {
  it('lists each field that is read once, with the schema it is of', () => {
    const key = tupleOf(
      buyer.fields.name,
      amount.plus(amount).minus(discount.orElse(0)),
      not(id.isIn(['a'])),
      constant(1),
    )
    expect(fieldsOf(key.expression)).toEqual([
      { schema: 'Order', field: 'amount', type: 'integer' },
      { schema: 'Order', field: 'buyer.name', type: 'text' },
      { schema: 'Order', field: 'discount', type: 'integer' },
      { schema: 'Order', field: 'id', type: 'text' },
    ])
    expect(fieldsOf(recordOf({ a: odd.is, b: odd['x-y'] }).expression).map(({ field }) => field)).toEqual(['is', 'x-y'])
  })
})
