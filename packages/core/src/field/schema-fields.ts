/**
 * The types of a schema's fields: each a field expression of its type, and a record with fields of its own.
 */
import type { FieldExpression } from './field-expression.ts'
import type { ShortForm } from './short-form.ts'

/** The fields that a short form names, of a row that is known. */
export type FieldsOf<Row, S> = FieldsIn<Row, Row, S, never>

/** All fields of a row. */
export type AllFieldsOf<Row> = AllIn<Row, Row, never>

// Absent is null, for an expression.
type Nulled<T> = Exclude<T, undefined> | (undefined extends T ? null : never)
type NullIn<T> = null extends Nulled<T> ? null : never

type FieldsIn<Root, Part, S, N> = {
  readonly [K in keyof S & keyof Part]: FieldExpression<Root, Nulled<Part[K]> | N> &
    (S[K] extends ShortForm
      ? { readonly fields: FieldsIn<Root, NonNullable<Part[K]>, S[K], N | NullIn<Part[K]>> }
      : unknown)
}

type AllIn<Root, Part, N> = {
  readonly [K in keyof Part]-?: FieldExpression<Root, Nulled<Part[K]> | N> &
    (IsRecord<NonNullable<Part[K]>> extends true
      ? { readonly fields: AllIn<Root, NonNullable<Part[K]>, N | NullIn<Part[K]>> }
      : unknown)
}

type IsRecord<T> = [T] extends [object]
  ? [T] extends [readonly unknown[] | ((...args: never) => unknown)]
    ? false
    : true
  : false
