/**
 * Times as text, read exactly.
 *
 * Date.parse takes what is no time (30 February becomes 1 March) and drops what is finer than a millisecond. These readers
 * take RFC 3339 and seconds since the epoch, whole, and refuse all else. Policy where RFC 3339 leaves room: `t` and `z` may be
 * lower case, `T` may not be a blank, and leap seconds are refused, as event time has none.
 */
import { PipelineError, type Timestamp } from '@tidemark/core'

/**
 * Reads RFC 3339 text as a timestamp; what is finer than a millisecond is cut off toward the past.
 * Throws a {@link PipelineError} with code `BAD_TIME`.
 *
 * ```ts
 * timestampOfRfc3339('2018-03-24T17:15:20.865716Z') // => 1521911720865
 * ```
 */
export function timestampOfRfc3339(text: string): Timestamp {
  const time = readRfc3339(text)
  return time.seconds * 1000 + Math.floor(time.nanos / 1_000_000)
}

/**
 * Reads RFC 3339 text as whole microseconds since the epoch; what is finer is cut off toward the past. Exact from year 1685 to
 * 2255, beyond which a number does not hold them. Throws a {@link PipelineError} with code `BAD_TIME`.
 *
 * ```ts
 * microsecondsOfRfc3339('2018-03-24T17:15:20.865716Z') // => 1521911720865716
 * ```
 */
export function microsecondsOfRfc3339(text: string): number {
  const time = readRfc3339(text)
  return exact(text, time.seconds * 1_000_000 + Math.floor(time.nanos / 1000))
}

/**
 * Reads RFC 3339 text as whole nanoseconds since the epoch. Digits beyond the ninth are cut off toward the past.
 * Throws a {@link PipelineError} with code `BAD_TIME`.
 */
export function nanosecondsOfRfc3339(text: string): bigint {
  const time = readRfc3339(text)
  return BigInt(time.seconds) * 1_000_000_000n + BigInt(time.nanos)
}

/**
 * Reads decimal seconds since the epoch, as Zeek writes them, as whole microseconds. Throws a {@link PipelineError} with code
 * `BAD_TIME`, also for digits beyond the sixth that are not zero.
 *
 * ```ts
 * microsecondsOfSeconds('1521911720.865716') // => 1521911720865716
 * ```
 */
export function microsecondsOfSeconds(text: string): number {
  const match = /^(-?)(\d{1,12})(?:\.(\d{1,6})0*)?$/.exec(text)
  if (match === null)
    throw badTime(text, 'seconds since the epoch with at most six decimals, such as 1521911720.865716')
  const [, sign, whole = '', decimals = ''] = match
  const size = exact(text, Number(whole) * 1_000_000 + Number(decimals.padEnd(6, '0')))
  return sign === '-' && size !== 0 ? -size : size
}

interface Time {
  /** Whole seconds since the epoch, rounded toward the past. */
  readonly seconds: number
  readonly nanos: number
}

// Lines of one file mostly share their day, so the date is read once a day and not once a line.
let lastDate = ''
let lastDay = 0

function readRfc3339(text: string): Time {
  const zoneAt = text.length > 20 ? zoneStart(text) : 19
  const valid =
    text.length >= 20 &&
    (text[10] === 'T' || text[10] === 't') &&
    text[13] === ':' &&
    text[16] === ':' &&
    (zoneAt === 19 || (text[19] === '.' && zoneAt > 20))
  const hour = digits(text, 11, 13)
  const minute = digits(text, 14, 16)
  const second = digits(text, 17, 19)
  const nanos = zoneAt > 20 ? fraction(text, 20, zoneAt) : 0
  const offset = zoneMinutes(text, zoneAt)
  if (!valid || !(hour < 24 && minute < 60 && second < 60 && nanos >= 0 && offset > -1440)) {
    throw badTime(text, 'RFC 3339, such as 2018-03-24T17:15:20.865716Z')
  }
  return { seconds: dayOf(text) * 86_400 + hour * 3600 + minute * 60 + second - offset * 60, nanos }
}

function dayOf(text: string): number {
  const date = text.slice(0, 10)
  if (date === lastDate) return lastDay
  const year = digits(date, 0, 4)
  const month = digits(date, 5, 7)
  const day = digits(date, 8, 10)
  const midnight = new Date(0).setUTCFullYear(year, month - 1, day)
  const back = new Date(midnight)
  const exists = back.getUTCMonth() === month - 1 && back.getUTCDate() === day
  if (date[4] !== '-' || date[7] !== '-' || !exists) throw badTime(text, 'a day of the calendar, such as 2018-03-24')
  lastDate = date
  lastDay = midnight / 86_400_000
  return lastDay
}

// NaN for anything but digits, which then fails every comparison.
function digits(text: string, start: number, end: number): number {
  let value = 0
  for (let i = start; i < end; i++) {
    const digit = text.charCodeAt(i) - 48
    if (!(digit >= 0 && digit <= 9)) return NaN
    value = value * 10 + digit
  }
  return value
}

function fraction(text: string, start: number, end: number): number {
  if (Number.isNaN(digits(text, start, end))) return NaN
  const kept = Math.min(end - start, 9)
  return digits(text, start, start + kept) * 10 ** (9 - kept)
}

function zoneStart(text: string): number {
  const last = text.at(-1)
  return last === 'Z' || last === 'z' ? text.length - 1 : text.length - 6
}

function zoneMinutes(text: string, at: number): number {
  if (at === text.length - 1) return text[at] === 'Z' || text[at] === 'z' ? 0 : NaN
  const sign = text[at] === '+' ? 1 : text[at] === '-' ? -1 : NaN
  const hours = digits(text, at + 1, at + 3)
  const minutes = digits(text, at + 4, at + 6)
  if (text.length !== at + 6 || text[at + 3] !== ':' || !(hours < 24 && minutes < 60)) return NaN
  return sign * (hours * 60 + minutes)
}

function exact(text: string, microseconds: number): number {
  if (Number.isSafeInteger(microseconds)) return microseconds
  throw badTime(
    text,
    'a time whose microseconds a number holds exactly (years 1685 to 2255); use nanoseconds as bigint',
  )
}

function badTime(text: string, wanted: string): PipelineError {
  const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
  return new PipelineError(
    'BAD_TIME',
    `${shown} is not ${wanted}. A guess would move the element to another window. Correct the data, or read it in a way of your own.`,
  )
}
