/**
 * The exact sum of doubles: an expansion of doubles whose real sum is, at every moment, the real sum of what was added.
 *
 * Nothing is ever rounded away: each addition keeps its rounding error (Knuth's TwoSum), so order and grouping cannot
 * show, and a subtraction undoes an addition. Two doubles hold the usual sum; what they cannot hold goes to `rest`
 * (Shewchuk's expansions, Discrete & Computational Geometry 18, 1997). sum.ts and mean.ts round it once, at the end.
 */
import { addDyadics, composeDouble, decomposeDouble, roundQuotient, type Dyadic } from './dyadic.ts'

/** What rarely occurs in a sum: digits that two doubles do not hold, values near the end of the range, NaN and infinities. */
export interface SumRest {
  /** Doubles to be added to `high + low`. */
  readonly partials: number[]
  /** Values from 2^900 on, each times 2^-600, so that no sum of them can overflow. */
  readonly huge: number[]
  /** How many NaN were added, less those taken back; the infinities likewise. */
  nan: number
  positiveInfinities: number
  negativeInfinities: number
}

/** The exact sum of some doubles, `high + low + rest` over the reals. Plain data; `rest` is null in the usual case. */
export interface ExactSum {
  high: number
  low: number
  rest: SumRest | null
}

const HUGE_EXPONENT = 900
const SCALE_EXPONENT = -600
const CHUNK_BITS = 53
// Powers of two as literals, for a platform must read a literal exactly and may compute a power less so.
const HUGE = 8.452712498170644e270
const SCALE = 2.409919865102884e-181

/** Makes the exact sum of nothing. */
export function zeroSum(): ExactSum {
  return { high: 0, low: 0, rest: null }
}

/** Adds a double; NaN and infinities are counted. */
export function addExact(sum: ExactSum, value: number): ExactSum {
  if (value < HUGE && value > -HUGE) addFinite(sum, value)
  else addRare(sum, value, 1)
  return sum
}

/** Takes back a double that was added, here or in a sum to be merged with this one. */
export function subtractExact(sum: ExactSum, value: number): ExactSum {
  if (value < HUGE && value > -HUGE) addFinite(sum, -value)
  else addRare(sum, value, -1)
  return sum
}

/** Adds the second sum to the first, and leaves the second as it is. */
export function mergeExact(sum: ExactSum, other: ExactSum): ExactSum {
  addFinite(sum, other.high)
  addFinite(sum, other.low)
  if (other.rest === null) return sum
  const rest = (sum.rest ??= emptyRest())
  for (const partial of other.rest.partials) addFinite(sum, partial)
  for (const partial of other.rest.huge) grow(rest.huge, partial)
  rest.nan += other.rest.nan
  rest.positiveInfinities += other.rest.positiveInfinities
  rest.negativeInfinities += other.rest.negativeInfinities
  return sum
}

/**
 * Returns the sum divided by `divisor`, rounded once: the double nearest to the real quotient, ties to even.
 *
 * **Contract** — NaN if a NaN or both infinities were added, else an infinity if one was; Infinity where the rounded
 * result is out of range; a result of zero is +0, for a real number has no signed zero.
 */
export function roundExact(sum: ExactSum, divisor: number): number {
  const { high, low, rest } = sum
  if (rest !== null) {
    const { nan, positiveInfinities, negativeInfinities } = rest
    if (nan > 0 || (positiveInfinities > 0 && negativeInfinities > 0)) return Number.NaN
    if (positiveInfinities > 0) return Number.POSITIVE_INFINITY
    if (negativeInfinities > 0) return Number.NEGATIVE_INFINITY
  }
  if (rest === null || (rest.partials.length === 0 && rest.huge.length === 0)) {
    // One operation of the machine on exact operands is itself correctly rounded; adding 0 turns -0 into +0.
    if (divisor === 1) return high + low
    if (low === 0) return high / divisor + 0
  }
  return roundQuotient(exactValue(sum), BigInt(divisor))
}

/** Returns the finite part of the sum, exactly and in canonical form: equal sums give equal digits and exponents. */
export function exactValue({ high, low, rest }: ExactSum): Dyadic {
  const terms = [high, low, ...(rest?.partials ?? [])].map((value) => decomposeDouble(value))
  for (const value of rest?.huge ?? []) {
    const { digits, exponent } = decomposeDouble(value)
    terms.push({ digits, exponent: exponent - SCALE_EXPONENT })
  }
  return addDyadics(terms)
}

/** Makes the exact sum whose finite part is the given number: the inverse of {@link exactValue}. */
export function sumOfDyadic({ digits, exponent }: Dyadic): ExactSum {
  const sum = zeroSum()
  const sign = digits < 0n ? -1 : 1
  let left = digits < 0n ? -digits : digits
  for (let at = exponent; left > 0n; at += CHUNK_BITS, left >>= BigInt(CHUNK_BITS)) {
    const chunk = BigInt.asUintN(CHUNK_BITS, left)
    if (at < HUGE_EXPONENT) addFinite(sum, sign * composeDouble(chunk, at))
    else grow((sum.rest ??= emptyRest()).huge, sign * composeDouble(chunk, at + SCALE_EXPONENT))
  }
  return sum
}

/** Makes a rest that adds nothing. */
export function emptyRest(): SumRest {
  return { partials: [], huge: [], nan: 0, positiveInfinities: 0, negativeInfinities: 0 }
}

/** What `a + b` lost by rounding to `rounded`, exactly (TwoSum; no operand here comes near overflow). */
function lost(a: number, b: number, rounded: number): number {
  const part = rounded - a
  return a - (rounded - part) + (b - part)
}

function addFinite(sum: ExactSum, value: number): void {
  const { high } = sum
  const newHigh = high + value
  const error = lost(high, value, newHigh)
  sum.high = newHigh
  if (error === 0) return
  const { low } = sum
  const newLow = low + error
  const left = lost(low, error, newLow)
  sum.low = newLow
  if (left !== 0) spill(sum, left)
}

/** Draws high and low together, so that they hold as many digits as two doubles can, and keeps what is still left. */
function spill(sum: ExactSum, value: number): void {
  const high = sum.high + sum.low
  const low = lost(sum.high, sum.low, high)
  const newLow = low + value
  const left = lost(low, value, newLow)
  sum.high = high
  sum.low = newLow
  if (left !== 0) grow((sum.rest ??= emptyRest()).partials, left)
}

/** Adds a double to an expansion of non-overlapping partials in rising order, so that it stays one (Shewchuk). */
function grow(partials: number[], value: number): void {
  let carry = value
  let kept = 0
  for (let i = 0; i < partials.length; i += 1) {
    const partial = partials[i] ?? 0
    const rounded = carry + partial
    const error = lost(carry, partial, rounded)
    if (error !== 0) partials[kept++] = error
    carry = rounded
  }
  if (carry !== 0) {
    if (kept === partials.length) partials.push(carry)
    else partials[kept] = carry
    kept += 1
  }
  // Assigning to `length` is several times slower here.
  while (partials.length > kept) partials.pop()
}

function addRare(sum: ExactSum, value: number, sign: 1 | -1): void {
  const rest = (sum.rest ??= emptyRest())
  if (Number.isNaN(value)) rest.nan += sign
  else if (value === Number.POSITIVE_INFINITY) rest.positiveInfinities += sign
  else if (value === Number.NEGATIVE_INFINITY) rest.negativeInfinities += sign
  else grow(rest.huge, sign * value * SCALE)
}
