/**
 * countWhere: a combiner of one's own, made from one of the library's.
 */
import type { CombineFn } from '@tidemark/core'
import { count } from '@tidemark/transforms'

/** Counts the inputs for which a pure predicate holds. It inherits every law of `count`, and so live = history. */
export function countWhere<T>(predicate: (element: T) => boolean): CombineFn<T, number, number> {
  return {
    ...count(),
    name: 'count-where',
    addInput: (total, element) => (predicate(element) ? total + 1 : total),
    subtractInput: (total, element) => (predicate(element) ? total - 1 : total),
  }
}
