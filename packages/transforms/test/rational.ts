/**
 * An oracle for exact sums, made another way than they are: fractions of bigints, and a search for the nearest double.
 */

interface Fraction {
  readonly numerator: bigint
  readonly denominator: bigint
}

// Every finite double is a whole number of these.
const UNITS = 1n << 1074n

/** Returns the double nearest to the real quotient of the sum of finite doubles and a divisor, ties to even. */
export function nearestQuotient(values: readonly number[], divisor: number): number {
  const numerator = values.reduce((total, value) => total + unitsOf(value), 0n)
  return nearest({ numerator, denominator: UNITS * BigInt(divisor) })
}

/** Doubling is exact until a number is whole, and whole doubles are exact bigints. */
function unitsOf(value: number): bigint {
  let scaled = value
  let doublings = 0n
  while (!Number.isInteger(scaled)) {
    scaled *= 2
    doublings += 1n
  }
  return (BigInt(scaled) * UNITS) >> doublings
}

/** Bisects the doubles, which are in the order of their bits, for the two neighbours of a fraction. */
function nearest({ numerator, denominator }: Fraction): number {
  if (numerator < 0n) return -nearest({ numerator: -numerator, denominator }) + 0
  let below = 0n
  let above = 0x7ff0_0000_0000_0000n
  const unitsAt = (bits: bigint): bigint => (bits < 0x7ff0_0000_0000_0000n ? unitsOf(doubleOf(bits)) : 1n << 2098n)
  while (above - below > 1n) {
    const middle = (below + above) >> 1n
    if (unitsAt(middle) * denominator <= numerator * UNITS) below = middle
    else above = middle
  }
  const doubled = 2n * numerator * UNITS - (unitsAt(below) + unitsAt(above)) * denominator
  if (doubled < 0n || (doubled === 0n && below % 2n === 0n)) return doubleOf(below)
  return doubleOf(above)
}

function doubleOf(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8))
  view.setBigUint64(0, bits)
  return view.getFloat64(0)
}
