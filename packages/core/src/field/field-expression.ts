/**
 * FieldExpression: a function of a row that says what it computes.
 *
 * It is a plain function, so it can stand wherever one is wanted, and it carries an expression, so that its meaning can be shown, stored and
 * planned with. What can be asked of it follows from the type of its value; types that do not go together do not compile.
 */
import type { CalendarUnit, Expression } from './expression.ts'

/** A function with its expression: what a parameter that takes any expression is declared as. */
export interface Field<Row, T> {
  (row: Row): T
  readonly expression: Expression
}

/** A function of a row with its expression, and what can be made of it. Frozen. */
export type FieldExpression<Row, T> = Field<Row, T> & PresenceMethods<Row, T> & MethodsOf<Row, T, NonNullable<T>>

/** A condition on a row. */
export type Condition<Row> = FieldExpression<Row, boolean>

/** A value of a type, or an expression of the same row that gives one. */
export type Operand<Row, V> = V | Field<Row, V | null>

/** The row that several expressions can all be asked about. */
export type RowOf<E> = [E] extends [(row: infer Row) => unknown] ? Row : never

/** `null` where a type has it. */
type NullOf<T> = null extends T ? null : never

type MethodsOf<Row, T, V> = [V] extends [never]
  ? unknown
  : [V] extends [boolean]
    ? EqualityMethods<Row, V> & (null extends T ? unknown : ConditionMethods<Row>)
    : [V] extends [number]
      ? EqualityMethods<Row, V> &
          OrderMethods<Row, number> &
          ArithmeticMethods<Row, T, number> &
          TimestampMethods<Row, T>
      : [V] extends [bigint]
        ? EqualityMethods<Row, V> & OrderMethods<Row, bigint> & ArithmeticMethods<Row, T, bigint>
        : [V] extends [string]
          ? EqualityMethods<Row, V> & OrderMethods<Row, string> & TextMethods<Row, T>
          : unknown

/** What any expression has. */
export interface PresenceMethods<Row, T> {
  /** Whether the value is null, which an absent field is too. */
  isNull(): Condition<Row>
  /** Whether the value is not null. */
  isPresent(): Condition<Row>
  /** The value, or a constant where it is null. */
  orElse(fallback: NonNullable<T>): FieldExpression<Row, NonNullable<T>>
}

/** Equality. Null equals nothing, not even null. */
export interface EqualityMethods<Row, V> {
  /** Whether both are present and equal. */
  is(other: Operand<Row, V>): Condition<Row>
  /** The contrary of `is`: it holds where one of them is null. */
  isNot(other: Operand<Row, V>): Condition<Row>
  /** Whether the value equals one of several. */
  isIn(values: readonly V[]): Condition<Row>
}

/** Order: of numbers by value, of texts by code point. Nothing is less or more than null, nor at most or at least null. */
export interface OrderMethods<Row, V> {
  lessThan(other: Operand<Row, V>): Condition<Row>
  atMost(other: Operand<Row, V>): Condition<Row>
  moreThan(other: Operand<Row, V>): Condition<Row>
  atLeast(other: Operand<Row, V>): Condition<Row>
}

/** Conditions together. A field that may be null is none: say `flag.is(true)`. */
export interface ConditionMethods<Row> {
  /** Whether both hold. */
  and(other: Field<Row, boolean>): Condition<Row>
  /** Whether one of them holds. */
  or(other: Field<Row, boolean>): Condition<Row>
}

/** Arithmetic of numbers with numbers, and of bigints with bigints. Null with anything gives null. */
export interface ArithmeticMethods<Row, T, V> {
  plus<O extends Operand<Row, V>>(other: O): FieldExpression<Row, V | NullOf<T> | NullIn<O>>
  minus<O extends Operand<Row, V>>(other: O): FieldExpression<Row, V | NullOf<T> | NullIn<O>>
  times<O extends Operand<Row, V>>(other: O): FieldExpression<Row, V | NullOf<T> | NullIn<O>>
  /** The quotient; of bigints, its whole part. Null where the divisor is zero: a constant that is zero is refused. */
  dividedBy<O extends Operand<Row, V>>(other: O): FieldExpression<Row, V | NullOf<T> | NullByZero<O>>
  /** What division leaves, with the sign of the dividend. Null where the divisor is zero: a constant that is zero is refused. */
  remainder<O extends Operand<Row, V>>(other: O): FieldExpression<Row, V | NullOf<T> | NullByZero<O>>
}

type NullIn<O> = O extends (row: never) => infer T ? NullOf<T> : never
type NullByZero<O> = O extends (row: never) => unknown ? null : never

/** What timestamps have. */
export interface TimestampMethods<Row, T> {
  /** The start of the day, ISO week, month, quarter or year that the timestamp is in, by the clocks of a zone (an IANA name). */
  truncatedTo(unit: CalendarUnit, zone: string): FieldExpression<Row, number | NullOf<T>>
}

/** What texts have. */
export interface TextMethods<Row, T> {
  /** In small letters, by Unicode and no language. */
  lowerCase(): FieldExpression<Row, string | NullOf<T>>
  /** In capitals, by Unicode and no language. */
  upperCase(): FieldExpression<Row, string | NullOf<T>>
  /** How many code points it has: `'😀'` is one. */
  codePoints(): FieldExpression<Row, number | NullOf<T>>
}
