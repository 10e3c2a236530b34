/**
 * Extremes: what min and max have in common.
 *
 * The extreme of the extremes of parts is the extreme of the whole, so accumulators and outputs merge alike. What was left behind
 * is forgotten: there is no subtraction.
 */
import type { CombineFn } from '@tidemark/core'
import type { Present, RankOrder } from './rank.ts'
import { top } from './top.ts'

/** Takes the number that `choose` prefers of any two; null when there is none. */
export function extremeNumber(
  name: string,
  choose: (a: number, b: number) => number,
): CombineFn<number, number | null, number | null> {
  const better = (a: number | null, b: number | null): number | null => {
    if (a === null) return b
    return b === null ? a : choose(a, b)
  }
  return {
    name,
    orderFree: true,
    createAccumulator: () => null,
    addInput: better,
    mergeAccumulators: better,
    extractOutput: (accumulator) => accumulator,
    mergeOutputs: better,
  }
}

/** Takes the element whose rank comes first in the given order; null when there is none. */
export function extremeElement<T extends Present>(
  name: string,
  by: (element: T) => unknown,
  order: RankOrder,
): CombineFn<T, T[], NoInfer<T> | null> {
  const { createAccumulator, addInput, mergeAccumulators } = top<T>(1, { by, order })
  const only = (best: readonly T[]): T | null => best[0] ?? null
  return {
    name,
    orderFree: true,
    createAccumulator,
    addInput,
    mergeAccumulators,
    extractOutput: only,
    functions: { 'order by': by },
    mergeOutputs: (a, b) =>
      only([a, b].reduce((best: T[], element) => (element === null ? best : addInput(best, element)), [])),
  }
}
