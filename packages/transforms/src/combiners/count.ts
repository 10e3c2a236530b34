/**
 * count: how many inputs there are.
 *
 * The count of a union of disjoint parts is the sum of their counts, so accumulators and outputs both merge by addition.
 */
import type { CombineFn } from '@tidemark/core'

/**
 * Counts inputs, whatever they are. The count of nothing is 0; counts are exact up to 2^53.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = count()
 * extractOutput(addInput(addInput(createAccumulator(), 'a'), null)) // => 2
 * ```
 */
export function count(): CombineFn<unknown, number, number> {
  return {
    name: 'count',
    orderFree: true,
    createAccumulator: () => 0,
    addInput: (accumulator) => accumulator + 1,
    mergeAccumulators: (accumulator, other) => accumulator + other,
    extractOutput: (accumulator) => accumulator,
    subtractInput: (accumulator) => accumulator - 1,
    mergeOutputs: (a, b) => a + b,
  }
}
