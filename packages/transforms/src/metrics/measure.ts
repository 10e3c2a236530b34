/**
 * Measures: what a metric computes of the rows of a window and slice.
 *
 * A measure is a combiner, so it obeys the combiner laws, and every combiner is a measure. One that is made here also remembers the functions
 * that it was made of, so that dictionary and lineage can show them.
 */
import { requireFunction, type CombineFn } from '@tidemark/core'
import type { CombinePart } from '../combiners/combine-all.ts'
import { over } from '../combiners/over.ts'
import { where } from '../combiners/where.ts'

/** What can be computed of rows: any combiner of them. */
export type Measure<Row, Out> = CombinePart<Row, Out>

/** A combiner whose accumulator is nobody's business. */
export type AnyCombineFn = CombineFn<unknown, unknown, unknown>

/** What a measure was made of. */
export interface MeasureOrigin {
  readonly inner: AnyCombineFn
  /** The aspect of a row that is combined. */
  readonly select?: (row: never) => unknown
  /** The rows that count. */
  readonly where?: (row: never) => boolean
}

/** A combiner that remembers what it was made of. */
export interface OriginalMeasure<in Row, in out Acc, in out Out> extends CombineFn<Row, Acc, Out> {
  readonly origin: MeasureOrigin
}

/**
 * Measures an aspect of each row: `measureOf(order.fields.amount, sum())`. With a field expression the dictionary prints it, and lineage
 * lists its fields; a plain function does as well, but has to be explained by `formula`.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = measureOf((order: { amount: number }) => order.amount, sum())
 * extractOutput(addInput(createAccumulator(), { amount: 5 })) // => 5
 * ```
 */
export function measureOf<Row, In, Acc, Out>(
  select: (row: Row) => In,
  combineFn: CombineFn<In, Acc, Out>,
): OriginalMeasure<Row, Acc, Out> {
  requireFunction('measureOf', 'The first argument', select)
  return { ...over(select, combineFn), origin: { inner: combineFn as unknown as AnyCombineFn, select } }
}

/**
 * Measures the rows that meet a condition: `matching(order.fields.status.is('paid'), count())`. It obeys the laws that the measure does:
 * rows that do not count leave the accumulator as it is.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = matching((row: { ok: boolean }) => row.ok, count())
 * extractOutput([{ ok: true }, { ok: false }].reduce(addInput, createAccumulator())) // => 1
 * ```
 */
export function matching<Row, Acc, Out>(
  predicate: (row: Row) => boolean,
  measure: CombineFn<NoInfer<Row>, Acc, Out>,
): OriginalMeasure<Row, Acc, Out> {
  requireFunction('matching', 'The first argument', predicate)
  return {
    ...where(predicate, measure),
    functions: { ...measure.functions, condition: predicate },
    origin: { inner: measure as unknown as AnyCombineFn, where: predicate },
  }
}

/** A measure as the combiner that it is. */
export function combinerOf(measure: Measure<never, unknown>): AnyCombineFn {
  return measure as unknown as AnyCombineFn
}

/** What a measure was made of, when it remembers. */
export function originOf(measure: AnyCombineFn): MeasureOrigin | undefined {
  return (measure as Partial<OriginalMeasure<unknown, unknown, unknown>>).origin
}
