/**
 * WindowedValue: an element with all that the model says about it.
 */
import type { Timestamp } from '../time/timestamp.ts'
import type { Window } from '../window/window.ts'
import type { PaneInfo } from './pane-info.ts'

/** Whether an element is added to a result or taken back from it. Only retracting groupings take back. */
export type Sign = 1 | -1

/** An element in one window. An element of several windows appears once for each. */
export interface WindowedValue<T> {
  readonly value: T
  readonly timestamp: Timestamp
  readonly window: Window
  /** The pane that the element is part of. What takes an earlier pane back is part of the one that does so; of none, when windows merged. */
  readonly pane: PaneInfo
  readonly sign: Sign
}
