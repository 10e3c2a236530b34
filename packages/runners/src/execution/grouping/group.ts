/**
 * Group: the state of one key and window of a grouping, as plain data.
 *
 * There is one record per key and window, never one per element. A closed group is a tombstone: its trigger has finished, and
 * the record stays until the window expires, so that later elements are known to be too late.
 */
import type { Timestamp, Window } from '@tidemark/core'
import type { PaneOrigin } from '../bundle/pane.ts'
import type { TriggerState } from '../trigger/trigger-state.ts'

/** What a retracting grouping has emitted last and would have to take back. */
export interface Emitted {
  readonly value: unknown
  readonly timestamp: Timestamp
}

/** State of one key and window. Times are Infinity when there is none. */
export interface Group {
  readonly key: unknown
  readonly window: Window
  /** Last time at which the window takes elements. */
  readonly expiry: Timestamp
  /** What the elements have come to; undefined before the first and after a discarding pane. */
  accumulator: unknown
  /** Whether elements have come since the last pane. */
  fresh: boolean
  /** Elements since the last pane: they are still to be accounted for. */
  pending: number
  /** Elements less those taken back. */
  net: number
  closed: boolean
  trigger: TriggerState | undefined
  elementHold: Timestamp
  extraHold: Timestamp
  /** The event-time timer: end of window first, then expiry. */
  timer: Timestamp
  /** Timing and indexes of the last pane; `undefined` before the first. */
  lastTiming: 'early' | 'on-time' | 'late' | undefined
  paneIndex: number
  nonSpeculativeIndex: number
  emitted: Emitted | undefined
  /** Set by the first pane. */
  origin: PaneOrigin | undefined
  /** Whether the group is in the list of those touched by the present bundle. */
  touched: boolean
}

/** The state of a key and window that has seen nothing. */
export function freshGroup(key: unknown, window: Window, expiry: Timestamp, trigger: TriggerState | undefined): Group {
  return {
    key,
    window,
    expiry,
    accumulator: undefined,
    fresh: false,
    pending: 0,
    net: 0,
    closed: false,
    trigger,
    elementHold: Infinity,
    extraHold: Infinity,
    timer: Infinity,
    lastTiming: undefined,
    paneIndex: -1,
    nonSpeculativeIndex: -1,
    emitted: undefined,
    origin: undefined,
    touched: false,
  }
}
