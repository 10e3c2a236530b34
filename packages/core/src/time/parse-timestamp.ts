/**
 * Timestamps from text: milliseconds, and what is finer where an element keeps it.
 */
import { checkChoice, checkOptions, type OptionNames } from '../error/check-options.ts'
import { badTimestamp, readInstant, type ExactTime, type TimestampOptions } from './rfc3339.ts'
import type { Timestamp } from './timestamp.ts'

const OPTIONS: OptionNames<TimestampOptions> = { zone: true, ambiguous: true, leapSecond: true }

const NONE: TimestampOptions = Object.freeze({})
// Every line of a file is read with the same options: they are checked once, not once a line.
let checked = NONE

/**
 * Reads RFC 3339 text as a timestamp; what is finer than a millisecond is cut off toward the past.
 *
 * **Contract** — Text that is no instant is an error (code `BAD_TIMESTAMP`), never a guess: a day that is in no calendar, a leap
 * second, or no zone, unless the options say what to do. It does not depend on the machine's zone.
 *
 * ```ts
 * parseTimestamp('2018-03-24T17:15:20.865716Z') // => 1521911720865
 * parseTimestamp('2018-03-24T23:00:20', { zone: '+05:45' }) // => Date.UTC(2018, 2, 24, 17, 15, 20)
 * parseTimestamp('2016-12-31T23:59:60Z', { leapSecond: 'clamp' }) // => Date.UTC(2017, 0) - 1
 * ```
 */
export function parseTimestamp(text: string, options: TimestampOptions = NONE): Timestamp {
  const { seconds, nanos } = read('parseTimestamp', text, options)
  return seconds * 1000 + Math.floor(nanos / 1_000_000)
}

/**
 * Reads RFC 3339 text as whole microseconds since the epoch, as {@link parseTimestamp} does; what is finer is cut off toward the
 * past. Exact from year 1685 to 2255, beyond which a number does not hold them: an error (code `BAD_TIMESTAMP`).
 *
 * ```ts
 * parseMicroseconds('2018-03-24T17:15:20.865716Z') // => 1521911720865716
 * ```
 */
export function parseMicroseconds(text: string, options: TimestampOptions = NONE): number {
  const { seconds, nanos } = read('parseMicroseconds', text, options)
  const microseconds = seconds * 1_000_000 + Math.floor(nanos / 1000)
  if (Number.isSafeInteger(microseconds)) return microseconds
  throw badTimestamp(
    text,
    'is no time whose microseconds a number holds exactly (years 1685 to 2255); parseNanoseconds gives a bigint',
  )
}

/** Reads RFC 3339 text as whole nanoseconds since the epoch, as {@link parseTimestamp} does. Digits beyond the ninth are cut off. */
export function parseNanoseconds(text: string, options: TimestampOptions = NONE): bigint {
  const { seconds, nanos } = read('parseNanoseconds', text, options)
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanos)
}

function read(subject: string, text: string, options: TimestampOptions): ExactTime {
  if (options !== checked) {
    checkOptions(subject, options, OPTIONS)
    checkChoice(subject, 'leapSecond', options.leapSecond, ['refuse', 'clamp'])
    checkChoice(subject, 'ambiguous', options.ambiguous, ['refuse', 'earlier', 'later'])
    checked = options
  }
  if (typeof text === 'string') return readInstant(text, options)
  throw badTimestamp(String(text), `is of type ${typeof text} and no text`)
}
