/**
 * standardDeviation: the root of the exact variance, rounded once.
 *
 * The root is not taken of the rounded variance, which may be 0 or Infinity where the deviation is neither.
 */
import type { CombineFn } from '@tidemark/core'
import { bitLength, roundQuotient } from './dyadic.ts'
import { spread, type Moments, type Quotient, type SpreadOptions } from './moments.ts'
import { over } from './over.ts'

/**
 * The standard deviation of numbers: the double nearest to the real one, ties to even, for any order and grouping.
 *
 * **Contract** — NaN for nothing, for a sample of one, and with NaN or an infinity among the inputs. Subtraction is exact. Deviations do
 * not merge: add the inputs to one accumulator, or merge accumulators.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = standardDeviation({ of: 'population' })
 * extractOutput([2, 4, 4, 4, 5, 5, 7, 9].reduce(addInput, createAccumulator())) // => 2
 * ```
 */
export function standardDeviation(options: SpreadOptions): CombineFn<number, Moments, number> {
  return spread('standard-deviation', options, roundRoot)
}

/**
 * The standard deviation of a number of each element, as {@link standardDeviation} has it.
 *
 * ```ts
 * const spreadOf = standardDeviationOf((call: { ms: number }) => call.ms, { of: 'sample' })
 * spreadOf.extractOutput([{ ms: 3 }, { ms: 3 }].reduce(spreadOf.addInput, spreadOf.createAccumulator())) // => 0
 * ```
 */
export function standardDeviationOf<T>(
  select: (element: T) => number,
  options: SpreadOptions,
): CombineFn<T, Moments, number> {
  return over(select, standardDeviation(options))
}

// Twice the bits of a double and a few more, so that the root has at least two bits more than a double.
const ENOUGH_BITS = 112

/** Returns the double nearest to the root of a quotient. */
function roundRoot({ dividend: { digits, exponent }, divisor }: Quotient): number {
  if (digits === 0n) return 0
  let shift = Math.max(0, ENOUGH_BITS + bitLength(divisor) - bitLength(digits))
  // The root halves the exponent, so it has to be even.
  if ((exponent - shift) % 2 !== 0) shift += 1
  const shifted = digits << BigInt(shift)
  const quotient = shifted / divisor
  const root = floorRoot(quotient)
  const exact = root * root === quotient && quotient * divisor === shifted
  // One more bit stands for everything that follows: it decides what would else look like half way.
  return roundQuotient({ digits: 2n * root + (exact ? 0n : 1n), exponent: (exponent - shift) / 2 - 1 }, 1n)
}

/** The whole part of a root, by Newton's method from above. */
function floorRoot(value: bigint): bigint {
  let root = 1n << BigInt((bitLength(value) + 1) >> 1)
  for (;;) {
    const next = (root + value / root) >> 1n
    if (next >= root) return root
    root = next
  }
}
