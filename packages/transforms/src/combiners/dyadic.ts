/**
 * Dyadic numbers: whole numbers times powers of two, the reals that sums of doubles can be.
 *
 * Every finite double is one, exactly; the way back rounds once, to the nearest double, ties to even. The bits of the
 * double are put together by hand, so no power function of the platform has a say in the result.
 */

/** The real number `digits × 2^exponent`. */
export interface Dyadic {
  readonly digits: bigint
  readonly exponent: number
}

// One double and its bits, written and read at once: nothing is kept in them.
const double = new Float64Array(1)
const doubleBits = new BigUint64Array(double.buffer)

const FRACTION_BITS = 52
const LEAST_EXPONENT = -1074
const LARGEST_EXPONENT = 1024
const EXPONENT_MASK = 0x7ff
const LARGEST_BITS = 0x7fef_ffff_ffff_ffffn

/**
 * Returns the exact value of a finite double.
 *
 * ```ts
 * decomposeDouble(0.75) // => { digits: 6755399441055744n, exponent: -53 }
 * ```
 */
export function decomposeDouble(value: number): Dyadic {
  double[0] = value
  const bits = doubleBits[0] ?? 0n
  const biased = Number(bits >> BigInt(FRACTION_BITS)) & EXPONENT_MASK
  const fraction = BigInt.asUintN(FRACTION_BITS, bits)
  const magnitude = biased === 0 ? fraction : fraction + (1n << BigInt(FRACTION_BITS))
  return { digits: value < 0 ? -magnitude : magnitude, exponent: Math.max(biased, 1) + LEAST_EXPONENT - 1 }
}

/**
 * Returns the exact sum in canonical form, that is with odd digits, or `0 × 2^0`.
 *
 * ```ts
 * addDyadics([{ digits: 1n, exponent: 1 }, { digits: 1n, exponent: -1 }]) // => { digits: 5n, exponent: -1 }
 * ```
 */
export function addDyadics(terms: readonly Dyadic[]): Dyadic {
  const parts = terms.filter((term) => term.digits !== 0n)
  const least = Math.min(...parts.map((part) => part.exponent))
  const digits = parts.reduce((total, part) => total + (part.digits << BigInt(part.exponent - least)), 0n)
  if (digits === 0n) return { digits, exponent: 0 }
  const zeros = bitLength(digits & -digits) - 1
  return { digits: digits >> BigInt(zeros), exponent: least + zeros }
}

/** Says whether a number in canonical form is a double, that is whether nothing of it would be rounded away. */
export function isDouble({ digits, exponent }: Dyadic): boolean {
  const bits = bitLength(digits < 0n ? -digits : digits)
  return bits <= FRACTION_BITS + 1 && exponent >= LEAST_EXPONENT && bits + exponent <= LARGEST_EXPONENT
}

/** Returns the double `digits × 2^exponent` for digits of at most 53 bits, where it is one. */
export function composeDouble(digits: bigint, exponent: number): number {
  return roundQuotient({ digits, exponent }, 1n)
}

/**
 * Returns the double nearest to `value / divisor`, ties to even, for a divisor above zero; out of range it is Infinity
 * with the sign of the value, and zero is always +0.
 *
 * ```ts
 * roundQuotient({ digits: 1n, exponent: 0 }, 10n) // => 0.1
 * ```
 */
export function roundQuotient(value: Dyadic, divisor: bigint): number {
  if (value.digits === 0n) return 0
  const magnitude = value.digits < 0n ? -value.digits : value.digits
  // At least two bits more than a double holds: one decides the rounding, and `exact` says whether anything follows it.
  const shift = Math.max(0, FRACTION_BITS + 4 + bitLength(divisor) - bitLength(magnitude))
  const dividend = magnitude << BigInt(shift)
  const quotient = dividend / divisor
  const exact = quotient * divisor === dividend
  const exponent = value.exponent - shift

  const least = Math.max(exponent + bitLength(quotient) - FRACTION_BITS - 1, LEAST_EXPONENT)
  const dropped = BigInt(least - exponent)
  const kept = quotient >> dropped
  const remainder = quotient - (kept << dropped)
  const half = 1n << (dropped - 1n)
  const up = remainder > half || (remainder === half && (!exact || (kept & 1n) === 1n))
  // The fraction's leading bit adds one to the exponent field, and so does a carry out of the fraction.
  const bits = (BigInt(least - LEAST_EXPONENT) << BigInt(FRACTION_BITS)) + kept + (up ? 1n : 0n)
  doubleBits[0] = bits
  const result = bits > LARGEST_BITS ? Number.POSITIVE_INFINITY : (double[0] ?? 0)
  return value.digits < 0n && result !== 0 ? -result : result
}

/** Returns how many bits a bigint has that is not below zero. */
export function bitLength(value: bigint): number {
  const hex = value.toString(16)
  return hex.length * 4 - Math.clz32(Number.parseInt(hex.charAt(0), 16)) + 28
}
