/**
 * Wall clocks: what the clocks of a place show at an instant, as a number.
 *
 * Hours of the week and "the same time yesterday" are told by such a clock: with clocks that go forward and back the same hour lies
 * 23, 24 or 25 hours away. Whoever reckons with them is given the clock, and needs no rules of zones.
 */
import { Instant, type ZoneId } from '@js-joda/core'
import type { Timestamp } from '../time/timestamp.ts'
import { zoneOf } from './zone-rules.ts'

/** Says what a clock shows at an instant: milliseconds since 1970-01-01T00:00 on the same clock. */
export type WallClock = (timestamp: Timestamp) => number

/**
 * Returns the clock of a zone.
 *
 * **Contract** — Where clocks go back, two instants an hour apart are shown alike; where they go forward, some times are never shown.
 *
 * ```ts
 * const berlin = wallClock('Europe/Berlin')
 * new Date(berlin(Date.UTC(2026, 6, 1, 12))).toISOString() // => '2026-07-01T14:00:00.000Z'
 * ```
 */
export function wallClock(zone: ZoneId | string): WallClock {
  const rules = zoneOf(zone).rules()
  return (timestamp) => timestamp + rules.offset(Instant.ofEpochMilli(timestamp)).totalSeconds() * 1000
}
