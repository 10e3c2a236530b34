/**
 * The exact sum of the squares of doubles.
 *
 * The square of a double has up to 106 bits and is the sum of two doubles, found without rounding (Dekker, Numerische Mathematik 18,
 * 1971), which an exact sum takes. That holds while nothing overflows or underflows on the way; the few numbers where it might are
 * squared as bigints.
 */
import { addDyadics, decomposeDouble, type Dyadic } from './dyadic.ts'
import { addExact, exactValue, mergeExact, subtractExact, zeroSum, type ExactSum } from './exact-sum.ts'

/** The exact sum of some squares, `usual + rare` over the reals. Plain data. */
export interface ExactSquares {
  readonly usual: ExactSum
  /** Squares of numbers from 2^440 on, or up to 2^-480. */
  rare: Dyadic
}

// 2^440 and 2^-480 as literals: a square between them, and its last bit, are well inside the range of doubles.
const LARGE = 2.8392137667797144e132
const SMALL = 3.2033329522929615e-145
// 2^27 + 1 halves the 53 bits of a double (Veltkamp).
const HALVING = 134_217_729

/** Makes the exact sum of no squares. */
export function zeroSquares(): ExactSquares {
  return { usual: zeroSum(), rare: { digits: 0n, exponent: 0 } }
}

/** Adds the square of a double. NaN and infinities are passed over: they are counted where the doubles themselves are added. */
export function addSquare(squares: ExactSquares, value: number): void {
  const magnitude = Math.abs(value)
  if (magnitude < LARGE && magnitude > SMALL) {
    const square = value * value
    addExact(squares.usual, square)
    addExact(squares.usual, lostInSquare(value, square))
  } else addRare(squares, value, 1n)
}

/** Takes back a square that was added, here or in a sum to be merged with this one. */
export function subtractSquare(squares: ExactSquares, value: number): void {
  const magnitude = Math.abs(value)
  if (magnitude < LARGE && magnitude > SMALL) {
    const square = value * value
    subtractExact(squares.usual, square)
    subtractExact(squares.usual, lostInSquare(value, square))
  } else addRare(squares, value, -1n)
}

/** Adds the second sum to the first, and leaves the second as it is. */
export function mergeSquares(squares: ExactSquares, other: ExactSquares): void {
  mergeExact(squares.usual, other.usual)
  if (other.rare.digits !== 0n) squares.rare = addDyadics([squares.rare, other.rare])
}

/** Returns the sum, exactly and in canonical form. */
export function squaresValue({ usual, rare }: ExactSquares): Dyadic {
  return addDyadics([exactValue(usual), rare])
}

/** What `value * value` lost by rounding to `square`, exactly. */
function lostInSquare(value: number, square: number): number {
  const split = value * HALVING
  const high = split - (split - value)
  const low = value - high
  return high * high - square + 2 * high * low + low * low
}

function addRare(squares: ExactSquares, value: number, sign: bigint): void {
  if (value === 0 || !Number.isFinite(value)) return
  const { digits, exponent } = decomposeDouble(value)
  squares.rare = addDyadics([squares.rare, { digits: sign * digits * digits, exponent: 2 * exponent }])
}
