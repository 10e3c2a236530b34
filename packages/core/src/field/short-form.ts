/**
 * The short form of a schema: the type of each field in a word.
 *
 * `'text'`, `'text?'` where the field may be null or absent, `'text[]'` for a list, `'text[]?'`; a record in a record is an object.
 */

/** The types that a field can have. `integer` is safe, `timestamp` whole milliseconds since the epoch, `decimal` a text such as `12.50`. */
export interface ScalarTypes {
  readonly text: string
  readonly integer: number
  readonly number: number
  readonly boolean: boolean
  readonly timestamp: number
  readonly bigint: bigint
  readonly decimal: string
}

type Scalar = keyof ScalarTypes

/** The type of a field, in a word. */
export type ShortType = `${Scalar}${'' | '[]'}${'' | '?'}`

/** The fields of a schema, in short form. */
export interface ShortForm {
  readonly [name: string]: ShortType | ShortForm
}

/** The row that a short form describes. Fields that may be null may be absent too. */
export type RowFor<S extends ShortForm> = Flat<
  { readonly [K in keyof S as S[K] extends `${string}?` ? never : K]: ValueFor<S[K]> } & {
    readonly [K in keyof S as S[K] extends `${string}?` ? K : never]?: ValueFor<S[K]> | null | undefined
  }
>

type Flat<T> = { [K in keyof T]: T[K] }

type ValueFor<S> = S extends ShortForm
  ? RowFor<S>
  : S extends `${infer Inner}?`
    ? ValueFor<Inner>
    : S extends `${infer Item}[]`
      ? readonly ValueFor<Item>[]
      : S extends Scalar
        ? ScalarTypes[S]
        : never

/** The short forms that fit a row which is known: each of the types that its field may have. */
export type ShortFormOf<Row> = { readonly [K in keyof Row]?: ShortTypeOf<Row[K]> }

type ShortTypeOf<T> = null extends T
  ? Optional<PresentTypeOf<NonNullable<T>>>
  : undefined extends T
    ? Optional<PresentTypeOf<NonNullable<T>>>
    : PresentTypeOf<T>

type PresentTypeOf<T> = [T] extends [readonly (infer Item)[]]
  ? `${ScalarTypeOf<Item>}[]`
  : [T] extends [object]
    ? ShortFormOf<T>
    : ScalarTypeOf<T>

type ScalarTypeOf<T> = [T] extends [boolean]
  ? 'boolean'
  : [T] extends [number]
    ? 'integer' | 'number' | 'timestamp'
    : [T] extends [bigint]
      ? 'bigint'
      : [T] extends [string]
        ? 'text' | 'decimal'
        : never

// A record that may be null has the same short form as one that may not.
type Optional<S> = S extends string ? `${S}?` : S
