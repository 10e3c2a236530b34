/**
 * DDSketch: how many numbers fall in each bin of a logarithmic scale (Masson, Rim, Lee, VLDB 2019).
 *
 * Bins are never collapsed, so the counts are a function of the multiset of numbers: they add up whatever the order and
 * grouping, and a number is taken back by counting it down. What can depend on arrival is only which pages stand empty;
 * the stored form leaves them out.
 */
import { canonicalCoder, type Coder } from '@tidemark/core'
import { binOf, binValue, LEAST_BINNED, type LogBins } from './log-bins.ts'

/**
 * Counts of bins, by pages of {@link PAGE} neighbours. `pages[i]` is page `first + i`; it is null while nothing has fallen in it, so
 * that numbers far apart take no memory for what lies between.
 */
export interface BinCounts {
  first: number
  readonly pages: (number[] | null)[]
}

/** The counts of some numbers; below zero where a partial takes back what another has. */
export interface QuantileSketch {
  readonly positive: BinCounts
  /** By absolute value. */
  readonly negative: BinCounts
  /** Numbers nearer to zero than {@link LEAST_BINNED}. */
  zeros: number
  nan: number
  positiveInfinities: number
  negativeInfinities: number
}

/** Bins and their counts, one after the other, and the counts of zeros, NaN, +Infinity and -Infinity. */
type Stored = readonly [readonly number[], readonly number[], number, number, number, number]

const PAGE_BITS = 6
const PAGE = 1 << PAGE_BITS
const EMPTY_PAGE: readonly number[] = Array.from({ length: PAGE }, () => 0)

/** The sketch of no numbers. */
export function noNumbers(): QuantileSketch {
  return {
    positive: { first: 0, pages: [] },
    negative: { first: 0, pages: [] },
    zeros: 0,
    nan: 0,
    positiveInfinities: 0,
    negativeInfinities: 0,
  }
}

/** Counts a number up (`times` 1), or down (-1). */
export function countNumber(sketch: QuantileSketch, value: number, times: 1 | -1, bins: LogBins): QuantileSketch {
  if (value >= LEAST_BINNED && value <= Number.MAX_VALUE) countBin(sketch.positive, binOf(bins, value), times)
  else if (value <= -LEAST_BINNED && value >= -Number.MAX_VALUE) countBin(sketch.negative, binOf(bins, -value), times)
  else if (value === Number.POSITIVE_INFINITY) sketch.positiveInfinities += times
  else if (value === Number.NEGATIVE_INFINITY) sketch.negativeInfinities += times
  else if (Number.isNaN(value)) sketch.nan += times
  else sketch.zeros += times
  return sketch
}

/** Adds the counts of the second sketch to the first, and leaves the second as it is. */
export function mergeCounts(sketch: QuantileSketch, other: QuantileSketch): QuantileSketch {
  mergeBins(sketch.positive, other.positive)
  mergeBins(sketch.negative, other.negative)
  sketch.zeros += other.zeros
  sketch.nan += other.nan
  sketch.positiveInfinities += other.positiveInfinities
  sketch.negativeInfinities += other.negativeInfinities
  return sketch
}

/**
 * Returns a value for each of some quantiles, which rise: the one that stands for the number at place `floor(q * (count - 1))` of
 * all in rising order. Null where there are no numbers, NaN where one of them is.
 */
export function valuesAt(
  sketch: QuantileSketch,
  quantiles: readonly number[],
  bins: LogBins,
): readonly (number | null)[] {
  const { nan, negativeInfinities, zeros, positiveInfinities } = sketch
  const total = negativeInfinities + totalOf(sketch.negative) + zeros + totalOf(sketch.positive) + positiveInfinities
  if (nan > 0) return quantiles.map(() => Number.NaN)
  if (total < 1) return quantiles.map(() => null)
  const places = quantiles.map((quantile) => Math.floor(quantile * (total - 1)))
  const values: number[] = []
  let passed = 0
  for (const [value, count] of rising(sketch, bins)) {
    passed += count
    while (values.length < places.length && places[values.length]! < passed) values.push(value())
    if (values.length === places.length) break
  }
  return values
}

/** Stores the counts that are not zero, in the order of bins: equal multisets give equal bytes. */
export function quantileSketchCoder(relativeError: number): Coder<QuantileSketch> {
  const coder = canonicalCoder<Stored>()
  return {
    id: `dd-sketch/1(${relativeError})`,
    encode: ({ positive, negative, zeros, nan, positiveInfinities, negativeInfinities }) =>
      coder.encode([
        countsOf(positive).flat(),
        countsOf(negative).flat(),
        zeros,
        nan,
        positiveInfinities,
        negativeInfinities,
      ]),
    decode(bytes) {
      const [positive, negative, zeros, nan, positiveInfinities, negativeInfinities] = coder.decode(bytes)
      const counts = { zeros, nan, positiveInfinities, negativeInfinities }
      return { positive: binsFrom(positive), negative: binsFrom(negative), ...counts }
    },
  }
}

function countBin(bins: BinCounts, bin: number, times: number): void {
  const at = (bin >> PAGE_BITS) - bins.first
  const page = (at >= 0 && at < bins.pages.length ? bins.pages[at] : null) ?? openPage(bins, bin >> PAGE_BITS)
  page[bin & (PAGE - 1)]! += times
}

/** Opens a page that is not there. */
function openPage(bins: BinCounts, number: number): number[] {
  const { pages } = bins
  if (pages.length === 0) bins.first = number
  if (number < bins.first) {
    // Twice as many at the least, so that numbers that fall and fall do not move the others each time.
    const more = Math.min(bins.first, Math.max(bins.first - number, pages.length))
    pages.unshift(...Array.from({ length: more }, () => null))
    bins.first -= more
  }
  const at = number - bins.first
  while (pages.length <= at) pages.push(null)
  return (pages[at] = EMPTY_PAGE.slice())
}

function mergeBins(bins: BinCounts, other: BinCounts): void {
  for (const [bin, count] of countsOf(other)) countBin(bins, bin, count)
}

/** Bins and their counts, those that are not zero, in the order of bins. */
function countsOf({ first, pages }: BinCounts): (readonly [bin: number, count: number])[] {
  return pages.flatMap((page, number) =>
    (page ?? []).flatMap((count, at) => (count === 0 ? [] : [[((first + number) << PAGE_BITS) + at, count] as const])),
  )
}

function totalOf(bins: BinCounts): number {
  return countsOf(bins).reduce((total, [, count]) => total + count, 0)
}

/** What stands for the numbers, in rising order, and how many there are of each. */
function* rising(sketch: QuantileSketch, bins: LogBins): Iterable<readonly [value: () => number, count: number]> {
  yield [() => Number.NEGATIVE_INFINITY, sketch.negativeInfinities]
  for (const [bin, count] of countsOf(sketch.negative).toReversed()) yield [() => -binValue(bins, bin), count]
  yield [() => 0, sketch.zeros]
  for (const [bin, count] of countsOf(sketch.positive)) yield [() => binValue(bins, bin), count]
  yield [() => Number.POSITIVE_INFINITY, sketch.positiveInfinities]
}

function binsFrom(stored: readonly number[]): BinCounts {
  const bins: BinCounts = { first: 0, pages: [] }
  for (let at = 0; at < stored.length; at += 2) countBin(bins, stored[at]!, stored[at + 1]!)
  return bins
}
