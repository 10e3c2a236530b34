/**
 * Step expressions: what the functions of a step compute, where they say it.
 *
 * A function that is a field expression is data beside being a function. Pictures show it, and a planner finds it here.
 */
import { expressionOf, type Expression } from '../field/expression.ts'
import { formatExpression } from '../field/format-expression.ts'
import type { StatelessForm } from '../primitives/stateless.ts'
import type { Primitive } from './pipeline-graph.ts'

/** What a function of a step computes. */
export interface ExpressionPicture {
  /** What the function is to the step, such as `key` or `condition`. */
  readonly as: string
  /** The expression in words. */
  readonly text: string
  /** The expression as data: `fromExpression` makes a function of it. */
  readonly expression: Expression
}

/** The expressions of a step, in a fixed order; none of functions that are only functions. */
export function expressionsOf(payload: Primitive): readonly ExpressionPicture[] {
  return Object.freeze(
    functionsOf(payload).flatMap(([as, fn]) => {
      const expression = expressionOf(fn)
      return expression === undefined ? [] : Object.freeze({ as, text: formatExpression(expression), expression })
    }),
  )
}

const STATELESS: Readonly<Record<StatelessForm, string>> = {
  map: 'value',
  filter: 'condition',
  'flat-map': 'values',
  'with-keys': 'key',
  'with-timestamps': 'timestamp',
  reshuffle: 'key',
}

function functionsOf(payload: Primitive): readonly (readonly [string, unknown])[] {
  switch (payload.primitive) {
    case 'stateless':
      return [[STATELESS[payload.form], payload.fn]]
    case 'create':
      return [['timestamp', payload.timestamp]]
    case 'read':
      return [
        ['timestamp', payload.timestamp],
        ['arrival', payload.arrival],
      ]
    case 'combinePerKey':
      return Object.entries(payload.combineFn.functions ?? {})
    case 'asOfJoin':
      return [
        ['known at', payload.knownAt],
        ['order by', payload.orderBy],
      ]
    case 'statefulParDo':
      return [['order by', payload.orderBy]]
    default:
      return []
  }
}
