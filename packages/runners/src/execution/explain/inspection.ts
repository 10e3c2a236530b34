/**
 * Inspection: what a keyed step says of itself when it is asked, for {@link Explanation}. Costs nothing until then.
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

/** What keeps an output watermark from going on. */
export interface Holder {
  readonly timestamp: Timestamp
  /** In words: the key and window of a group, a waiting element, a timer. */
  readonly owner: string
}

/** A keyed step that can be asked. */
export interface Inspected {
  /** What is kept of a key and window; `undefined` when nothing is. */
  inspect(key: unknown, window: Window): GroupInspection | RecordInspection | undefined
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
