/**
 * A small combiner for tests of graphs: nothing of it runs.
 */
import type { CombineFn } from '../../src/model/combine-fn.ts'

/** The same, but its outputs do not merge. */
export const largestOnce: CombineFn<number, number, number> = {
  name: 'largest',
  orderFree: true,
  createAccumulator: () => 0,
  addInput: Math.max,
  mergeAccumulators: Math.max,
  extractOutput: (accumulator) => accumulator,
}

/** The largest of numbers above zero. */
export const largest: CombineFn<number, number, number> = { ...largestOnce, mergeOutputs: Math.max }
