/**
 * Timers of a stateful step: callbacks at a time, per key and window, one pending firing per timer name.
 *
 * Setting a timer overwrites its pending firing; clearing removes it. An event-time timer fires when the step's clock is
 * strictly past its time, in the order of times; it holds the output watermark at its output timestamp until then.
 */
import type { Duration } from '@js-joda/core'
import type { Timestamp } from '../time/timestamp.ts'

/** The clock a timer follows. */
export type TimeDomain = 'event-time' | 'processing-time'

/** A timer of a stateful step. */
export interface TimerSpec {
  readonly kind: 'timer'
  readonly domain: TimeDomain
}

/** How a timer is set. */
export interface TimerOptions {
  /** Timestamp of what the firing emits and of the hold it places; the firing time (event time) or the element's timestamp (processing time) by default. `none` places no hold. */
  readonly outputTimestamp?: Timestamp | 'none'
}

/** Handle of a timer. */
export interface Timer {
  /** Fires at `timestamp`. Beyond the window's expiry it is an error (code `TIMER_AFTER_EXPIRY`) for event time. */
  set(timestamp: Timestamp, options?: TimerOptions): void
  /** Fires `delay` after the element's timestamp or the firing timer's time (event time), or after now (processing time). Event time is held to the window's expiry. */
  setAfter(delay: Duration, options?: TimerOptions): void
  /** Fires `delay` after the step's current time; with `align`, at the first time from then on that lies `delay` short of a multiple of `align`. Event time is held to the window's expiry (Beam's offset().align().setRelative()). */
  setRelative(delay: Duration, options?: TimerOptions & { readonly align?: Duration }): void
  clear(): void
}

/** A timer on event time. */
export function eventTimeTimer(): TimerSpec {
  return Object.freeze({ kind: 'timer', domain: 'event-time' })
}

/** A timer on the runner's clock. It stands still in batch, so a step with one is not drift-safe. */
export function processingTimeTimer(): TimerSpec {
  return Object.freeze({ kind: 'timer', domain: 'processing-time' })
}
