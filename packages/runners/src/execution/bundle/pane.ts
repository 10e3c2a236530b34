/**
 * Pane: one emission of a grouping, as the rows of a bundle refer to it.
 *
 * A pane stands in its bundle even when no row of it is left: whoever keeps the latest result per key and window must learn
 * that a later pane has passed nothing on.
 */
import type { PaneInfo, Window } from '@tidemark/core'

/** The key and window of a grouping that panes come from; two are the same when their ids are. */
export interface PaneOrigin {
  /** Unique in the engine: the grouping, and the ordinal of the origin among its own. Flattens add the input they came over. */
  readonly id: string
  /** Id of the grouping step. */
  readonly step: number
  readonly key: unknown
  readonly window: Window
}

/** What a pane does to what its origin has emitted before. */
export type PaneEffect = 'replace' | 'add' | 'change'

/** One emission for one key and window. */
export interface Pane {
  readonly info: PaneInfo
  readonly origin: PaneOrigin
  readonly effect: PaneEffect
  /** Set when this is no pane of the user's but the note that the origin's window was merged into that of another; its own origin, where the window is no more and none took its place. */
  readonly absorbedBy: PaneOrigin | undefined
}
