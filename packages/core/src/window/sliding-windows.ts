/**
 * Sliding windows: intervals of one size that start once a period.
 *
 * An element lies in every window that contains its timestamp: several when windows overlap, none when it falls in a
 * gap between them (period longer than size). Windows never merge.
 */
import { Duration } from '@js-joda/core'
import { requirePositive } from '../error/assert.ts'
import { PipelineError } from '../error/pipeline-error.ts'
import { toMillis } from '../time/duration.ts'
import type { Timestamp } from '../time/timestamp.ts'
import { assignable, clipWindow } from './clip-window.ts'
import { floorMod, latestStart, offsetText } from './fixed-windows.ts'
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
  const length = requirePositive(toMillis(size), 'The size of sliding windows')
  const step = requirePositive(toMillis(period), 'The period of sliding windows')
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
      let start = latestStart(instant, step, shift)
      from = start
      until = start + step
      for (; start + length > instant; start -= step) {
        if (start + length < until) until = start + length
        windows.push(clipWindow(start, start + length))
      }
      if (start + length > from) from = start + length
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
