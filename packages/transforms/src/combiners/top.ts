/**
 * top: the first n elements of a total order.
 *
 * What is not among the first n of a part is not among the first n of the whole, so n elements are all that is ever kept.
 */
import { checkChoice, checkOptions, PipelineError, type CombineFn, type OptionNames } from '@tidemark/core'
import { bestFirst, type RankOrder } from './rank.ts'

/** How {@link top} ranks. */
export interface TopOptions<in T> {
  /** What elements are ranked by (the element itself). It must be pure: it is asked again at every comparison. */
  readonly by?: (element: T) => unknown
  /** Which end comes first; one of: `largest` (default), `smallest`. */
  readonly order?: RankOrder
}

const OPTIONS: OptionNames<TopOptions<never>> = { by: true, order: true }

/**
 * Takes the n largest elements, best first; fewer when there are fewer. An element that occurs twice counts twice.
 *
 * **Contract** — Ranks sort as keys do: numbers by size, text by code point. Of equal ranks the element with the smaller
 * canonical bytes comes first; elements ranked NaN come last. So the result is one, whatever the order of inputs.
 *
 * **State** — at most n elements, sorted.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = top<number>(2)
 * extractOutput([3, 9, 4].reduce(addInput, createAccumulator())) // => [9, 4]
 * ```
 */
export function top<T>(n: number, options: TopOptions<T> = {}): CombineFn<T, T[], readonly T[]> {
  if (!Number.isSafeInteger(n) || n < 1) {
    throw new PipelineError(
      'BAD_TOP',
      `top(${n}): there are no first ${n} elements. Give a whole number of at least 1.`,
    )
  }
  checkOptions(`top(${n})`, options, OPTIONS)
  checkChoice(`top(${n})`, 'order', options.order, ['largest', 'smallest'])
  const { by = (element: T): unknown => element, order = 'largest' } = options
  const compare = bestFirst(by, order)
  const insert = (best: T[], element: T): T[] => {
    const full = best.length === n
    if (full && compare(element, best[n - 1] as T) >= 0) return best
    let low = 0
    let high = best.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (compare(element, best[middle] as T) < 0) high = middle
      else low = middle + 1
    }
    if (full) best.pop()
    best.splice(low, 0, element)
    return best
  }
  return {
    name: order === 'largest' ? `top(${n})` : `top(${n}, smallest)`,
    orderFree: true,
    createAccumulator: () => [],
    addInput: insert,
    mergeAccumulators: (best, other) => other.reduce(insert, best),
    extractOutput: (best) => [...best],
    mergeOutputs: (a, b) => b.reduce(insert, [...a]),
    ...(options.by && { functions: { 'order by': options.by } }),
  }
}
