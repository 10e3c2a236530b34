/**
 * min: the least of numbers, and the element with the least rank.
 */
import type { CombineFn } from '@tidemark/core'
import { extremeElement, extremeNumber } from './extreme.ts'
import { over } from './over.ts'
import type { Present } from './rank.ts'

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
  return extremeNumber('min', Math.min)
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
  return extremeElement('min-by', by, 'smallest')
}
