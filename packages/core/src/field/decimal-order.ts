/**
 * Decimals as texts: which texts are one, and their order by value, exact at any length.
 */

const DECIMAL = /^-?\d+(?:\.\d+)?$/

/** Says whether a text is a decimal: digits, perhaps with a sign before and a fraction after, and no exponent. */
export function isDecimal(text: unknown): text is string {
  return typeof text === 'string' && DECIMAL.test(text)
}

/** Compares two decimals by value: `1.0` and `1.00` are equal, as are `0` and `-0`. Negative, zero or positive; NaN when one is no decimal. */
export function compareDecimals(a: unknown, b: unknown): number {
  if (!isDecimal(a) || !isDecimal(b)) return NaN
  const [whole, fraction] = partsOf(a)
  const [otherWhole, otherFraction] = partsOf(b)
  const digits = Math.max(fraction.length, otherFraction.length)
  const difference =
    BigInt(whole + fraction.padEnd(digits, '0')) - BigInt(otherWhole + otherFraction.padEnd(digits, '0'))
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

function partsOf(decimal: string): readonly [string, string] {
  const [whole = '', fraction = ''] = decimal.split('.')
  return [whole, fraction]
}
