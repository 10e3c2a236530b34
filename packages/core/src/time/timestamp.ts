/**
 * Timestamps: event time as whole milliseconds since the epoch (UTC), a plain number.
 *
 * The bounds are those of ECMAScript's Date (-/+8.64e15), safely inside 2^53, so every timestamp and every
 * difference of two is exact. The end of the global window lies one day before the last timestamp, as in Beam.
 */
import type { Duration } from '@js-joda/core'
import { PipelineError } from '../error/pipeline-error.ts'
import { toMillis } from './duration.ts'

/** An instant of event time: whole milliseconds since 1970-01-01T00:00Z, between {@link MIN_TIMESTAMP} and {@link MAX_TIMESTAMP}. */
export type Timestamp = number

/** The beginning of event time. A watermark starts here: nothing is known yet. */
export const MIN_TIMESTAMP: Timestamp = -8.64e15

/** The end of event time. A watermark arrives here when its source is complete. */
export const MAX_TIMESTAMP: Timestamp = 8.64e15

/** The last timestamp of the global window: one day before {@link MAX_TIMESTAMP} (cf. Beam's GlobalWindow). */
export const END_OF_GLOBAL_WINDOW: Timestamp = MAX_TIMESTAMP - 86_400_000

/** Says whether a value is a timestamp: a whole number within the bounds of event time. */
export function isTimestamp(value: unknown): value is Timestamp {
  return typeof value === 'number' && Number.isInteger(value) && value >= MIN_TIMESTAMP && value <= MAX_TIMESTAMP
}

/** Returns `value` when it is a timestamp; otherwise throws a {@link PipelineError} with code `BAD_TIMESTAMP` that names `what`. */
export function requireTimestamp(value: unknown, what: string): Timestamp {
  if (isTimestamp(value)) return value
  throw new PipelineError(
    'BAD_TIMESTAMP',
    `${what} is ${describe(value)}, which is not a timestamp. ` +
      'A timestamp is a whole number of milliseconds since the epoch between -8.64e15 and 8.64e15; ' +
      'windows and watermarks are computed from it. Convert dates with date.getTime() and round finer units with Math.floor.',
  )
}

/** Adds a length of time to a timestamp, held within the bounds of event time. */
export function plus(timestamp: Timestamp, duration: Duration): Timestamp {
  return Math.min(MAX_TIMESTAMP, Math.max(MIN_TIMESTAMP, timestamp + toMillis(duration)))
}

/** Writes a timestamp as ISO 8601 in UTC with milliseconds; the bounds read `-infinity` and `+infinity`. */
export function formatTimestamp(timestamp: Timestamp): string {
  if (timestamp <= MIN_TIMESTAMP) return '-infinity'
  if (timestamp >= MAX_TIMESTAMP) return '+infinity'
  return new Date(timestamp).toISOString()
}

function describe(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
