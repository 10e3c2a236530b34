/**
 * RFC 3339: instants as text, read exactly and strictly.
 *
 * Date.parse takes what is no time (30 February becomes 1 March), drops what is finer than a millisecond, and takes text without
 * a zone by the clock of the machine. Here all of that is refused unless the program says otherwise. Policy where RFC 3339 leaves
 * room: `t` and `z` may be lower case, and `T` may not be a blank.
 */
import { PipelineError } from '../error/pipeline-error.ts'
import { digits, offsetMinutes } from './digits.ts'
import { secondsAhead, type LocalZone } from './local-zone.ts'

/** How text is read that is not an RFC 3339 instant as it stands. */
export interface TimestampOptions extends LocalZone {
  /**
   * What is done with a leap second, `23:59:60Z` on the last day of a month, which event time does not have; one of: `refuse`
   * (default), `clamp` (it is the last instant of the second before).
   */
  readonly leapSecond?: 'refuse' | 'clamp'
}

/** An instant as it was read. */
export interface ExactTime {
  /** Whole seconds since the epoch, rounded toward the past. */
  readonly seconds: number
  readonly nanos: number
}

// Lines of one file mostly share their day, so the date is read once a day and not once a line.
let lastDate = ''
let lastDay = 0

/** Reads text as an instant; digits beyond the ninth are cut off. Throws a {@link PipelineError} with code `BAD_TIMESTAMP`. */
export function readInstant(text: string, options: TimestampOptions): ExactTime {
  const zoneAt = zoneStart(text)
  const hasFraction = zoneAt > 20
  const valid =
    (text[10] === 'T' || text[10] === 't') &&
    text[13] === ':' &&
    text[16] === ':' &&
    (zoneAt === 19 || (hasFraction && text[19] === '.'))
  const hour = digits(text, 11, 13)
  const minute = digits(text, 14, 16)
  const second = digits(text, 17, 19)
  const nanos = hasFraction ? fraction(text, 20, zoneAt) : 0
  const isLocal = zoneAt === text.length
  const offset = isLocal ? 0 : offsetMinutes(text, zoneAt)
  if (!valid || !(hour < 24 && minute < 60 && second < 61 && nanos >= 0 && offset > -1440)) {
    throw badTimestamp(text, 'is not RFC 3339, such as 2018-03-24T17:15:20.865716Z')
  }
  const local = dayOf(text) * 86_400 + hour * 3600 + minute * 60 + second
  const seconds = local - (isLocal ? secondsOfZone(text, local, options) : offset * 60)
  return second === 60 ? leapSecond(text, seconds, options) : { seconds, nanos }
}

/** The error for text that is no instant; `fault` says why. */
export function badTimestamp(text: string, fault: string): PipelineError {
  const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
  return new PipelineError(
    'BAD_TIMESTAMP',
    `${shown} ${fault}. A guess would move the element to another window. Correct the data, or read it in a way of your own.`,
  )
}

function secondsOfZone(text: string, local: number, options: TimestampOptions): number {
  const seconds = secondsAhead(local, options)
  if (typeof seconds === 'number') return seconds
  throw badTimestamp(text, seconds)
}

// Where it may stand at all: in UTC it is the 61st second of the last minute of a month.
function leapSecond(text: string, seconds: number, { leapSecond: policy = 'refuse' }: TimestampOptions): ExactTime {
  const next = new Date(seconds * 1000)
  const possible = seconds % 86_400 === 0 && next.getUTCDate() === 1
  if (policy === 'clamp' && possible) return { seconds: seconds - 1, nanos: 999_999_999 }
  throw badTimestamp(
    text,
    possible
      ? "is a leap second, and event time has none: leapSecond: 'clamp' takes it as the end of the second before"
      : 'has a second 60 where no leap second can be: only 23:59:60Z at the end of a month',
  )
}

function dayOf(text: string): number {
  const date = text.slice(0, 10)
  if (date === lastDate) return lastDay
  const year = digits(date, 0, 4)
  const month = digits(date, 5, 7)
  const day = digits(date, 8, 10)
  const midnight = new Date(0).setUTCFullYear(year, month - 1, day)
  // A day that its month does not have lies in another month.
  const exists = new Date(midnight).getUTCMonth() === month - 1
  if (date[4] !== '-' || date[7] !== '-' || !exists)
    throw badTimestamp(text, 'has no day of the calendar, such as 2018-03-24')
  lastDate = date
  lastDay = midnight / 86_400_000
  return lastDay
}

function fraction(text: string, start: number, end: number): number {
  if (Number.isNaN(digits(text, start, end))) return NaN
  const kept = Math.min(end - start, 9)
  return digits(text, start, start + kept) * 10 ** (9 - kept)
}

/** Where the zone begins; the end of the text when it names none. */
function zoneStart(text: string): number {
  const last = text.at(-1)
  if (last === 'Z' || last === 'z') return text.length - 1
  const sign = text[text.length - 6]
  return text.length > 19 && (sign === '+' || sign === '-') ? text.length - 6 : text.length
}
