/**
 * WindowingStrategy: everything that decides how elements are grouped in time, as one frozen record per PCollection.
 */
import type { Trigger } from '../trigger/trigger.ts'
import { defaultTrigger } from '../trigger/default-trigger.ts'
import { globalWindow } from '../window/global-window.ts'
import type { WindowFn } from '../window/window-fn.ts'

/** What a pane holds: all elements so far, the new ones, or the difference to the pane before as changes. */
export type AccumulationMode = 'accumulating' | 'discarding' | 'retracting'

/** Whether a pane without new elements is emitted. */
export type EmptyPaneBehavior = 'always' | 'if-non-empty'

/** Timestamp of a pane: the window's last, or that of its earliest or latest element that was not late. */
export type TimestampCombiner = 'end-of-window' | 'earliest' | 'latest'

/** The windowing of a PCollection. Lengths are milliseconds. */
export interface WindowingStrategy {
  readonly windowFn: WindowFn
  readonly trigger: Trigger
  readonly allowedLateness: number
  readonly accumulationMode: AccumulationMode
  /** An empty pane at the end of the window (`always`). */
  readonly onTime: EmptyPaneBehavior
  /** An empty last pane when the window expires (`if-non-empty`). */
  readonly closing: EmptyPaneBehavior
  readonly timestampCombiner: TimestampCombiner
  /** Whether windows have met a grouping since they were assigned: they do not merge again. */
  readonly merged: boolean
  /** The author accepts a trigger that may finish before its window expires. */
  readonly mayLoseData: boolean
  /** The author accepts that groupings below see several panes of one key and window. */
  readonly mayDrift: boolean
}

/** The windowing of a source: one global window, one pane at the end, nothing late. */
export const DEFAULT_WINDOWING: WindowingStrategy = Object.freeze({
  windowFn: globalWindow(),
  trigger: defaultTrigger(),
  allowedLateness: 0,
  accumulationMode: 'discarding',
  onTime: 'always',
  closing: 'if-non-empty',
  timestampCombiner: 'end-of-window',
  merged: false,
  mayLoseData: false,
  mayDrift: false,
})

/** Says whether windows of this strategy still merge at the next grouping. */
export function isMerging(windowing: WindowingStrategy): boolean {
  return windowing.windowFn.merging && !windowing.merged
}
