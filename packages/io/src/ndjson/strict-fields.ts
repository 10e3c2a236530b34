/**
 * Which fields are read strictly, by name or by what a schema says of them: those whose type a double does not hold, or holds by chance.
 */

/**
 * Which fields numbers are read in another way. A field is named by its path from the line's value: `amount`, `total.amount`, and
 * `lines[].price` for each element of a list. Only numbers are concerned: texts, null and what is missing stay as they are.
 */
export interface StrictJsonOptions {
  /** Whole numbers that a number counts exactly: a fraction is `NOT_WHOLE`, one beyond 2^53 - 1 is `PRECISION`. */
  readonly integers?: readonly string[]
  /** Whole numbers of any size, as bigints, small ones too. */
  readonly bigints?: readonly string[]
  /** Decimals as their source text, such as `'12.50'`: for money and other digits that are to stay. */
  readonly decimals?: readonly string[]
}

/** Types of fields by name, in the short form of `schema` of core: `decimal`, `bigint[]`, `integer?`, or an object for a record. */
export type FieldWords = { readonly [name: string]: string | FieldWords }

/** A schema that says which fields it has, as `schema` of `@tidemark/core/fields` does. */
export interface DescribedSchema {
  describe(): { readonly fields: FieldWords }
}

/** The fields that options name, or that a schema has as `integer` and `timestamp`, as `bigint`, and as `decimal`. */
export function fieldsAskedFor(options: StrictJsonOptions | DescribedSchema): StrictJsonOptions {
  if (!isDescribed(options)) return options
  const words = wordsOf(options.describe().fields, '')
  const ofTypes = (...types: readonly string[]): readonly string[] =>
    words.flatMap(({ path, type }) => (types.includes(type) ? [path] : []))
  return { integers: ofTypes('integer', 'timestamp'), bigints: ofTypes('bigint'), decimals: ofTypes('decimal') }
}

interface Word {
  readonly path: string
  readonly type: string
}

function wordsOf(fields: FieldWords, before: string): readonly Word[] {
  return Object.entries(fields).flatMap(([name, word]) => {
    const path = `${before}${name}`
    if (typeof word !== 'string') return wordsOf(word, `${path}.`)
    const [, type = '', list = ''] = /^(.*?)((?:\[\])?)\??$/.exec(word) ?? []
    return [{ path: `${path}${list}`, type }]
  })
}

function isDescribed(options: StrictJsonOptions | DescribedSchema): options is DescribedSchema {
  return typeof (options as Partial<DescribedSchema> | null)?.describe === 'function'
}
