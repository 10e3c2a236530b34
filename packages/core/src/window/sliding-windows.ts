/**
 * Sliding windows: intervals of one size that start once a period.
 *
 * An element lies in every window that contains its timestamp: several when windows overlap, none when it falls in a
 * gap between them (period longer than size). Windows never merge.
 */
import { Duration } from '@js-joda/core'
import { PipelineError } from '../error/pipeline-error.ts'
import { requirePositive, toMillis } from '../time/duration.ts'
import type { Timestamp } from '../time/timestamp.ts'
import { assignable, clipWindow } from './clip-window.ts'
import { floorMod, offsetText, sinceStart } from './fixed-windows.ts'
import type { Window } from './window.ts'
import type { WindowFn } from './window-fn.ts'

/** A {@link WindowFn} of sliding windows, with its parameters in milliseconds; `0 <= offset < period`. */
export interface SlidingWindowFn extends WindowFn {
  readonly kind: 'sliding'
  readonly size: number
  readonly period: number
  readonly offset: number
}

const MOST_WINDOWS = 1_000_000

/**
 * Assigns each element to all intervals `[start, start + size)` that contain its timestamp, the earliest first,
 * where starts are the multiples of `period` shifted by `offset`.
 *
 * **Contract** — A period longer than the size leaves gaps: an element in a gap belongs to no window and goes to the
 * ledger as `no-window`. A period equal to the size is tiling, as fixed windows are. Windows at the ends of event time
 * are cut there.
 *
 * ```ts
 * slidingWindows(seconds(2), seconds(1)).assign(1_000, null) // => [{ start: 0, end: 2_000 }, { start: 1_000, end: 3_000 }]
 * ```
 */
export function slidingWindows(size: Duration, period: Duration, offset: Duration = Duration.ZERO): SlidingWindowFn {
  const length = requirePositive(size, 'The size of sliding windows')
  const step = requirePositive(period, 'The period of sliding windows')
  requireFewWindows(size, period)
  const shift = floorMod(toMillis(offset), step)
  // Elements between two bounds, whichever windows they bound, have the same windows.
  let from = 0
  let until = 0
  let assigned: readonly Window[] = []
  return Object.freeze({
    kind: 'sliding',
    description: `sliding(size=${size.toString()}, period=${period.toString()}${offsetText(shift)})`,
    merging: false,
    tiling: length === step,
    size: length,
    period: step,
    offset: shift,
    assign: (timestamp: Timestamp): readonly Window[] => {
      if (timestamp >= from && timestamp < until) return assigned
      const instant = assignable(timestamp)
      const windows: Window[] = []
      const since = sinceStart(instant, step, shift)
      from = instant - since
      until = instant + (step - since)
      // How much of a window is left at the element: its start may lie so far before event time that a number does not hold it.
      let left = length - since
      for (; left > 0; left -= step) {
        if (instant + left < until) until = instant + left
        windows.push(clipWindow(instant - (length - left), instant + left))
      }
      if (instant + left > from) from = instant + left
      assigned = windows.toReversed()
      return assigned
    },
  })
}

function requireFewWindows(size: Duration, period: Duration): void {
  const windows = Math.ceil(size.toMillis() / period.toMillis())
  if (windows <= MOST_WINDOWS) return
  throw new PipelineError(
    'TOO_MANY_WINDOWS',
    `Sliding windows of ${size.toString()} every ${period.toString()} put each element in ${windows} windows, ` +
      `and each of them is held and computed. At most ${MOST_WINDOWS} are allowed. Use a longer period.`,
  )
}
