/**
 * max: the greatest of numbers, and the element with the greatest rank.
 *
 * The greatest of the greatest of parts is the greatest of the whole, so accumulators and outputs merge alike. What was left behind is
 * forgotten: there is no subtraction.
 */
import type { CombineFn } from '@tidemark/core'
import { over } from './over.ts'
import type { Present } from './rank.ts'
import { top } from './top.ts'

/**
 * Takes the greatest number; null when there is none.
 *
 * **Contract** — NaN if any input is NaN; -0 is less than 0.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = max()
 * extractOutput([3, 9, 4].reduce(addInput, createAccumulator())) // => 9
 * ```
 */
export function max(): CombineFn<number, number | null, number | null> {
  return {
    name: 'max',
    orderFree: true,
    createAccumulator: () => null,
    addInput: greater,
    mergeAccumulators: greater,
    extractOutput: (accumulator) => accumulator,
    mergeOutputs: greater,
  }
}

/**
 * Takes the greatest of a number of each element, as {@link max} does.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = maxOf((call: { millis: number }) => call.millis)
 * extractOutput(addInput(createAccumulator(), { millis: 40 })) // => 40
 * ```
 */
export function maxOf<T>(select: (element: T) => number): CombineFn<T, number | null, number | null> {
  return over(select, max())
}

/**
 * Takes the element with the greatest rank; null when there is none. Elements are not null themselves.
 *
 * **Contract** — Ranks sort as keys do: numbers by size, text by code point; an element ranked NaN is taken only if all
 * are. Of equal ranks the element with the smallest canonical bytes is taken. `by` must be pure.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = maxBy((text: string) => text.length)
 * extractOutput(['tide', 'er', 'mark'].reduce(addInput, createAccumulator())) // => 'mark'
 * ```
 */
export function maxBy<T extends Present>(by: (element: T) => unknown): CombineFn<T, T[], NoInfer<T> | null> {
  const { createAccumulator, addInput, mergeAccumulators } = top<T>(1, { by, order: 'largest' })
  const only = (best: readonly T[]): T | null => best[0] ?? null
  return {
    name: 'max-by',
    orderFree: true,
    createAccumulator,
    addInput,
    mergeAccumulators,
    extractOutput: only,
    mergeOutputs: (a, b) =>
      only([a, b].reduce((best: T[], element) => (element === null ? best : addInput(best, element)), [])),
  }
}

function greater(a: number | null, b: number | null): number | null {
  if (a === null) return b
  return b === null ? a : Math.max(a, b)
}
