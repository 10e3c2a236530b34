/**
 * Fixed windows: event time cut into equal, adjacent, half-open intervals.
 *
 * Every element falls in exactly one window, so windows never merge and assignment needs no state.
 */
import { Duration } from '@js-joda/core'
import { requirePositive, toMillis } from '../time/duration.ts'
import type { Timestamp } from '../time/timestamp.ts'
import { assignable, clipWindow } from './clip-window.ts'
import type { Window } from './window.ts'
import type { WindowFn } from './window-fn.ts'

/** A {@link WindowFn} of fixed windows, with its parameters in milliseconds; `0 <= offset < size`. */
export interface FixedWindowFn extends WindowFn {
  readonly kind: 'fixed'
  readonly size: number
  readonly offset: number
}

/**
 * Assigns each element to the interval `[start, start + size)` that contains its timestamp,
 * where starts are the multiples of `size` shifted by `offset`.
 *
 * **Contract** — The end belongs to the next window; negative timestamps round toward minus infinity. An offset counts
 * modulo the size, so it may be negative or longer than a window. Windows at the ends of event time are cut there.
 *
 * ```ts
 * fixedWindows(minutes(1)).assign(60_000, null) // => [{ start: 60_000, end: 120_000 }]
 * fixedWindows(minutes(1)).assign(-1, null) // => [{ start: -60_000, end: 0 }]
 * ```
 */
export function fixedWindows(size: Duration, offset: Duration = Duration.ZERO): FixedWindowFn {
  const millis = requirePositive(size, 'The size of fixed windows')
  const shift = floorMod(toMillis(offset), millis)
  return Object.freeze({
    kind: 'fixed',
    description: `fixed(size=${size.toString()}${offsetText(shift)})`,
    merging: false,
    tiling: true,
    size: millis,
    offset: shift,
    assign: (timestamp: Timestamp): readonly Window[] => {
      const instant = assignable(timestamp)
      const since = sinceStart(instant, millis, shift)
      return [clipWindow(instant - since, instant + (millis - since))]
    },
  })
}

/** An offset as descriptions show it: not at all when it is zero. */
export function offsetText(offset: number): string {
  return offset === 0 ? '' : `, offset=${Duration.ofMillis(offset).toString()}`
}

/**
 * How long before the timestamp the greatest multiple of `period` lies, shifted by `offset`, that is not after it: from zero up to
 * the period. The start itself may lie so far before event time that a number does not hold it.
 */
export function sinceStart(timestamp: Timestamp, period: number, offset: number): number {
  const shifted = timestamp - offset
  if (shifted < period - Number.MAX_SAFE_INTEGER) return floorMod(floorMod(timestamp, period) - offset, period)
  // Exact, as the multiple is a whole number below 2^53; the remainder operator of V8 costs several times as much.
  const since = shifted - Math.floor(shifted / period) * period
  if (since < 0) return since + period
  return since >= period ? since - period : since
}

/** The remainder of a floored division: from zero up to the divisor, also for negative numbers. */
export function floorMod(value: number, divisor: number): number {
  const remainder = value % divisor
  return remainder < 0 ? remainder + divisor : remainder + 0
}
