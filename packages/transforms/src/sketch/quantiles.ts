/**
 * quantiles: medians, percentiles and the like, within a relative error.
 *
 * Each number is counted in a bin of numbers that are nearly the same, so nothing is kept but counts: parts merge by addition, and a
 * number is taken back exactly.
 */
import { checkOptions, PipelineError, type CombineFn, type OptionNames } from '@tidemark/core'
import { over } from '../combiners/over.ts'
import { logBins } from './log-bins.ts'
import {
  countNumber,
  mergeCounts,
  noNumbers,
  quantileSketchCoder,
  valuesAt,
  type QuantileSketch,
} from './quantile-sketch.ts'

/** How exact {@link quantiles} are. */
export interface QuantilesOptions {
  /** How far a quantile may be from the exact one, as a part of it, from 0.0001 to 0.5 (0.01). */
  readonly relativeError?: number
}

/** The value at each quantile, by the quantile; null where there are no numbers. */
export type QuantileValues<Quantile extends number> = Readonly<Record<Quantile, number | null>>

const OPTIONS: OptionNames<QuantilesOptions> = { relativeError: true }
const DEFAULT_ERROR = 0.01
const LEAST_ERROR = 0.0001
const GREATEST_ERROR = 0.5

/**
 * Takes the numbers below which given parts of all numbers lie, such as 0.5 for the median and 0.99 for the 99th percentile.
 *
 * **Contract** — The quantile q of n numbers is the one at place `floor(q * (n - 1))` of them in rising order, counted from 0: one
 * that occurred, never something between two. What comes out differs from it by at most `relativeError` of it, for every q and any
 * numbers, to the last digits of a double. Infinities are exact and come first and last; numbers nearer to 0 than 2.3e-308 count as
 * 0; if any number is NaN, all quantiles are; of nothing they are null. Subtraction is exact and takes back NaN too. Outputs do not
 * merge. Least and greatest (0 and 1) are as exact as the others, no more: {@link min} and {@link max} give them beside it.
 *
 * **State** — 8 bytes for each bin, 64 bins at a time, where numbers are: 35 bins per doubling at 0.01, so 6 KB for numbers from 1 to
 * a million, however many they are. A tenth of the error takes ten times the bins.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = quantiles([0, 0.5], { relativeError: 0.01 })
 * const { 0: least, 0.5: median } = extractOutput([300, 0, 7, 200, 100].reduce(addInput, createAccumulator()))
 * least // => 0
 * median !== null && Math.abs(median - 100) <= 1 // => true
 * ```
 */
export function quantiles<const Quantile extends number>(
  of: readonly Quantile[],
  options: QuantilesOptions = {},
): CombineFn<number, QuantileSketch, QuantileValues<Quantile>> {
  checkOptions('quantiles', options, OPTIONS)
  const relativeError = requireError(options.relativeError ?? DEFAULT_ERROR)
  const rising = requireQuantiles(of)
  const bins = logBins(relativeError)
  return {
    name: `quantiles(${rising.join(', ')}; ${relativeError})`,
    orderFree: true,
    createAccumulator: noNumbers,
    addInput: (accumulator, input) => countNumber(accumulator, input, 1, bins),
    mergeAccumulators: mergeCounts,
    extractOutput(accumulator) {
      const values = valuesAt(accumulator, rising, bins)
      return Object.fromEntries(rising.map((quantile, at) => [quantile, values[at]])) as QuantileValues<Quantile>
    },
    subtractInput: (accumulator, input) => countNumber(accumulator, input, -1, bins),
    accumulatorCoder: quantileSketchCoder(relativeError),
  }
}

/**
 * Takes quantiles of a number of each element, as {@link quantiles} does.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = quantilesOf((call: { millis: number }) => call.millis, [0.5])
 * extractOutput(addInput(createAccumulator(), { millis: 0 })) // => { '0.5': 0 }
 * ```
 */
export function quantilesOf<T, const Quantile extends number>(
  select: (element: T) => number,
  of: readonly Quantile[],
  options: QuantilesOptions = {},
): CombineFn<T, QuantileSketch, QuantileValues<Quantile>> {
  return over(select, quantiles(of, options))
}

function requireQuantiles(of: readonly number[]): readonly number[] {
  const odd = of.find((quantile) => !(quantile >= 0 && quantile <= 1))
  if (odd !== undefined || of.length === 0) {
    throw new PipelineError(
      'BAD_QUANTILE',
      `quantiles([${of.join(', ')}]): ${odd === undefined ? 'there is none, so nothing would come out' : `no part of all numbers is ${odd}`}. ` +
        'Give numbers from 0 to 1, such as 0.99 for the 99th percentile.',
    )
  }
  return [...new Set(of)].toSorted((a, b) => a - b)
}

function requireError(relativeError: number): number {
  if (relativeError >= LEAST_ERROR && relativeError <= GREATEST_ERROR) return relativeError
  throw new PipelineError(
    'BAD_RELATIVE_ERROR',
    `quantiles have the relative error ${String(relativeError)}: memory is in inverse proportion to it. ` +
      `Give a number from ${LEAST_ERROR} to ${GREATEST_ERROR}, such as 0.01 for one per cent.`,
  )
}
