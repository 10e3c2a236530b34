/**
 * PaneInfo: which of the panes of its key and window an element is (cf. Beam's PaneInfo).
 */

/** When a pane was emitted, seen from its window: before the watermark passed the end, at that moment, after it, or without a grouping. */
export type PaneTiming = 'early' | 'on-time' | 'late' | 'unknown'

/** Position of a pane among those of its key and window. Timings follow early* on-time? late*. */
export interface PaneInfo {
  readonly timing: PaneTiming
  /** Counts all panes from 0; starts anew when sessions merge. */
  readonly index: number
  /** Counts panes from the first that is not early; -1 for early panes. */
  readonly nonSpeculativeIndex: number
  readonly isFirst: boolean
  /** Whether no further pane can come. */
  readonly isLast: boolean
}

/** The pane of an element that has met no grouping. */
export const NO_FIRING: PaneInfo = Object.freeze({
  timing: 'unknown',
  index: 0,
  nonSpeculativeIndex: 0,
  isFirst: true,
  isLast: true,
})
