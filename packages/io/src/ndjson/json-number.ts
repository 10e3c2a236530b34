/**
 * Numbers of JSON by their text: whether a double says what the text says, and what else can be made of it.
 *
 * JSON.parse takes the nearest double of any number, also where that is another whole number, zero or infinite. Strict reading asks here
 * first, and what it reads as bigint or as decimal text never was a double.
 */
import { splitNumber } from 'lossless-json'
import { RecordFault } from '../file/record-fault.ts'
import { visible } from '../file/visible-text.ts'

/** Digits of a bigint, and zeros that an exponent may stand for: what has more is no amount, and costs time. */
const MOST_DIGITS = 1000

/**
 * Whether the double that JSON.parse makes of a number is that number: of a whole number without fraction or exponent, the same integer; of
 * any other, one that is written with the same digits again. `0.1` is such a one, `0.10000000000000000001` is not.
 */
export function isExact(text: string): boolean {
  // Fifteen digits always come back.
  if (text.length <= 15 && !/[eE]/.test(text)) return true
  const number = Number(text)
  if (!Number.isFinite(number)) return false
  if (isInteger(text)) return BigInt(text) === BigInt(number)
  const [given, kept] = [splitNumber(text), splitNumber(String(number))]
  return given.digits === kept.digits && given.exponent === kept.exponent
}

/** The number; throws a RecordFault with code `PRECISION` unless it {@link isExact}. */
export function exactNumber(text: string, where: string): number {
  if (isExact(text)) return Number(text)
  throw lost(text, where, `would be read as ${Number(text)}`)
}

/** The whole number; throws a RecordFault: `NOT_WHOLE` for a fraction, `PRECISION` beyond 2^53 - 1. */
export function wholeNumber(text: string, where: string): number {
  const number = exactNumber(text, where)
  if (!Number.isInteger(number)) throw notWhole(text, where)
  if (Number.isSafeInteger(number)) return number
  throw lost(text, where, 'is beyond what a number counts exactly (2^53 - 1)')
}

/** The whole number as a bigint, whatever its size; throws a RecordFault: `NOT_WHOLE` for a fraction or an exponent, `PRECISION` beyond 1,000 digits. */
export function wholeBigInt(text: string, where: string): bigint {
  if (!isInteger(text)) throw notWhole(text, where)
  if (text.length <= MOST_DIGITS) return BigInt(text)
  throw lost(text, where, `has ${text.length} digits, more than ${MOST_DIGITS}`)
}

/** The digits as they stand in the source, `12.50` say, without an exponent; throws a RecordFault with code `PRECISION` where they would be endless. */
export function decimalText(text: string, where: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d+)$/.exec(text)
  if (match === null) return text
  const [, sign = '', whole = '', fraction = '', power = ''] = match
  const shift = Number(power)
  if (Math.abs(shift) > MOST_DIGITS) throw lost(text, where, 'is no size that a decimal has')
  const digits = whole + fraction
  const point = whole.length + shift
  const left = digits
    .slice(0, Math.max(point, 0))
    .padEnd(Math.max(point, 0), '0')
    .replace(/^0+(?=\d)/, '')
  const right = point < 0 ? '0'.repeat(-point) + digits : digits.slice(point)
  return `${sign}${left === '' ? '0' : left}${right === '' ? '' : `.${right}`}`
}

function isInteger(text: string): boolean {
  return /^-?\d+$/.test(text)
}

function lost(text: string, where: string, how: string): RecordFault {
  return new RecordFault('PRECISION', `the number ${visible(text, 40)}${where} ${how}`)
}

function notWhole(text: string, where: string): RecordFault {
  return new RecordFault('NOT_WHOLE', `the number ${visible(text, 40)}${where} should be a whole one`)
}
