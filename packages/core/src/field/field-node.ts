/**
 * FieldNode: an expression with the closure that computes it.
 *
 * Nodes are made of nodes, each checked once; what a closure does for a row was decided when it was made, so a row costs calls of closures
 * and nothing is interpreted. Expressions of programs and those that come from JSON are made of the same nodes, so they compute the same.
 */
import { PipelineError } from '../error/pipeline-error.ts'
import { expressionOf, type Expression, type ValueType } from './expression.ts'

/** A row, as closures see it. */
export type Row = Readonly<Record<string, unknown>>

/** Computes a value of a row: never `undefined`. */
export type Evaluate = (row: Row) => unknown

/** An expression and its closure. */
export interface FieldNode<E extends Expression = Expression> {
  readonly expression: E
  readonly evaluate: Evaluate
}

/** The node of a function with an expression, or `undefined` for anything else. */
export function nodeOf(fn: unknown): FieldNode | undefined {
  const expression = expressionOf(fn)
  return expression === undefined ? undefined : { expression, evaluate: fn as Evaluate }
}

/** The node of a function with an expression, or a {@link PipelineError} with code `BAD_EXPRESSION` that says where one was needed. */
export function requireNode(subject: string, fn: unknown): FieldNode {
  const node = nodeOf(fn)
  if (node !== undefined) return node
  throw badExpression(
    `${subject} was given ${typeof fn === 'function' ? 'a function without an expression' : shown(fn)}. What it computes could not be shown, ` +
      'stored or planned with. Give a field of a schema, such as orders.fields.amount, or what its methods return.',
  )
}

/** A node, frozen with all that it is made of. */
export function makeNode<E extends Expression>(expression: E, evaluate: Evaluate): FieldNode<E> {
  return { expression: Object.freeze(expression), evaluate }
}

/** What the value of an expression is. */
export function valueTypeOf(expression: Expression): ValueType {
  switch (expression.kind) {
    case 'field':
    case 'constant':
      return expression.type
    case 'arithmetic':
      return computedType(valueTypeOf(expression.left), valueTypeOf(expression.right))
    case 'truncation':
      return 'timestamp'
    case 'orElse':
      return valueTypeOf(expression.of)
    case 'text':
      return expression.operator === 'codePoints' ? 'integer' : 'text'
    case 'tuple':
    case 'record':
      return expression.kind
    default:
      return 'boolean'
  }
}

// What is not known of one is known of the other, as they were checked to go together.
function computedType(left: ValueType, right: ValueType): ValueType {
  const known = left === 'any' ? right : left
  return known === 'any' || known === 'bigint' ? known : 'number'
}

/** The types among which values are compared and computed with; `any` goes with all of them. */
export type Family = 'text' | 'number' | 'boolean' | 'bigint' | 'decimal' | 'list' | 'record' | 'tuple' | 'any'

/** The family of a type. */
export function familyOf(type: ValueType): Family {
  return type === 'integer' || type === 'timestamp' ? 'number' : type
}

/** An error of an expression that cannot be. */
export function badExpression(message: string, cause?: unknown): PipelineError {
  return new PipelineError('BAD_EXPRESSION', message, { cause })
}

/** A value in an error. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'bigint') return `${value}n`
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'function') return 'a function'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}
