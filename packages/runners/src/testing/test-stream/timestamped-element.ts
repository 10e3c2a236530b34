/**
 * TimestampedElement: an element with the time that a test says it happened at.
 *
 * Test streams carry it, and hand on the element alone. It is plain data, so that a drop of it can be compared and printed.
 */
import { requireTimestamp, type Timestamp } from '@tidemark/core'

/** An element and when it happened. */
export interface TimestampedElement<out T> {
  readonly '~timestamped': true
  readonly element: T
  readonly timestamp: Timestamp
}

/** Says when an element happened; throws (code `BAD_TIMESTAMP`) for what is no timestamp. */
export function timestamped<T>(element: T, timestamp: Timestamp): TimestampedElement<T> {
  return Object.freeze({
    '~timestamped': true as const,
    element,
    timestamp: requireTimestamp(timestamp, 'The timestamp of an element'),
  })
}

/** Says whether a value is an element that was given a time by {@link timestamped}. */
export function isTimestamped(value: unknown): value is TimestampedElement<unknown> {
  return typeof value === 'object' && value !== null && '~timestamped' in value
}

/** The element itself, with or without a time. */
export function bareElement(value: unknown): unknown {
  return isTimestamped(value) ? value.element : value
}
