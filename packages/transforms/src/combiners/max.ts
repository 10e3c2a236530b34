/**
 * max: the greatest of numbers, and the element with the greatest rank.
 */
import type { CombineFn } from '@tidemark/core'
import { extremeElement, extremeNumber } from './extreme.ts'
import { over } from './over.ts'
import type { Present } from './rank.ts'

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
  return extremeNumber('max', Math.max)
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
  return extremeElement('max-by', by, 'largest')
}
