/**
 * Lengths of time: js-joda's Duration in the public API, whole milliseconds inside.
 *
 * The short forms build a Duration; {@link toMillis} turns one into milliseconds once, at construction.
 */
import { Duration as JodaDuration } from '@js-joda/core'
import { PipelineError } from '../error/pipeline-error.ts'

/** A length of time: js-joda's Duration. Options take it; the short forms below make it. */
export type Duration = JodaDuration

/**
 * A length of `count` milliseconds.
 *
 * This and the other short forms throw a {@link PipelineError} with code `BAD_DURATION` unless the length is a whole number
 * of milliseconds that a double holds exactly.
 */
export function milliseconds(count: number): Duration {
  return ofUnits(count, 1, 'milliseconds')
}

/** A length of `count` seconds; fractions down to a millisecond are allowed. */
export function seconds(count: number): Duration {
  return ofUnits(count, 1000, 'seconds')
}

/** A length of `count` minutes of 60 seconds. */
export function minutes(count: number): Duration {
  return ofUnits(count, 60_000, 'minutes')
}

/** A length of `count` hours of 3600 seconds. */
export function hours(count: number): Duration {
  return ofUnits(count, 3_600_000, 'hours')
}

/** A length of `count` times 24 hours. A calendar day may be longer or shorter: see `@tidemark/core/calendar`. */
export function days(count: number): Duration {
  return ofUnits(count, 86_400_000, 'days')
}

/**
 * Converts a Duration to whole milliseconds.
 *
 * Throws a {@link PipelineError} with code `BAD_DURATION` when it has a part finer than a millisecond, as event time has none,
 * when it is 2^53 milliseconds or longer, where whole numbers are no longer exact, or when it is no Duration.
 */
export function toMillis(duration: Duration): number {
  return millisOf(duration, 'The duration')
}

/** Converts a Duration as {@link toMillis} does, and refuses one below zero; `what` says which it is, `step` whose. */
export function requireNotNegative(duration: Duration, what: string, step?: string): number {
  const millis = millisOf(duration, what, step)
  if (millis >= 0) return millis
  throw badDuration(
    `${what} is ${millis} ms. It says how long to wait, and time does not go back. Give zero or more.`,
    step,
  )
}

/** Converts a Duration as {@link toMillis} does, and refuses one that is not above zero; `what` says which it is. */
export function requirePositive(duration: Duration, what: string): number {
  const millis = millisOf(duration, what)
  if (millis > 0) return millis
  throw badDuration(`${what} is ${millis} ms. It must be longer than zero: nothing lies within no time.`)
}

function millisOf(duration: Duration, what: string, step?: string): number {
  // Not instanceof: a program may hold a second copy of js-joda, whose durations are as good.
  if (typeof (duration as Partial<Duration> | null | undefined)?.nano !== 'function') {
    throw badDuration(
      `${what} is ${typeof duration === 'object' ? 'an object' : String(duration)} and no Duration. A bare number says no unit, ` +
        'so it could be a thousand times too long. Give a Duration such as seconds(5) or minutes(1).',
      step,
    )
  }
  if (duration.nano() % 1_000_000 !== 0) {
    throw badDuration(
      `${what} ${duration.toString()} is finer than a millisecond. Event time is counted in whole milliseconds, ` +
        'so it would be cut off. Use a whole number of milliseconds and keep finer precision in the element.',
      step,
    )
  }
  // In doubles, as js-joda's own toMillis() throws an error of its own where they are no longer exact.
  return requireExact(duration.seconds() * 1000 + duration.nano() / 1_000_000, duration.toString())
}

// 1.001 * 1000 is 1000.9999999999999: what a double cannot say is rounded, what it does say is refused when too fine.
function ofUnits(count: number, unit: number, name: string): Duration {
  const exact = count * unit
  const millis = Math.round(exact)
  if (!(Math.abs(exact - millis) <= Math.abs(millis) * Number.EPSILON)) {
    throw badDuration(
      `${name}(${count}) is not a whole number of milliseconds. Event time is counted in whole milliseconds, so it would be ` +
        'cut off. Use a whole number of milliseconds and keep finer precision in the element.',
    )
  }
  return JodaDuration.ofMillis(requireExact(millis, `${name}(${count})`))
}

function requireExact(millis: number, what: string): number {
  if (Number.isSafeInteger(millis)) return millis
  throw badDuration(
    `The duration ${what} is ${millis} ms. Whole numbers are exact below 2^53 only, so times reckoned with it would be wrong. ` +
      'Use a shorter one, such as days(36_500).',
  )
}

function badDuration(message: string, step?: string): PipelineError {
  return new PipelineError('BAD_DURATION', message, { step })
}
