/**
 * fromExpression: what comes from outside is checked part by part, and an error says where it stands.
 */
import { describe, expect, it } from 'vitest'
import { fromExpression } from '../../src/field/index.ts'
import { order, plain } from './sample-order.ts'

const amount = { kind: 'field', schema: 'Order', path: ['amount'], type: 'integer' }
const one = { kind: 'constant', type: 'number', value: 1 }
const flag = { kind: 'field', schema: 'Order', path: ['isGift'], type: 'boolean' }

const malformed: readonly (readonly [string, string, unknown])[] = [
  ['its top', 'undefined and no expression', undefined],
  ['its top', 'an array and no expression', []],
  ['its top', 'kind is "function", which is none', { kind: 'function', text: 'process.exit()' }],
  ['its top', 'it has "unless", which no expression of kind "not" has', { kind: 'not', of: flag, unless: flag }],
  ['of', 'undefined and no expression', { kind: 'isNull' }],
  ['of.1', 'null and no expression', { kind: 'tuple', of: [amount, null] }],
  [
    'of.total.left',
    '3 and no expression',
    { kind: 'record', of: { total: { kind: 'arithmetic', operator: 'plus', left: 3, right: one } } },
  ],
  ['of', 'an array and no expression', { kind: 'record', of: [amount] }],
  ['its top', 'of is undefined and no list', { kind: 'allOf' }],
  ['its top', 'operator is "like" and none of is', { kind: 'comparison', operator: 'like', left: amount, right: one }],
  [
    'its top',
    'operator is "constructor" and none of plus',
    { kind: 'arithmetic', operator: 'constructor', left: amount, right: one },
  ],
  ['of', 'type is "date" and none of text', { kind: 'isNull', of: { ...amount, type: 'date' } }],
  ['path.0', 'it is 1 and no text', { ...amount, path: [1] }],
  ['its top', 'path \\[\\]', { ...amount, path: [] }],
  ['its top', 'path \\["__proto__"\\]', { ...amount, path: ['__proto__'] }],
  ['its top', 'path \\["a","constructor"\\]', { ...amount, path: ['a', 'constructor'] }],
  ['schema', 'it is undefined and no text', { kind: 'field', path: ['a'], type: 'text' }],
  ['its top', 'value is "1" and no number', { kind: 'constant', type: 'number', value: '1' }],
  ['its top', 'value is "1.5" and no bigint', { kind: 'constant', type: 'bigint', value: '1.5' }],
  ['its top', 'value is 1 and no bigint', { kind: 'constant', type: 'bigint', value: 1 }],
  ['its top', 'cannot be a constant', { kind: 'constant', type: 'decimal', value: 'x' }],
  ['fallback', 'it is no constant', { kind: 'orElse', of: amount, fallback: amount }],
  ['values.1', 'it is no constant', { kind: 'isIn', of: amount, values: [one, amount] }],
  ['of', 'a value of type integer for a condition', { kind: 'not', of: { kind: 'allOf', of: [amount] } }],
  [
    'its top',
    'divides|constant 0',
    { kind: 'arithmetic', operator: 'dividedBy', left: amount, right: { ...one, value: 0 } },
  ],
  ['its top', 'unit is "hour" and none of day', { kind: 'truncation', of: amount, unit: 'hour', zone: 'UTC' }],
  ['its top', '"Nowhere" is not a time zone', { kind: 'truncation', of: amount, unit: 'day', zone: 'Nowhere' }],
]

describe('fromExpression', () => {
  it('makes a function of data', () => {
    const isMore = fromExpression({ kind: 'comparison', operator: 'moreThan', left: amount, right: one })
    expect(isMore({ amount: 2 })).toBe(true)
    expect(isMore({ amount: 1 })).toBe(false)
    expect(isMore.expression).toEqual({ kind: 'comparison', operator: 'moreThan', left: amount, right: one })
    expect(fromExpression({ kind: 'constant', type: 'bigint', value: '-12' })({})).toBe(-12n)
    expect(fromExpression({ kind: 'field', schema: 'Order', path: ['a', 'b'], type: 'text' })({ a: { b: 'c' } })).toBe(
      'c',
    )
  })

  // Mutation: packages/core/src/field/from-expression.ts: `if (other !== undefined) this.#fail` → `if (other === '') this.#fail`
  // Mutation: packages/core/src/field/leaf-nodes.ts: `path.some((each) => each in Object.prototype)` → `path.includes('__proto__')`
  it('says what is malformed, and where', () => {
    for (const [path, what, data] of malformed) {
      const place = path === 'its top' ? path : `"${path}"`
      expect(() => fromExpression(data)).toThrow(
        expect.objectContaining({
          code: 'BAD_EXPRESSION',
          message: expect.stringMatching(new RegExp(`malformed at ${place}: .*(?:${what})`)) as string,
        }),
      )
    }
  })

  // Mutation: packages/core/src/field/from-expression.ts: `if (known !== undefined && known !== type)` → `if (known === '')`
  it('holds it to a schema that is given', () => {
    const reading = (path: readonly string[], type: string, name = 'Order'): object => ({
      kind: 'isNull',
      of: { kind: 'field', schema: name, path, type },
    })
    expect(fromExpression(reading(['buyer', 'age'], 'integer'), order)(plain)).toBe(true)
    const code = (of: string): object => expect.objectContaining({ code: of }) as object
    expect(() => fromExpression(reading(['amuont'], 'integer'), order)).toThrow(code('UNKNOWN_FIELD'))
    expect(() => fromExpression(reading(['buyer', 'nam'], 'text'), order)).toThrow(code('UNKNOWN_FIELD'))
    expect(() => fromExpression(reading(['amount', 'x'], 'text'), order)).toThrow(code('BAD_EXPRESSION'))
    expect(() => fromExpression(reading(['amount'], 'text'), order)).toThrow(
      /malformed at "of": the field "amount" is of type integer/,
    )
    expect(() => fromExpression(reading(['amount'], 'integer', 'Refund'), order)).toThrow(
      /a field of "Refund" and not of "Order"/,
    )
  })

  // Mutation: packages/core/src/field/from-expression.ts: `this.#path.length > DEEPEST` → `this.#path.length > Infinity`
  it('refuses what is nested so deep that computing it would exhaust the stack', () => {
    let deep: object = flag
    for (let depth = 0; depth < 100_000; depth += 1) deep = { kind: 'not', of: deep }
    expect(() => fromExpression(deep)).toThrow(expect.objectContaining({ code: 'BAD_EXPRESSION' }))
  })
})
