/**
 * Decimal text: numbers as people and databases write them, with every digit kept.
 *
 * A number is held as a bigint of its digits and how many of them stand behind the point, so nothing is ever rounded on the way.
 */
import { PipelineError } from '@tidemark/core'

/** The number `digits × 10^-scale`. Plain data. */
export interface Decimal {
  digits: bigint
  /** How many digits stand behind the point. */
  scale: number
}

const DECIMAL = /^-?\d+(?:\.\d+)?$/u
const ZERO = '0'.charCodeAt(0)

/**
 * Reads digits, with a point and a minus where there is one; throws `BAD_DECIMAL` for other text, and for a number, which may have
 * lost digits before it came here.
 */
export function parseDecimal(text: string, subject: string): Decimal {
  if (typeof text === 'string' && DECIMAL.test(text)) {
    const point = text.indexOf('.')
    if (point < 0) return { digits: BigInt(text), scale: 0 }
    return { digits: BigInt(text.slice(0, point) + text.slice(point + 1)), scale: text.length - point - 1 }
  }
  throw new PipelineError(
    'BAD_DECIMAL',
    `${subject} was given ${typeof text === 'string' ? JSON.stringify(text) : `${String(text)}, a ${typeof text}`}. It adds decimal text, ` +
      'digit by digit: "-12.340" is one, while a number may have lost digits already, and "1e3", "+1", ".5" and "1,000" are other notations. ' +
      'Give the text of the source; numbers are added exactly by sum.',
  )
}

/** Adds a number, or takes it back for a sign below zero. */
export function addDecimal(total: Decimal, { digits, scale }: Decimal, sign: bigint): Decimal {
  if (scale > total.scale) {
    total.digits *= powerOfTen(scale - total.scale)
    total.scale = scale
  }
  total.digits += sign * (scale === total.scale ? digits : digits * powerOfTen(total.scale - scale))
  return total
}

/** Returns `10^exponent` for an exponent not below zero. */
export function powerOfTen(exponent: number): bigint {
  return 10n ** BigInt(exponent)
}

/**
 * Writes a number in its one canonical form: no zeros in front or, behind the point, at the end; no minus before zero. With `places`,
 * exactly so many digits behind the point; none that is not zero may be cut off.
 */
export function formatDecimal({ digits, scale }: Decimal, places?: number): string {
  const sign = digits < 0n ? '-' : ''
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0')
  const whole = text.slice(0, text.length - scale)
  let fraction = text.slice(text.length - scale)
  let end = fraction.length
  while (end > 0 && fraction.charCodeAt(end - 1) === ZERO) end -= 1
  fraction = fraction.slice(0, end).padEnd(places ?? 0, '0')
  return fraction === '' ? sign + whole : `${sign}${whole}.${fraction}`
}

/** Returns a number of digits behind the point, or throws a {@link PipelineError} with code `BAD_SCALE`. */
export function requireScale(scale: number, subject: string): number {
  if (Number.isSafeInteger(scale) && scale >= 0 && scale <= MOST_PLACES) return scale
  throw new PipelineError(
    'BAD_SCALE',
    `${subject} has scale: ${String(scale)}. It says how many digits stand behind the point. Give a whole number from 0 to ${MOST_PLACES}.`,
  )
}

const MOST_PLACES = 1000
