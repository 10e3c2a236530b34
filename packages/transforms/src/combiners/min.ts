/**
 * min: the least of numbers, and the element with the least rank.
 *
 * The least of the least of parts is the least of the whole, so accumulators and outputs merge alike. What was left behind is
 * forgotten: there is no subtraction.
 */
import type { CombineFn } from '@tidemark/core'
import { over } from './over.ts'
import type { Present } from './rank.ts'
import { top } from './top.ts'

/**
 * Takes the least number; null when there is none.
 *
 * **Contract** — NaN if any input is NaN; -0 is less than 0.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = min()
 * extractOutput([3, 9, 4].reduce(addInput, createAccumulator())) // => 3
 * ```
 */
export function min(): CombineFn<number, number | null, number | null> {
  return {
    name: 'min',
    orderFree: true,
    createAccumulator: () => null,
    addInput: lesser,
    mergeAccumulators: lesser,
    extractOutput: (accumulator) => accumulator,
    mergeOutputs: lesser,
  }
}

/**
 * Takes the least of a number of each element, as {@link min} does.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = minOf((call: { millis: number }) => call.millis)
 * extractOutput(addInput(createAccumulator(), { millis: 40 })) // => 40
 * ```
 */
export function minOf<T>(select: (element: T) => number): CombineFn<T, number | null, number | null> {
  return over(select, min())
}

/**
 * Takes the element with the least rank; null when there is none. Elements are not null themselves.
 *
 * **Contract** — Ranks sort as keys do: numbers by size, text by code point; an element ranked NaN is taken only if all
 * are. Of equal ranks the element with the smallest canonical bytes is taken. `by` must be pure.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = minBy((text: string) => text.length)
 * extractOutput(['tide', 'er', 'mark'].reduce(addInput, createAccumulator())) // => 'er'
 * ```
 */
export function minBy<T extends Present>(by: (element: T) => unknown): CombineFn<T, T[], NoInfer<T> | null> {
  const { createAccumulator, addInput, mergeAccumulators } = top<T>(1, { by, order: 'smallest' })
  const only = (best: readonly T[]): T | null => best[0] ?? null
  return {
    name: 'min-by',
    orderFree: true,
    createAccumulator,
    addInput,
    mergeAccumulators,
    extractOutput: only,
    mergeOutputs: (a, b) =>
      only([a, b].reduce((best: T[], element) => (element === null ? best : addInput(best, element)), [])),
  }
}

function lesser(a: number | null, b: number | null): number | null {
  if (a === null) return b
  return b === null ? a : Math.min(a, b)
}
