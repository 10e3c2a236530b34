/**
 * Expression: what a field expression computes, as plain frozen data that JSON carries unchanged.
 *
 * The set is small and closed, so that a planner, a lineage graph or another engine can know all of it. `expressionOf` finds the data at a
 * function; `fromExpression` makes a function of the data again, and both compute the same.
 */

/** Any expression. `kind` tells them apart. */
export type Expression =
  | FieldReading
  | ConstantValue
  | Comparison
  | Membership
  | NullTest
  | Junction
  | Negation
  | Arithmetic
  | Truncation
  | Fallback
  | TextFunction
  | TupleOf
  | RecordOf

/** What the value of an expression is called in errors and rules: a type of the short form, or what expressions make. */
export type ValueType =
  'text' | 'integer' | 'number' | 'boolean' | 'timestamp' | 'bigint' | 'decimal' | 'list' | 'record' | 'tuple' | 'any'

/** The value of a field; `null` where it is absent. */
export interface FieldReading {
  readonly kind: 'field'
  /** Name of the schema. */
  readonly schema: string
  /** The field's name; behind those of the records that it is in. */
  readonly path: readonly string[]
  readonly type: ValueType
}

/** A value that stands in the program. A bigint is written as its digits. */
export interface ConstantValue {
  readonly kind: 'constant'
  readonly type: 'text' | 'number' | 'boolean' | 'timestamp' | 'bigint' | 'decimal'
  readonly value: string | number | boolean
}

/** How two values are compared. */
export type ComparisonOperator = 'is' | 'isNot' | 'lessThan' | 'atMost' | 'moreThan' | 'atLeast'

/** Whether two values compare so. */
export interface Comparison {
  readonly kind: 'comparison'
  readonly operator: ComparisonOperator
  readonly left: Expression
  readonly right: Expression
}

/** Whether a value is one of several. */
export interface Membership {
  readonly kind: 'isIn'
  readonly of: Expression
  readonly values: readonly ConstantValue[]
}

/** Whether a value is null. */
export interface NullTest {
  readonly kind: 'isNull'
  readonly of: Expression
}

/** Whether all, or any, of several conditions hold. */
export interface Junction {
  readonly kind: 'allOf' | 'anyOf'
  readonly of: readonly Expression[]
}

/** Whether a condition does not hold. */
export interface Negation {
  readonly kind: 'not'
  readonly of: Expression
}

/** How two numbers become one. */
export type ArithmeticOperator = 'plus' | 'minus' | 'times' | 'dividedBy' | 'remainder'

/** A number of two numbers, or a bigint of two bigints. */
export interface Arithmetic {
  readonly kind: 'arithmetic'
  readonly operator: ArithmeticOperator
  readonly left: Expression
  readonly right: Expression
}

/** The units that a timestamp can be cut to. */
export type CalendarUnit = 'day' | 'week' | 'month' | 'quarter' | 'year'

/** The start of the calendar unit that a timestamp is in, by the clocks of a place. */
export interface Truncation {
  readonly kind: 'truncation'
  readonly of: Expression
  readonly unit: CalendarUnit
  /** An IANA name. */
  readonly zone: string
}

/** A value, or a constant where it is null. */
export interface Fallback {
  readonly kind: 'orElse'
  readonly of: Expression
  readonly fallback: ConstantValue
}

/** What can be computed of a text. */
export type TextOperator = 'lowerCase' | 'upperCase' | 'codePoints'

/** A text in one case, or how many code points it has. */
export interface TextFunction {
  readonly kind: 'text'
  readonly operator: TextOperator
  readonly of: Expression
}

/** Several values side by side: `[a, b]`. */
export interface TupleOf {
  readonly kind: 'tuple'
  readonly of: readonly Expression[]
}

/** Several values by name: `{ a, b }`. */
export interface RecordOf {
  readonly kind: 'record'
  readonly of: Readonly<Record<string, Expression>>
}

/** The expression of a function, or `undefined` for any other function. */
export function expressionOf(fn: unknown): Expression | undefined {
  if (typeof fn !== 'function' || !Object.hasOwn(fn, 'expression')) return undefined
  const expression: unknown = Reflect.get(fn, 'expression')
  return typeof expression === 'object' && expression !== null && 'kind' in expression
    ? (expression as Expression)
    : undefined
}
