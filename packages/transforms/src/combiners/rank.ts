/**
 * Ranks: what elements are ordered by when the least, the greatest or the first few are wanted.
 *
 * Ranking is a total order on elements: equal ranks are told apart by the canonical bytes of the elements, so which of
 * them is taken never depends on which came first.
 */
import { compareBytes, encodeKey, encodeValue } from '@tidemark/core'

/** Elements that are not null, where null stands for none. */
export type Present = string | number | bigint | boolean | object

/** Which end of the order comes first. */
export type RankOrder = 'largest' | 'smallest'

/**
 * Returns a comparison that puts the better element first.
 *
 * **Contract** — Ranks sort as keys do: numbers and bigints by size, text by code point, arrays by element. Of equal ranks
 * the element with the smaller canonical bytes comes first, and elements ranked NaN come last, in both orders.
 *
 * ```ts
 * ['b', 'ccc', 'a'].toSorted(bestFirst((text) => text.length, 'largest')) // => ['ccc', 'a', 'b']
 * ```
 */
export function bestFirst<T>(by: (element: T) => unknown, order: RankOrder): (a: T, b: T) => number {
  const sign = order === 'largest' ? -1 : 1
  return (a, b) => {
    if (Object.is(a, b)) return 0
    return compareRanks(by(a), by(b), sign) || compareBytes(encodeValue(a), encodeValue(b))
  }
}

function compareRanks(x: unknown, y: unknown, sign: 1 | -1): number {
  if ((typeof x === 'number' && typeof y === 'number') || (typeof x === 'bigint' && typeof y === 'bigint')) {
    if (x < y) return -sign
    if (x > y) return sign
  }
  if (x === y) return 0
  const unranked = Number(Number.isNaN(x)) - Number(Number.isNaN(y))
  if (unranked !== 0 || Number.isNaN(x)) return unranked
  return sign * compareBytes(encodeKey(x), encodeKey(y))
}
