/**
 * enrich: each element with what a dimension says of its key at the element's time, as one more field.
 *
 * A dimension that changes is a keyed collection of its rows, each with the time from which it holds: then the answer is as of event time
 * (asOfJoin), the same in a replay years later. One that has no time is a map, seen as a side input. Nothing is dropped for want of an
 * answer: the field is the fallback then, and how often that is, is `unmatchedRate`.
 */
import {
  asOfJoin,
  checkOptions,
  composite,
  map,
  PipelineError,
  requireFunction,
  withKeys,
  type AsOfJoinOptions,
  type CombineFn,
  type KV,
  type OptionNames,
  type PCollection,
  type PTransform,
  type SideInput,
} from '@tidemark/core'
import { count } from '../combiners/count.ts'
import { ratio, type Ratio } from '../combiners/ratio.ts'
import { countIf } from '../combiners/where.ts'

/** What stands in a field for want of an answer. */
export type Fallback = string | number | bigint | boolean | null

/** A dimension: rows by key, each valid from its timestamp on; or one row for each key, without time. */
export type Dimension<K, Row> = PCollection<KV<K, Row>> | SideInput<ReadonlyMap<K, Row>>

/** How elements meet rows in time; the options of {@link asOfJoin}. */
export type EnrichAsOf<Row> = Pick<
  AsOfJoinOptions<unknown, unknown, Row, 'left'>,
  'lateRows' | 'knownAt' | 'orderBy' | 'maxAge' | 'lateness'
>

/** Options of {@link enrich}. */
export interface EnrichOptions<T, K, Row, As extends string, D, F extends Fallback> {
  /** Where answers come from: a keyed collection of rows over time, or a side input made by `asMap`. */
  readonly with: Dimension<K, Row>
  /** The key of an element in the dimension. */
  readonly key: (element: T) => K
  /** The field that is added. One that elements have already does not compile. */
  readonly as: As & ([As] extends [keyof T] ? { readonly taken: As } : unknown)
  /** What is taken of the row (all of it). What it gives as null or undefined is not known, as if there were no row. */
  readonly take?: (row: Row) => D
  /** What the field is where the dimension says nothing (`unknown`). */
  readonly fallback?: F
  /** How elements meet rows in time. Only where `with` is a collection. */
  readonly asOf?: EnrichAsOf<Row>
}

const OPTIONS: OptionNames<EnrichOptions<object, never, never, never, never, never>> = {
  with: true,
  key: true,
  as: true,
  take: true,
  fallback: true,
  asOf: true,
}
const AS_OF_OPTIONS: OptionNames<EnrichAsOf<never>> = {
  lateRows: true,
  knownAt: true,
  orderBy: true,
  maxAge: true,
  lateness: true,
}

/** An element with the field that a dimension has given it. */
export type Enriched<T, As extends string, D, F> = T & { readonly [N in As]: NonNullable<D> | F }

/**
 * Adds to each element what a dimension says of its key, or the fallback.
 *
 * **Contract** — With a collection: the latest row that is not after the element in event time, so an event of day 4 keeps the segment of day 4
 * when it changes on day 5. Elements wait until the dimension is that far, or as `asOf` says; with `lateRows: 'restate'` what comes out is
 * changes. With a side input: the row of the element's side window. Timestamp and window stay.
 *
 * **Late data**, **State** — Those of {@link asOfJoin}; with a side input, none.
 *
 * ```ts
 * orders.pipe(enrich('Segment', { with: customersById, key: (order) => order.customer, as: 'segment', take: (row) => row.segment }))
 * ```
 */
export function enrich<
  T extends object,
  K,
  Row,
  const As extends string,
  D = Row,
  const F extends Fallback = 'unknown',
>(
  name: string,
  options: EnrichOptions<T, K, Row, As, D, F>,
): PTransform<PCollection<T>, PCollection<Enriched<T, As, D, F>>> {
  const subject = `enrich(${JSON.stringify(name)})`
  checkOptions(subject, options, OPTIONS)
  const { with: dimension, key, as, take, fallback = 'unknown', asOf } = options
  requireFunction(subject, 'key', key)
  if (take !== undefined) requireFunction(subject, 'take', take)
  if (asOf !== undefined) checkOptions(`asOf of ${subject}`, asOf, AS_OF_OPTIONS)
  if (typeof as !== 'string' || as === '') {
    throw badOption(
      subject,
      'as',
      'is no name of a field',
      "What is found would have no place. Name one, such as as: 'segment'.",
    )
  }
  const enriched = (element: T, row: Row | null | undefined): Enriched<T, As, D, F> => {
    const taken = row === null || row === undefined || take === undefined ? row : take(row)
    return { ...element, [as]: taken ?? fallback } as Enriched<T, As, D, F>
  }
  return composite(name, (elements: PCollection<T>) => {
    if (isSideInput(dimension)) {
      if (asOf !== undefined) {
        throw badOption(
          subject,
          'asOf',
          'stands beside a side input',
          'That has no rows over time. Give a keyed collection, or leave out asOf.',
        )
      }
      return elements.pipe(
        map((element, { rows }) => enriched(element, rows.get(key(element))), { side: { rows: dimension } }),
      )
    }
    const left = elements.pipe(withKeys(key))
    return asOfJoin('AsOf', { left, right: dimension }, { ...asOf }).pipe(
      map(([, pair]) => enriched(pair.left, pair.right)),
    )
  })
}

/**
 * How many elements a dimension said nothing of, how many there are, and the share: for the rate at which {@link enrich} finds no answer.
 *
 * ```ts
 * const rate = unmatchedRate('segment')
 * rate.extractOutput([{ segment: 'large' }, { segment: 'unknown' }].reduce(rate.addInput, rate.createAccumulator()))
 * // => { numerator: 1, denominator: 2, value: 0.5 }
 * ```
 */
export function unmatchedRate<const As extends string>(
  as: As,
  fallback: Fallback = 'unknown',
): CombineFn<{ readonly [N in As]: unknown }, unknown[], Ratio<number, number>> {
  const isUnmatched = (element: { readonly [N in As]: unknown }): boolean => Object.is(element[as], fallback)
  return ratio({ numerator: countIf(isUnmatched), denominator: count() })
}

function isSideInput<K, Row>(dimension: Dimension<K, Row>): dimension is SideInput<ReadonlyMap<K, Row>> {
  return '~side' in dimension
}

function badOption(subject: string, option: string, what: string, cure: string): PipelineError {
  return new PipelineError('BAD_OPTION', `The option ${option} of ${subject} ${what}. ${cure}`)
}
