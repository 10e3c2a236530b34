/**
 * Median and median absolute deviation: centre and spread that half of the values, less one, cannot move far.
 */

/** Makes the MAD of normally distributed values their standard deviation (1 / the 0.75 quantile of the normal distribution). */
export const MAD_SCALE = 1.4826

/** Where values lie, and how far from there half of them are. */
export interface RobustCenter {
  readonly median: number
  readonly mad: number
}

/** Median and MAD of values in any order; of none, zero. */
export function robustCenter(values: readonly number[]): RobustCenter {
  const median = medianOf(values)
  return { median, mad: medianOf(values.map((value) => Math.abs(value - median))) }
}

/** The value in the middle; of an even number of values, half of the one before it and half of the one after it, added. */
function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  // Halved first: the sum of two large values would overflow.
  return sorted.length % 2 === 1 ? upper : (sorted[middle - 1] ?? 0) / 2 + upper / 2
}
