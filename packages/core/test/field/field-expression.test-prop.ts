/**
 * Expression = function: whatever an expression is made of, it computes what the function does that a person would have written.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fieldsOf, formatExpression, fromExpression, sameExpression, type Expression } from '../../src/field/index.ts'
import { condition, key, rows, type Pair } from './random-expressions.ts'

const carried = (expression: Expression): Expression => JSON.parse(JSON.stringify(expression)) as Expression

describe('an expression', () => {
  // Mutation: packages/core/src/field/comparison-node.ts: `lessThan: (order) => order < 0` → `lessThan: (order) => order <= 0`
  // Mutation: packages/core/src/field/comparison-node.ts: `return value !== null && value <= (constant as number)` → `return value <= (constant as number)`
  // Mutation: packages/core/src/field/comparison-node.ts: `return value !== null && value > (constant as number)` → `return value !== null && value >= (constant as number)`
  // Mutation: packages/core/src/field/logic-node.ts: `a(row) === true && b(row) === true` → `a(row) === true`
  // Mutation: packages/core/src/field/computed-nodes.ts: `return value === null ? null : value - constant` → `return value === null ? null : constant - value`
  // Mutation: packages/core/src/field/computed-nodes.ts: `dividedBy: (a, b) => (isZero(b) ? null : a / b)` → `dividedBy: (a, b) => a / b`
  // Mutation: packages/core/src/field/computed-nodes.ts: `week: (zone) => calendarWeeks({ zone })` → `week: (zone) => calendarDays({ zone, every: 7 })`
  // Mutation: packages/core/src/field/from-expression.ts: `return nullTestNode(this.#child(part, 'of'))` → `return negationNode(nullTestNode(this.#child(part, 'of')))`
  // Mutation: packages/core/src/field/decimal-order.ts: `fraction.padEnd(digits, '0')` → `fraction`
  it('computes what its function does, before and after JSON', () => {
    for (const [seed, pairs] of [condition, key].entries())
      fc.assert(
        fc.property(pairs, fc.array(rows, { minLength: 1, maxLength: 5 }), (pair: Pair<unknown>, some) => {
          const again = fromExpression(carried(pair.expression.expression))
          for (const row of some) {
            const value = pair.function(row)
            expect(pair.expression(row)).toStrictEqual(value)
            expect(again(row)).toStrictEqual(value)
          }
        }),
        { seed, numRuns: 500 },
      )
  })

  // Mutation: packages/core/src/field/field-node.ts: `expression: Object.freeze(expression)` → `expression`
  // Mutation: packages/core/src/field/from-expression.ts: `return tupleNode(this.#children(part))` → `return tupleNode(this.#children(part).toReversed())`
  it('is carried by JSON unchanged, with one text, and made of nothing that can change', () => {
    fc.assert(
      fc.property(key, ({ expression: { expression } }) => {
        const json = carried(expression)
        const again = fromExpression(json).expression
        expect(json).toEqual(expression)
        expect(again).toEqual(expression)
        expect(sameExpression(again, expression)).toBe(true)
        expect(formatExpression(again)).toBe(formatExpression(expression))
        expect(fieldsOf(again)).toEqual(fieldsOf(expression))
        const parts: unknown[] = [expression, again]
        for (const part of parts) {
          expect(Object.isFrozen(part)).toBe(true)
          parts.push(...Object.values(part as object).filter((inner) => typeof inner === 'object'))
        }
      }),
      { seed: 20_260_330, numRuns: 500 },
    )
  })

  // Mutation: packages/core/src/field/fields-of.ts: `return [expression.left, expression.right]` → `return [expression.left]`
  it('reads the fields that fieldsOf says, and no others', () => {
    fc.assert(
      fc.property(key, rows, (pair, row) => {
        const read = new Set<string>()
        const watched = new Proxy(row, {
          get: (target, name) => {
            read.add(String(name))
            return Reflect.get(target, name) as unknown
          },
        })
        pair.expression(watched)
        const said = fieldsOf(pair.expression.expression).map(({ field }) => field.split('.')[0])
        // A condition that is decided already reads no further.
        expect([...read].filter((name) => !said.includes(name))).toEqual([])
      }),
      { seed: 20_260_331, numRuns: 500 },
    )
  })
})
