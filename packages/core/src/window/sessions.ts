/**
 * Sessions: elements of one key that follow each other in less than a gap share a window.
 *
 * Each element begins as a session of its own, `[timestamp, timestamp + gap)`; sessions of one key that overlap merge.
 */
import type { Duration } from '@js-joda/core'
import { requirePositive } from '../time/duration.ts'
import type { Timestamp } from '../time/timestamp.ts'
import { assignable, clipWindow } from './clip-window.ts'
import { mergeOverlapping } from './merge-overlapping.ts'
import type { Window } from './window.ts'
import type { WindowFn } from './window-fn.ts'

/** A {@link WindowFn} of sessions, with its gap in milliseconds. */
export interface SessionWindowFn extends WindowFn {
  readonly kind: 'sessions'
  readonly gap: number
  readonly merge: NonNullable<WindowFn['merge']>
}

/**
 * Assigns each element to the session `[timestamp, timestamp + gap)`, which merges with those it overlaps.
 *
 * **Contract** — Two elements exactly `gap` apart are in different sessions. Merging is per key and transitive: a late
 * element can join two sessions. The last session of event time is cut at its end.
 *
 * ```ts
 * sessions(minutes(10)).assign(0, null) // => [{ start: 0, end: 600_000 }]
 * ```
 */
export function sessions(gap: Duration): SessionWindowFn {
  const millis = requirePositive(gap, 'The gap of sessions')
  return Object.freeze({
    kind: 'sessions',
    description: `sessions(gap=${gap.toString()})`,
    merging: true,
    tiling: false,
    gap: millis,
    assign: (timestamp: Timestamp): readonly Window[] => {
      const start = assignable(timestamp)
      return [clipWindow(start, start + millis)]
    },
    merge: mergeOverlapping,
  })
}
