/**
 * sumBigInt: the sum of whole numbers of any size, such as money in its smallest unit.
 *
 * Addition of bigints is exact, so accumulators and outputs are the sums themselves and merge by addition.
 */
import type { CombineFn } from '@tidemark/core'
import { over } from './over.ts'

/**
 * Sums bigints. The sum of nothing is 0n.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = sumBigInt()
 * extractOutput([9_007_199_254_740_993n, 1n].reduce(addInput, createAccumulator())) // => 9007199254740994n
 * ```
 */
export function sumBigInt(): CombineFn<bigint, bigint, bigint> {
  return {
    name: 'sum-big-int',
    orderFree: true,
    createAccumulator: () => 0n,
    addInput: (accumulator, input) => accumulator + input,
    mergeAccumulators: (accumulator, other) => accumulator + other,
    extractOutput: (accumulator) => accumulator,
    subtractInput: (accumulator, input) => accumulator - input,
    mergeOutputs: (a, b) => a + b,
  }
}

/**
 * Sums a bigint of each element.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = sumBigIntOf((order: { cents: bigint }) => order.cents)
 * extractOutput(addInput(createAccumulator(), { cents: 1250n })) // => 1250n
 * ```
 */
export function sumBigIntOf<T>(select: (element: T) => bigint): CombineFn<T, bigint, bigint> {
  return over(select, sumBigInt())
}
