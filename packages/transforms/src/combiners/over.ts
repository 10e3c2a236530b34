/**
 * over: a combiner applied to one aspect of each element.
 *
 * Combining the images of elements is combining images: accumulators, outputs and laws are those of the inner combiner,
 * and so is the name, since the state is the same.
 */
import type { CombineFn } from '@tidemark/core'

/**
 * Combines `select(element)` instead of the element. `select` must be pure: a subtraction asks it again.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = over((text: string) => text.length, max())
 * extractOutput(['tide', 'mark', 'er'].reduce(addInput, createAccumulator())) // => 4
 * ```
 */
export function over<T, In, Acc, Out>(
  select: (element: T) => In,
  combineFn: CombineFn<In, Acc, Out>,
): CombineFn<T, Acc, Out> {
  const { addInput, subtractInput, mergeOutputs, accumulatorCoder } = combineFn
  return {
    name: combineFn.name,
    orderFree: true,
    createAccumulator: combineFn.createAccumulator,
    addInput: (accumulator, element) => addInput(accumulator, select(element)),
    mergeAccumulators: combineFn.mergeAccumulators,
    extractOutput: combineFn.extractOutput,
    functions: { measure: select },
    ...(subtractInput && {
      subtractInput: (accumulator: Acc, element: T) => subtractInput(accumulator, select(element)),
    }),
    ...(mergeOutputs && { mergeOutputs }),
    ...(accumulatorCoder && { accumulatorCoder }),
  }
}
