/**
 * What is made of several expressions: conditions together, tuples and records, and constants.
 */
import type { Condition, Field, FieldExpression, RowOf } from './field-expression.ts'
import { expressionFunction } from './field-methods.ts'
import { badExpression, requireNode, shown } from './field-node.ts'
import { recordNode, tupleNode } from './gathering-nodes.ts'
import { constantNode } from './leaf-nodes.ts'
import { junctionNode, negationNode } from './logic-node.ts'

type AnyCondition = Field<never, boolean>
type AnyField = Field<never, unknown>

/** Holds where all of several conditions hold. */
export function allOf<const C extends readonly [AnyCondition, ...AnyCondition[]]>(
  ...conditions: C
): Condition<RowOf<C[number]>> {
  return expressionFunction(
    junctionNode(
      'allOf',
      conditions.map((condition) => requireNode('allOf', condition)),
    ),
  )
}

/** Holds where one or more of several conditions hold. */
export function anyOf<const C extends readonly [AnyCondition, ...AnyCondition[]]>(
  ...conditions: C
): Condition<RowOf<C[number]>> {
  return expressionFunction(
    junctionNode(
      'anyOf',
      conditions.map((condition) => requireNode('anyOf', condition)),
    ),
  )
}

/** Holds where a condition does not. */
export function not<Row>(condition: Field<Row, boolean>): Condition<Row> {
  return expressionFunction(negationNode(requireNode('not', condition)))
}

/** Several values side by side, as a key or as dimensions: `tupleOf(region, day)` gives `[region, day]`. */
export function tupleOf<const E extends readonly [AnyField, ...AnyField[]]>(
  ...expressions: E
): FieldExpression<RowOf<E[number]>, { readonly [I in keyof E]: ReturnType<E[I]> }> {
  return expressionFunction(tupleNode(expressions.map((each) => requireNode('tupleOf', each))))
}

/** Several values by name: `recordOf({ region, day })` gives `{ region, day }`. */
export function recordOf<const E extends Readonly<Record<string, AnyField>>>(
  expressions: E,
): FieldExpression<RowOf<E[keyof E]>, { readonly [K in keyof E]: ReturnType<E[K]> }> {
  if (typeof expressions !== 'object' || expressions === null || Array.isArray(expressions))
    throw badExpression(
      `recordOf was given ${shown(expressions)}. Its values need names. Give an object such as { region, day }.`,
    )
  const nodes = Object.entries(expressions).map(
    ([name, each]) => [name, requireNode(`recordOf (${name})`, each)] as const,
  )
  return expressionFunction(recordNode(Object.fromEntries(nodes)))
}

/** The same value for every row. */
export function constant<const V extends string | number | boolean | bigint>(value: V): FieldExpression<unknown, V> {
  return expressionFunction(constantNode(value))
}
