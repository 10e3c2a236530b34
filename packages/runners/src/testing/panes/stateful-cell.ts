/**
 * All that a stateful step keeps of one key and one window.
 */
import type { Handles, StateSpecs, Timers, TimerSpecs, Timestamp, Window, WindowedValue } from '@tidemark/core'
import { maxTimestamp } from '@tidemark/core'
import type { StatefulPayload } from '@tidemark/core/graph'
import { makeCells } from '../evaluator/state-cells.ts'
import { PaneTimers, type Firing } from './pane-timers.ts'

/** State, timers, and elements that wait for their time. */
export interface StatefulCell {
  readonly key: unknown
  readonly window: Window
  readonly state: Handles<StateSpecs>
  readonly timers: PaneTimers
  readonly handles: Timers<TimerSpecs>
  waiting: readonly WindowedValue<unknown>[]
  /** Whether an element has run: only then is there a window to expire. */
  ran: boolean
}

/** What is due in a cell: an element that waited, a firing, or the window's expiration; with its time. */
export type Due =
  | { readonly time: Timestamp; readonly element: WindowedValue<unknown> }
  | { readonly time: Timestamp; readonly firing: Firing }
  | { readonly time: Timestamp; readonly expiration: true }

/** The cell of a key and window that has seen nothing; timers cannot be set beyond `expiry`. */
export function newStatefulCell(
  payload: StatefulPayload,
  key: unknown,
  window: Window,
  expiry: Timestamp,
): StatefulCell {
  const timers = new PaneTimers(expiry)
  return {
    key,
    window,
    state: makeCells(payload.state),
    timers,
    handles: timers.handles(payload.timers),
    waiting: [],
    ran: false,
  }
}

/** How far a cell lets the output watermark go: waiting elements, timers (65), and the last timestamp if something may be emitted there (67). */
export function holdOf(cell: StatefulCell, payload: StatefulPayload): readonly Timestamp[] {
  return [
    ...cell.waiting.map((element) => element.timestamp),
    ...cell.timers.pending.flatMap((firing) => (firing.holds ? [firing.timestamp] : [])),
    ...(payload.onWindowExpiration === undefined || !cell.ran ? [] : [maxTimestamp(cell.window)]),
  ]
}
