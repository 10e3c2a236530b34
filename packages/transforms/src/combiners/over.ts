/**
 * over: a combiner applied to one aspect of each element.
 *
 * Combining the images of elements is combining images: accumulators, outputs and laws are those of the inner combiner,
 * and so is the name, since the state is the same.
 */
import { requireFunction, type CombineFn } from '@tidemark/core'

/**
 * Combines `select(element)` instead of the element. `select` must be pure: a subtraction asks it again. As a field expression it is shown by
 * dictionary and lineage: `over(order.fields.amount, sum())`.
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
  requireFunction('over', 'The first argument', select)
  const { addInput, subtractInput, mergeOutputs, functions = {}, accumulatorCoder } = combineFn
  // What the inner combiner asks, it asks of the image: a function of the element too, of which nobody can say more.
  const within = Object.entries(functions).map(
    ([as, fn]) => [`${as} of measure`, (element: T) => fn(select(element))] as const,
  )
  return {
    name: combineFn.name,
    orderFree: true,
    createAccumulator: combineFn.createAccumulator,
    addInput: (accumulator, element) => addInput(accumulator, select(element)),
    mergeAccumulators: combineFn.mergeAccumulators,
    extractOutput: combineFn.extractOutput,
    functions: { measure: select, ...Object.fromEntries(within) },
    ...(subtractInput && {
      subtractInput: (accumulator: Acc, element: T) => subtractInput(accumulator, select(element)),
    }),
    ...(mergeOutputs && { mergeOutputs }),
    ...(accumulatorCoder && { accumulatorCoder }),
  }
}
