/**
 * The pipelines that most statements are shown with: keyed numbers in windows, summed or listed. Times are milliseconds.
 */
import {
  combinePerKey,
  fixedWindows,
  groupByKey,
  milliseconds,
  sessions,
  slidingWindows,
  windowInto,
  type AccumulationMode,
  type EmptyPaneBehavior,
  type PCollection,
  type Root,
  type TimestampCombiner,
  type Trigger,
  type WindowFn,
  type WindowingOptions,
} from '@tidemark/core'
import { sum } from '@tidemark/transforms'
import { keyed } from './play.ts'

/** What several panes of a window are to be: see {@link accumulating} and its like. */
export interface PaneOptions {
  readonly trigger?: Trigger
  readonly onTime?: EmptyPaneBehavior
  readonly closing?: EmptyPaneBehavior
  readonly timestampCombiner?: TimestampCombiner
  readonly mayLoseData?: true
  readonly mayDrift?: true
}

/** Windows of `size`. */
export function fixed(size: number): WindowFn {
  return fixedWindows(milliseconds(size))
}

/** Windows of `size`, one each `period`. */
export function sliding(size: number, period: number): WindowFn {
  return slidingWindows(milliseconds(size), milliseconds(period))
}

/** Sessions with a gap of `gap`. */
export function gap(length: number): WindowFn {
  return sessions(milliseconds(length))
}

/** Each pane holds all elements so far; windows take elements for `lateness` after their end. */
export function accumulating(lateness: number, options: PaneOptions = {}): WindowingOptions {
  return panes('accumulating', lateness, options)
}

/** Each pane holds the new elements. */
export function discarding(lateness: number, options: PaneOptions = {}): WindowingOptions {
  return panes('discarding', lateness, options)
}

/** Each pane takes the one before it back. */
export function retracting(lateness: number, options: PaneOptions = {}): WindowingOptions {
  return panes('retracting', lateness, options)
}

/** Sums of the numbers of each key and window; the step is `Sum`. */
export function sums(windowFn: WindowFn, options?: WindowingOptions): (root: Root) => PCollection<unknown> {
  return (root) => keyed(root).pipe(windowInto(windowFn, options), combinePerKey('Sum', sum()))
}

/** The numbers of each key and window in order of time; the step is `List`. */
export function lists(windowFn: WindowFn, options?: WindowingOptions): (root: Root) => PCollection<unknown> {
  return (root) => keyed(root).pipe(windowInto(windowFn, options), groupByKey('List'))
}

function panes(accumulationMode: AccumulationMode, lateness: number, options: PaneOptions): WindowingOptions {
  return { ...options, allowedLateness: milliseconds(lateness), accumulationMode }
}
