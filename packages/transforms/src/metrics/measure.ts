/**
 * Measures: what a metric computes of the rows of a window and slice.
 *
 * A measure is a combiner, so it obeys the combiner laws, and every combiner is a measure. Dictionary and lineage show the functions that it
 * says it calls (`CombineFn.functions`).
 */
import type { CombineFn } from '@tidemark/core'
import type { CombinePart } from '../combiners/combine-all.ts'

/** What can be computed of rows: any combiner of them. */
export type Measure<Row, Out> = CombinePart<Row, Out>

/** A combiner whose accumulator is nobody's business. */
export type AnyCombineFn = CombineFn<unknown, unknown, unknown>

/** A measure as the combiner that it is. */
export function combinerOf(measure: Measure<never, unknown>): AnyCombineFn {
  return measure as unknown as AnyCombineFn
}
