/**
 * Inspection: what a step with state says of itself when it is asked, for {@link Explanation}. Costs nothing until then.
 */
import type { PaneTiming, TimeDomain, Timestamp, Window } from '@tidemark/core'
import type { TriggerState } from '../trigger/trigger-state.ts'

/** What a grouping keeps of one key and window. */
export interface GroupInspection {
  readonly kind: 'group'
  /** The window found: of sessions, the one that the window asked for overlaps. */
  readonly window: Window
  /** Whether its trigger has finished. */
  readonly closed: boolean
  /** Elements since the last pane. */
  readonly pending: number
  readonly panes: number
  readonly lastTiming: Exclude<PaneTiming, 'unknown'> | undefined
  readonly trigger: TriggerState | undefined
  /** Event time at which the group is looked at next; Infinity when it is not. */
  readonly timer: Timestamp
  readonly hold: Timestamp
}

/** What a stateful step keeps of one key and window. */
export interface RecordInspection {
  readonly kind: 'record'
  readonly window: Window
  /** Elements that wait for the step's clock. */
  readonly waiting: number
  /** Names of the cells that hold something. */
  readonly cells: readonly string[]
  readonly timers: readonly { readonly name: string; readonly domain: TimeDomain; readonly time: Timestamp }[]
  readonly hold: Timestamp
}

/** What a step with side inputs keeps of one main window until they are ready: elements of all keys alike. */
export interface GateInspection {
  readonly kind: 'gate'
  readonly window: Window
  /** Elements of the window that wait. */
  readonly waiting: number
  /** The side windows that they wait for: those that are not ready yet. */
  readonly awaited: readonly AwaitedView[]
  /** The earliest timestamp that waits; Infinity when none does. */
  readonly hold: Timestamp
}

/** A side window that is not ready. */
export interface AwaitedView {
  /** Path of the step that makes the view. */
  readonly view: string
  /** The side window. */
  readonly window: Window
  /** The watermark that the view must pass before the side window is ready for good. */
  readonly readyAfter: Timestamp
  /** The view's watermark now. */
  readonly watermark: Timestamp
}

/** What a join of two collections keeps of one key: an interval join of whatever window, an as-of join of left elements in this one. */
export interface JoinInspection {
  readonly kind: 'join'
  readonly window: Window
  /** Elements of the left side that are kept. */
  readonly left: number
  /** Elements of the right side, or rows, that are kept. */
  readonly right: number
  /** Elements that wait for their answer, or to be known as unmatched. */
  readonly waiting: number
  /** The earliest time that the clock of the partner must pass for one of them; `undefined` when none waits. */
  readonly answeredAfter: Timestamp | undefined
  /** The clocks of the sides: how far each promises to be complete. */
  readonly clocks: { readonly left: Timestamp; readonly right: Timestamp }
  readonly hold: Timestamp
}

/** What a step of asynchronous calls keeps of one window, whatever the key. */
export interface AsyncInspection {
  readonly kind: 'async'
  readonly window: Window
  /** Elements whose calls have not ended, and those that wait for them to leave first. */
  readonly pending: number
  /** The earliest timestamp among them; `undefined` when there is none. */
  readonly oldest: Timestamp | undefined
  readonly hold: Timestamp
}

/** What a step keeps of one key and window. */
export type Inspection = GroupInspection | RecordInspection | GateInspection | JoinInspection | AsyncInspection

/** What keeps an output watermark from going on. */
export interface Holder {
  readonly timestamp: Timestamp
  /** In words: the key and window of a group, a waiting element, a timer. */
  readonly owner: string
}

/** A step with state that can be asked. */
export interface Inspected {
  /** What is kept of a key and window; `undefined` when nothing is. */
  inspect(key: unknown, window: Window): Inspection | undefined
  /** The earliest holds on the step's output watermark, at most `limit`. */
  holders(limit: number): readonly Holder[]
  readonly inputWatermark: Timestamp
}

/** The earliest of all holders. */
export function earliest(holders: readonly Holder[], limit: number): readonly Holder[] {
  return holders
    .filter(({ timestamp }) => timestamp !== Infinity)
    .toSorted((a, b) => a.timestamp - b.timestamp || (a.owner < b.owner ? -1 : 1))
    .slice(0, limit)
}
