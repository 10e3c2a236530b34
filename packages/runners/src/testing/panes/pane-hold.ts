/**
 * Holds of a window: how far the output watermark may go, and the timestamp of the next pane (55-59).
 *
 * The element hold is the timestamp that the elements would give the pane; the extra hold stands at expiry, for a pane that
 * could otherwise be late for the steps below.
 */
import { maxTimestamp, type Timestamp, type Window, type WindowingStrategy } from '@tidemark/core'
import { expiryOf } from './expiry.ts'
import type { StepClock } from './pane-timing.ts'

/** The holds of one window. */
export interface PaneHold {
  element: Timestamp | undefined
  extra: Timestamp | undefined
}

/** An element has come. */
export function holdElement(
  hold: PaneHold,
  windowing: WindowingStrategy,
  window: Window,
  timestamp: Timestamp,
  clock: StepClock,
): void {
  const target = targetOf(windowing, window, timestamp)
  if (target >= clock.output && maxTimestamp(window) >= clock.input)
    addElementHold(hold, windowing, target) // 55
  else holdExpiry(hold, windowing, window, clock) // 55
}

/** Joins the holds of windows that merge into `window`. */
export function mergeHolds(
  sources: readonly PaneHold[],
  windowing: WindowingStrategy,
  window: Window,
  clock: StepClock,
): PaneHold {
  const result: PaneHold = { element: undefined, extra: undefined }
  if (windowing.timestampCombiner === 'end-of-window') {
    const end = maxTimestamp(window)
    if (end >= clock.output && end >= clock.input) result.element = end // 58
  } else {
    for (const { element } of sources) if (element !== undefined) addElementHold(result, windowing, element)
  }
  holdExpiry(result, windowing, window, clock)
  return result
}

/** Takes the holds away for a pane and returns the pane's timestamp (56). Unless it is the last pane, a last one may need a hold. */
export function releaseHolds(
  hold: PaneHold,
  windowing: WindowingStrategy,
  window: Window,
  isLast: boolean,
  clock: StepClock,
): Timestamp {
  const end = maxTimestamp(window)
  // 56: clipped, but for a window function that moves timestamps: that may mean to go beyond the window.
  const moved = isMoved(windowing) ? hold.element : undefined
  const timestamp = moved ?? Math.min(hold.element ?? end, hold.extra ?? end, end)
  hold.element = undefined
  hold.extra = undefined
  if (!isLast && windowing.closing === 'always') holdExpiry(hold, windowing, window, clock) // 59
  return timestamp
}

function holdExpiry(hold: PaneHold, windowing: WindowingStrategy, window: Window, clock: StepClock): void {
  const expiry = expiryOf(windowing, window)
  if (expiry >= clock.input) hold.extra = Math.min(hold.extra ?? expiry, expiry) // 55
}

function targetOf(windowing: WindowingStrategy, window: Window, timestamp: Timestamp): Timestamp {
  if (windowing.timestampCombiner === 'end-of-window') return maxTimestamp(window) // 57
  return isMoved(windowing) ? windowing.windowFn.outputTimestamp!(window, timestamp) : timestamp
}

function isMoved({ timestampCombiner, windowFn }: WindowingStrategy): boolean {
  return timestampCombiner === 'earliest' && windowFn.outputTimestamp !== undefined
}

function addElementHold(hold: PaneHold, windowing: WindowingStrategy, target: Timestamp): void {
  if (hold.element === undefined) hold.element = target
  else if (windowing.timestampCombiner === 'latest')
    hold.element = Math.max(hold.element, target) // 58
  else hold.element = Math.min(hold.element, target)
}
