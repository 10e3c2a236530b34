/**
 * mean: the exact mean of numbers, rounded once.
 *
 * The accumulator is the exact sum and the count. Their real quotient is rounded; the sum is not rounded before it.
 */
import { canonicalCoder, type CombineFn } from '@tidemark/core'
import { sumFromValue, sumToValue, type SumValue } from './exact-sum-coder.ts'
import { addExact, mergeExact, roundExact, subtractExact, zeroSum, type ExactSum } from './exact-sum.ts'
import { over } from './over.ts'

/** What a mean is made of. */
export interface MeanAccumulator {
  count: number
  readonly sum: ExactSum
}

type MeanValue = readonly [number, SumValue]

/**
 * Averages numbers: the double nearest to the real quotient of sum and count, ties to even, for any order and grouping.
 *
 * **Contract** — The mean of nothing is NaN, as 0/0 is: it stays a number, and unlike `undefined` it has canonical bytes.
 * NaN, infinities and zero follow {@link sum}; a mean of finite numbers is finite even where their sum is out of range.
 * Means do not merge: keep numerator and denominator apart where parts are to be put together.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = mean()
 * extractOutput([1.7e308, 1.7e308].reduce(addInput, createAccumulator())) // => 1.7e308
 * ```
 */
export function mean(): CombineFn<number, MeanAccumulator, number> {
  return {
    name: 'mean',
    orderFree: true,
    createAccumulator: () => ({ count: 0, sum: zeroSum() }),
    addInput(accumulator, input) {
      accumulator.count += 1
      addExact(accumulator.sum, input)
      return accumulator
    },
    mergeAccumulators(accumulator, other) {
      accumulator.count += other.count
      mergeExact(accumulator.sum, other.sum)
      return accumulator
    },
    extractOutput: ({ count, sum }) => (count > 0 ? roundExact(sum, count) : Number.NaN),
    subtractInput(accumulator, input) {
      accumulator.count -= 1
      subtractExact(accumulator.sum, input)
      return accumulator
    },
    accumulatorCoder: {
      id: 'mean/1',
      encode: ({ count, sum }) => canonicalCoder<MeanValue>().encode([count, sumToValue(sum)]),
      decode(bytes) {
        const [count, sum] = canonicalCoder<MeanValue>().decode(bytes)
        return { count, sum: sumFromValue(sum) }
      },
    },
  }
}

/**
 * Averages a number of each element, exactly as {@link mean} does.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = meanOf((call: { millis: number }) => call.millis)
 * extractOutput(addInput(createAccumulator(), { millis: 40 })) // => 40
 * ```
 */
export function meanOf<T>(select: (element: T) => number): CombineFn<T, MeanAccumulator, number> {
  return over(select, mean())
}
