/**
 * Bins on a logarithmic scale: numbers that lie within a relative error of one value share a bin.
 *
 * The bin of a number is computed from the exponent and the first 20 fraction bits of the double by additions, multiplications and a
 * cut, which every machine rounds alike; a logarithm of the platform may differ in its last bit, and with it the bin. The logarithm
 * is interpolated by a cubic between powers of two (the fast mapping of the DDSketch authors' libraries), which takes 1 % more bins
 * than the true one. Bounds are found by asking for the bin, so they cannot disagree with it.
 */

/** A mapping from doubles of at least {@link LEAST_BINNED} to bins, which rise with them. */
export interface LogBins {
  /** Bins per factor of e where they are the widest. */
  readonly scale: number
}

/** The least number that has a bin, the smallest normal double. */
export const LEAST_BINNED = 2.2250738585072014e-308

const FRACTION_BITS = 20
const FRACTION_STEP = 1 / (1 << FRACTION_BITS)
const FRACTION_MASK = (1 << FRACTION_BITS) - 1
/** The first 32 bits of Infinity. */
const END = 0x7ff0_0000
/** 2^-1024 as a literal, for a platform must read a literal exactly and may compute a power less so. */
const END_INVERSE = 5.562684646268003e-309

// From 0 at 0 to 1 at 1. Times 1 + s, its slope is at least that at 0, 10/7, so no bin is wider than one that begins at a power of two.
const CUBE = 6 / 35
const SQUARE = -3 / 5
const LINEAR = 10 / 7

// One double and its bits, written and read at once: nothing is kept in them.
const double = new DataView(new ArrayBuffer(8))

/** Makes bins for which {@link binValue} is at most `relativeError` away from each number of the bin, relative to that number. */
export function logBins(relativeError: number): LogBins {
  // A bin from a to b has a value within the error if b / a is at most (1 + error) / (1 - error). Its logarithm as a series.
  const square = relativeError * relativeError
  let power = 2 * relativeError
  let width = 0
  for (let odd = 1; power > width * Number.EPSILON; odd += 2, power *= square) width += power / odd
  // Bounds stand on the grid of the fraction bits, so a bin may be wider by one step of it.
  return { scale: 1 / (LINEAR * (width - FRACTION_STEP)) }
}

/** Returns the bin of a finite double of at least {@link LEAST_BINNED}: a whole number from 0. */
export function binOf(bins: LogBins, value: number): number {
  double.setFloat64(0, value, true)
  return binOfHead(bins.scale, double.getInt32(4, true))
}

/**
 * Returns the number that stands for a bin: the one whose relative distance to both of its bounds is the same, and so the least.
 */
export function binValue(bins: LogBins, bin: number): number {
  const { from, to } = binBounds(bins, bin)
  // Nothing here overflows, as from * to or from + to might. The last bin ends at 2^1024, which is no double.
  const ratio = to === Number.POSITIVE_INFINITY ? from * END_INVERSE : from / to
  return from * (2 / (1 + ratio))
}

/** Returns the least number of a bin, and the least above it. */
export function binBounds({ scale }: LogBins, bin: number): { readonly from: number; readonly to: number } {
  return { from: leastFrom(scale, bin), to: leastFrom(scale, bin + 1) }
}

/** `head` is the first 32 bits of a double: sign, exponent and the first bits of the fraction. */
function binOfHead(scale: number, head: number): number {
  const fraction = (head & FRACTION_MASK) * FRACTION_STEP
  const logarithm = (head >>> FRACTION_BITS) - 1 + ((CUBE * fraction + SQUARE) * fraction + LINEAR) * fraction
  return (logarithm * scale) | 0
}

/** The least double in `bin` or above it, by halving: bins rise with the heads of doubles. */
function leastFrom(scale: number, bin: number): number {
  let below = 1 << FRACTION_BITS
  let from = END
  while (below < from) {
    const middle = (below + from) >>> 1
    if (binOfHead(scale, middle) >= bin) from = middle
    else below = middle + 1
  }
  double.setInt32(4, from, true)
  double.setInt32(0, 0, true)
  return double.getFloat64(0, true)
}
