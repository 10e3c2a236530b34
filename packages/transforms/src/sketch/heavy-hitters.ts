/**
 * heavyHitters: the values that occur most, with a cell for all others, so that the counts add up to the number of inputs.
 *
 * Every value is counted exactly. Summaries in less memory (space-saving, Misra and Gries) let arrivals push each other out, so what
 * they keep depends on the order and on where partials are merged; those that do not (count sketches) know counts and not which
 * values they are of. Here live and historical runs must agree, so the memory is that of countDistinct.
 */
import { PipelineError, type CombineFn } from '@tidemark/core'
import { countDistinct, type Occurrence, type Occurrences } from '../combiners/distinct.ts'
import { top } from '../combiners/top.ts'

/** A value and how often it occurred. */
export interface HeavyHitter<out T> {
  readonly value: T
  readonly count: number
}

/** The values that occurred most, the most frequent first, and what remains beside them. */
export interface HeavyHitters<out T> {
  readonly top: readonly HeavyHitter<T>[]
  /** How many values are not among the first ones, and how many inputs they were. */
  readonly others: { readonly values: number; readonly count: number }
}

/**
 * Counts values and lists the `k` that occur most; all others are added up in one cell.
 *
 * **Contract** — Counts are exact, and those of `top` and `others` add up to the number of inputs. Of values that occur equally often
 * the one with the smaller canonical bytes comes first, so the list is one, whatever the order of inputs. Values are the same when
 * they are the same as keys, as in {@link countDistinct}. Subtraction is exact. Outputs do not merge.
 *
 * **State** — every distinct value with its count.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = heavyHitters<string>(1)
 * const found = extractOutput(['a', 'b', 'a', 'c'].reduce(addInput, createAccumulator()))
 * found.top // => [{ value: 'a', count: 2 }]
 * found.others // => { values: 2, count: 2 }
 * ```
 */
export function heavyHitters<T>(k: number): CombineFn<T, Occurrences, HeavyHitters<T>> {
  if (!Number.isSafeInteger(k) || k < 1) {
    throw new PipelineError(
      'BAD_TOP',
      `heavyHitters(${String(k)}): there are no first ${String(k)} values. Give a whole number of at least 1.`,
    )
  }
  const first = top<Occurrence>(k, { by: ({ count }) => count })
  const { createAccumulator, addInput, mergeAccumulators, subtractInput, accumulatorCoder } = countDistinct()
  return {
    name: `heavy-hitters(${k})`,
    orderFree: true,
    createAccumulator,
    addInput,
    mergeAccumulators,
    extractOutput({ scalars, composites }) {
      let best = first.createAccumulator()
      let values = 0
      let total = 0
      const take = (occurrence: Occurrence): void => {
        // Taken back more often than seen is what another partial makes up for.
        if (occurrence.count < 1) return
        values += 1
        total += occurrence.count
        best = first.addInput(best, occurrence)
      }
      scalars.forEach((count, value) => take({ value, count }))
      composites?.forEach(take)
      const listed = best.reduce((sum, { count }) => sum + count, 0)
      return {
        top: best.map(({ value, count }) => ({ value: value as T, count })),
        others: { values: values - best.length, count: total - listed },
      }
    },
    ...(subtractInput && { subtractInput }),
    ...(accumulatorCoder && { accumulatorCoder }),
  }
}
