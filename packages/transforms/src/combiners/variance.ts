/**
 * variance: how far numbers lie from their mean, squared, on average; exact, rounded once.
 */
import type { CombineFn } from '@tidemark/core'
import { roundQuotient } from './dyadic.ts'
import { spread, type Moments, type SpreadOptions } from './moments.ts'
import { over } from './over.ts'

/**
 * The variance of numbers: the double nearest to the real one, ties to even, for any order and grouping.
 *
 * **Contract** — NaN for nothing, for a sample of one, and with NaN or an infinity among the inputs; Infinity where the rounded result
 * is out of range. Subtraction is exact. Variances do not merge: add the inputs to one accumulator, or merge accumulators.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = variance({ of: 'population' })
 * extractOutput([1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 6].reduce(addInput, createAccumulator())) // => 3.5
 * ```
 */
export function variance(options: SpreadOptions): CombineFn<number, Moments, number> {
  return spread('variance', options, ({ dividend, divisor }) => roundQuotient(dividend, divisor))
}

/**
 * The variance of a number of each element, as {@link variance} has it.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = varianceOf((call: { ms: number }) => call.ms, { of: 'sample' })
 * extractOutput([{ ms: 1 }, { ms: 3 }].reduce(addInput, createAccumulator())) // => 2
 * ```
 */
export function varianceOf<T>(select: (element: T) => number, options: SpreadOptions): CombineFn<T, Moments, number> {
  return over(select, variance(options))
}
