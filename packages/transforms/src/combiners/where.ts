/**
 * where: a combiner over those elements only that meet a condition.
 *
 * What does not meet it is as if it were not there, so laws, state and outputs are those of the inner combiner. Beside others, in
 * combineAll or ratio, it looks at a part of what they look at, in one pass.
 */
import { requireFunction, type CombineFn } from '@tidemark/core'
import { count } from './count.ts'

/**
 * Combines the elements that meet a condition. `predicate` must be pure: a subtraction asks it again.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = where((size: number) => size > 2, sum())
 * extractOutput([1, 2, 3, 4].reduce(addInput, createAccumulator())) // => 7
 * ```
 */
export function where<T, Acc, Out>(
  predicate: (element: T) => boolean,
  combineFn: CombineFn<NoInfer<T>, Acc, Out>,
): CombineFn<T, Acc, Out> {
  requireFunction('where', 'The first argument', predicate)
  const { addInput, subtractInput, functions = {} } = combineFn
  // Conditions within conditions are all shown.
  let as = 'condition'
  while (Object.hasOwn(functions, as)) as = `outer ${as}`
  return {
    ...combineFn,
    name: `where(${combineFn.name})`,
    functions: { [as]: predicate, ...functions },
    addInput: (accumulator, element) => (predicate(element) ? addInput(accumulator, element) : accumulator),
    ...(subtractInput && {
      subtractInput: (accumulator: Acc, element: T) =>
        predicate(element) ? subtractInput(accumulator, element) : accumulator,
    }),
  }
}

/**
 * Counts the elements that meet a condition. Their share of all is `ratio({ numerator: countIf(…), denominator: count() })`.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = countIf((order: { paid: boolean }) => order.paid)
 * extractOutput([{ paid: true }, { paid: false }].reduce(addInput, createAccumulator())) // => 1
 * ```
 */
export function countIf<T>(predicate: (element: T) => boolean): CombineFn<T, number, number> {
  return where(predicate, count())
}
