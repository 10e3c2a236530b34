/**
 * firstBy and lastBy: the earliest and the latest element, by a time that the elements bear.
 *
 * "First" is never who arrived first: that differs between a live run and its replay. Elements of one instant are in the order of their
 * canonical bytes, so there is one order from the first to the last, the same everywhere.
 */
import { compareBytes, encodeValue, PipelineError, type CombineFn } from '@tidemark/core'
import type { Present } from './rank.ts'

/**
 * Takes the element with the earliest time; null when there is none. Elements are not null themselves.
 *
 * **Contract** — `at` gives numbers of one unit, or bigints, and is pure; NaN is an error (`BAD_TIMESTAMP`). Of several elements of the
 * earliest instant, the one with the smallest canonical bytes is the first.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = firstBy((visit: { page: string; at: number }) => visit.at)
 * const visits = [{ page: 'tide', at: 7 }, { page: 'home', at: 2 }]
 * extractOutput(visits.reduce(addInput, createAccumulator())) // => { page: 'home', at: 2 }
 * ```
 */
export function firstBy<T extends Present>(at: (element: T) => number | bigint): CombineFn<T, T[], NoInfer<T> | null> {
  return endOfTime('first-by', at, 1)
}

/**
 * Takes the element with the latest time; null when there is none. Elements are not null themselves.
 *
 * **Contract** — As {@link firstBy}, from the other end of the same order: of several elements of the latest instant, the one with the
 * greatest canonical bytes is the last.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = lastBy((visit: { page: string; at: number }) => visit.at)
 * const visits = [{ page: 'tide', at: 7 }, { page: 'home', at: 2 }]
 * extractOutput(visits.reduce(addInput, createAccumulator())) // => { page: 'tide', at: 7 }
 * ```
 */
export function lastBy<T extends Present>(at: (element: T) => number | bigint): CombineFn<T, T[], NoInfer<T> | null> {
  return endOfTime('last-by', at, -1)
}

function endOfTime<T extends Present>(
  name: string,
  at: (element: T) => number | bigint,
  direction: 1 | -1,
): CombineFn<T, T[], NoInfer<T> | null> {
  const timeOf = (element: T): number | bigint => {
    const time = at(element)
    if (typeof time === 'bigint' || (typeof time === 'number' && !Number.isNaN(time))) return time
    throw new PipelineError(
      'BAD_TIMESTAMP',
      `${name}: at gives ${String(time)} for an element. Without a time it is neither before nor after others. Give a number or a ` +
        'bigint, such as event.at, and leave out before the step what has none.',
    )
  }
  const isBetter = (element: T, best: T): boolean => {
    if (Object.is(element, best)) return false
    const [a, b] = [timeOf(element), timeOf(best)]
    // Not by inequality: 1 and 1n differ, and neither is before the other.
    if (a < b) return direction === 1
    if (a > b) return direction === -1
    return direction * compareBytes(encodeValue(element), encodeValue(best)) < 0
  }
  const add = (best: T[], element: T): T[] => {
    if (best.length === 0) timeOf(element)
    if (best.length === 0 || isBetter(element, best[0] as T)) best[0] = element
    return best
  }
  return {
    name,
    orderFree: true,
    createAccumulator: () => [],
    addInput: add,
    mergeAccumulators: (best, other) => other.reduce(add, best),
    extractOutput: (best) => best[0] ?? null,
    functions: { at },
    mergeOutputs: (a, b) => {
      if (a === null || b === null) return a ?? b
      return isBetter(b, a) ? b : a
    },
  }
}
