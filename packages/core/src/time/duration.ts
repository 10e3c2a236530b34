/**
 * Lengths of time: js-joda's Duration in the public API, whole milliseconds inside.
 *
 * The short forms build a Duration; {@link toMillis} turns one into milliseconds once, at construction.
 */
import { Duration } from '@js-joda/core'
import { PipelineError } from '../error/pipeline-error.ts'

/** A length of `count` milliseconds. */
export function milliseconds(count: number): Duration {
  return Duration.ofMillis(count)
}

/** A length of `count` seconds; fractions down to a millisecond are allowed. */
export function seconds(count: number): Duration {
  return Duration.ofMillis(count * 1000)
}

/** A length of `count` minutes of 60 seconds. */
export function minutes(count: number): Duration {
  return Duration.ofMillis(count * 60_000)
}

/** A length of `count` hours of 3600 seconds. */
export function hours(count: number): Duration {
  return Duration.ofMillis(count * 3_600_000)
}

/** A length of `count` times 24 hours. A calendar day may be longer or shorter: see `@tidemark/core/calendar`. */
export function days(count: number): Duration {
  return Duration.ofMillis(count * 86_400_000)
}

/**
 * Converts a Duration to whole milliseconds.
 *
 * Throws a {@link PipelineError} with code `BAD_DURATION` when it has a part finer than a millisecond: event time has none.
 */
export function toMillis(duration: Duration): number {
  if (duration.nano() % 1_000_000 !== 0) {
    throw new PipelineError(
      'BAD_DURATION',
      `The duration ${duration.toString()} is finer than a millisecond. Event time is counted in whole milliseconds, ` +
        'so it would be cut off. Use a whole number of milliseconds and keep finer precision in the element.',
    )
  }
  return duration.toMillis()
}
