/**
 * The exact sum as bytes, in canonical form: the same inputs give the same bytes, whatever their order and grouping.
 *
 * In memory one real number can be written as several expansions; here it is the double when it is one, and otherwise
 * its odd digits and exponent, with the counts of NaN and infinities behind them when there are any.
 */
import { canonicalCoder, type Coder } from '@tidemark/core'
import { composeDouble, isDouble } from './dyadic.ts'
import { addExact, emptyRest, exactValue, sumOfDyadic, zeroSum, type ExactSum } from './exact-sum.ts'

/** The canonical form of an exact sum: a double; digits and exponent; or these and the counts of NaN, +Infinity, -Infinity. */
export type SumValue = number | readonly [bigint, number] | readonly [bigint, number, number, number, number]

/** Stores an exact sum in its canonical form, about ten bytes in the usual case. */
export const exactSumCoder: Coder<ExactSum> = {
  id: 'exact-sum/1',
  encode: (sum) => canonicalCoder<SumValue>().encode(sumToValue(sum)),
  decode: (bytes) => sumFromValue(canonicalCoder<SumValue>().decode(bytes)),
}

/** Returns the canonical form. */
export function sumToValue(sum: ExactSum): SumValue {
  const { high, low, rest } = sum
  if (rest === null && low === 0) return high
  const value = exactValue(sum)
  const { digits, exponent } = value
  if (rest !== null && (rest.nan !== 0 || rest.positiveInfinities !== 0 || rest.negativeInfinities !== 0)) {
    return [digits, exponent, rest.nan, rest.positiveInfinities, rest.negativeInfinities]
  }
  return isDouble(value) ? composeDouble(digits, exponent) : [digits, exponent]
}

/** Makes the exact sum of a canonical form. */
export function sumFromValue(value: SumValue): ExactSum {
  if (typeof value === 'number') return addExact(zeroSum(), value)
  const [digits, exponent, nan = 0, positiveInfinities = 0, negativeInfinities = 0] = value
  const sum = sumOfDyadic({ digits, exponent })
  if (value.length === 2) return sum
  sum.rest = { ...(sum.rest ?? emptyRest()), nan, positiveInfinities, negativeInfinities }
  return sum
}
