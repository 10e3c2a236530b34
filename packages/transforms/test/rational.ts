/**
 * An oracle for exact sums, variances and deviations, made another way than they are: fractions of bigints, and a search for the
 * nearest double.
 */

interface Fraction {
  readonly numerator: bigint
  readonly denominator: bigint
}

// Every finite double is a whole number of these.
const UNITS = 1n << 1074n
const INFINITY_BITS = 0x7ff0_0000_0000_0000n

/** Returns the double nearest to the real quotient of the sum of finite doubles and a divisor, ties to even. */
export function nearestQuotient(values: readonly number[], divisor: number | bigint): number {
  const numerator = values.reduce((total, value) => total + unitsOf(value), 0n)
  return nearest({ numerator, denominator: UNITS * BigInt(divisor) })
}

/** Returns the double nearest to the sum of squared deviations from the mean, divided by `freedom`, ties to even. */
export function nearestVariance(values: readonly number[], freedom: number): number {
  return nearest(varianceOf(values, freedom))
}

/** Returns the double nearest to the root of {@link nearestVariance}'s real variance. */
export function nearestDeviation(values: readonly number[], freedom: number): number {
  const { numerator, denominator } = varianceOf(values, freedom)
  // A number is below the root if its square is below the variance; all is in units, so half units are doubled away.
  const below = neighbour((units) => units * units * denominator <= numerator * UNITS * UNITS)
  const middle = unitsAt(below) + unitsAt(below + 1n)
  const side = middle * middle * denominator - 4n * numerator * UNITS * UNITS
  return doubleOf(side > 0n || (side === 0n && below % 2n === 0n) ? below : below + 1n)
}

/** The deviations one by one: each value less the mean, in units, times how many values there are. */
function varianceOf(values: readonly number[], freedom: number): Fraction {
  const units = values.map(unitsOf)
  const total = units.reduce((sum, unit) => sum + unit, 0n)
  const count = BigInt(values.length)
  const numerator = units.reduce((sum, unit) => sum + (count * unit - total) ** 2n, 0n)
  return { numerator, denominator: UNITS * UNITS * count * count * BigInt(freedom) }
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

/** Looks for the two neighbours of a fraction among the doubles. */
function nearest({ numerator, denominator }: Fraction): number {
  if (numerator < 0n) return -nearest({ numerator: -numerator, denominator }) + 0
  const below = neighbour((units) => units * denominator <= numerator * UNITS)
  const doubled = 2n * numerator * UNITS - (unitsAt(below) + unitsAt(below + 1n)) * denominator
  return doubleOf(doubled < 0n || (doubled === 0n && below % 2n === 0n) ? below : below + 1n)
}

/** Bisects the doubles, which are in the order of their bits, for the bits of the last one that is not above something. */
function neighbour(isNotAbove: (units: bigint) => boolean): bigint {
  let below = 0n
  let above = INFINITY_BITS
  while (above - below > 1n) {
    const middle = (below + above) >> 1n
    if (isNotAbove(unitsAt(middle))) below = middle
    else above = middle
  }
  return below
}

/** What comes after the largest double would be 2^1024. */
function unitsAt(bits: bigint): bigint {
  return bits < INFINITY_BITS ? unitsOf(doubleOf(bits)) : 1n << 2098n
}

function doubleOf(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8))
  view.setBigUint64(0, bits)
  return view.getFloat64(0)
}
