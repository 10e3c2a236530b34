/**
 * Which timestamps can be meant: a plausibility check that needs no clock.
 *
 * A number of seconds or nanoseconds where milliseconds belong is a timestamp too, but of 1970 or of the year 50,000: it would
 * open windows that nobody looks at, or move the watermark past all others.
 */
import { formatTimestamp, isTimestamp, type Timestamp } from './timestamp.ts'

/** Timestamps from `start` on and before `end`. */
export interface TimestampRange {
  readonly start: Timestamp
  readonly end: Timestamp
}

/** The years 2000 to 2099: what files of recorded events are about, unless their reader says otherwise. */
export const PLAUSIBLE_TIMESTAMPS: TimestampRange = Object.freeze({
  start: Date.UTC(2000, 0),
  end: Date.UTC(2100, 0),
})

const UNITS = [
  { name: 'seconds', milliseconds: 1000, cure: 'multiply by 1000' },
  { name: 'microseconds', milliseconds: 1e-3, cure: 'divide by 1000 and round with Math.floor' },
  { name: 'nanoseconds', milliseconds: 1e-6, cure: 'divide by 1,000,000 and round with Math.floor' },
]

/**
 * Says, for people and after a stable code, why a value cannot be a timestamp in a range: `TS_RANGE` for a number outside of the
 * range or of event time, `BAD_TIMESTAMP` for what is no whole number. `from` says where the value came from.
 *
 * ```ts
 * timestampFault('at is', 1_700_000_000, PLAUSIBLE_TIMESTAMPS).endsWith('It looks like seconds: multiply by 1000.') // => true
 * ```
 */
export function timestampFault(from: string, value: unknown, range: TimestampRange | undefined): string {
  if (typeof value !== 'number' || !Number.isInteger(value))
    return `BAD_TIMESTAMP: ${from} ${String(value)}, which is not a whole number of milliseconds since the epoch${hint(value)}`
  if (range === undefined || !isTimestamp(value))
    return `TS_RANGE: ${from} ${value}, which is outside of event time, -8.64e15 to 8.64e15 milliseconds${hint(value)}`
  return (
    `TS_RANGE: ${from} ${value}, which is ${formatTimestamp(value)}, outside of the timestampRange from ` +
    `${formatTimestamp(range.start)} to ${formatTimestamp(range.end - 1)}${hint(value)}`
  )
}

function hint(value: unknown): string {
  const { start, end } = PLAUSIBLE_TIMESTAMPS
  const unit = UNITS.find(
    ({ milliseconds }) => typeof value === 'number' && value * milliseconds >= start && value * milliseconds < end,
  )
  return unit === undefined ? '' : `. It looks like ${unit.name}: ${unit.cure}.`
}
