/**
 * The waiting times that quantiles are taken of, and what a side says that it has found: the exact quantiles, where it is within the
 * error of them.
 */
import { nearly } from './digest.ts'
import { NEAR, QUANTILES, waits } from './numbers.ts'

/** The numbers. */
export const WAITS: readonly number[] = waits()

const sorted = WAITS.toSorted((a, b) => a - b)

/** Says what was found at each of the quantiles. */
export function waitsDigest(at: (quantile: (typeof QUANTILES)[number]) => number): string {
  const found = QUANTILES.map((quantile) => {
    const exact = sorted[Math.floor(quantile * (sorted.length - 1))]!
    return `${quantile}: ${nearly(at(quantile), exact, NEAR.quantiles)}`
  })
  return found.join(', ')
}
