/**
 * The holds of a group on the output watermark, and the timestamp of its panes (cf. WatermarkHold; statements 55-59).
 */
import { MAX_TIMESTAMP, type Timestamp, type WindowingStrategy } from '@tidemark/core'
import type { Group } from './group.ts'

/** The group's element hold once an element at `timestamp` is in, or `undefined` when the element is too late to hold anything. */
export function elementHold(
  group: Group,
  windowing: WindowingStrategy,
  timestamp: Timestamp,
  inputWatermark: Timestamp,
  outputWatermark: Timestamp,
): Timestamp | undefined {
  const last = group.window.end - 1
  const { timestampCombiner, windowFn } = windowing
  const own =
    timestampCombiner === 'end-of-window'
      ? last
      : timestampCombiner === 'earliest' && windowFn.outputTimestamp !== undefined
        ? windowFn.outputTimestamp(group.window, timestamp)
        : timestamp
  if (own < outputWatermark || last < inputWatermark) return undefined
  return combineHolds(windowing, group.elementHold, own)
}

/** Combines two element holds, either of which may be Infinity for none. */
export function combineHolds(windowing: WindowingStrategy, a: Timestamp, b: Timestamp): Timestamp {
  if (a === Infinity || b === Infinity) return Math.min(a, b)
  return windowing.timestampCombiner === 'latest' ? Math.max(a, b) : Math.min(a, b)
}

/** The hold at the window's expiry, which lets a last pane pass everywhere below; Infinity when none is due. */
export function garbageCollectionHold(
  group: Group,
  windowing: WindowingStrategy,
  inputWatermark: Timestamp,
  paneIsEmpty: boolean,
): Timestamp {
  if (group.expiry < inputWatermark) return Infinity
  if (paneIsEmpty && windowing.closing === 'if-non-empty') return Infinity
  return Math.min(group.expiry, MAX_TIMESTAMP - 1)
}

/** Timestamp of the group's next pane: its earliest hold within the window, else the window's last timestamp (56). */
export function outputTimestamp(group: Group, windowing: WindowingStrategy): Timestamp {
  const last = group.window.end - 1
  const hold = Math.min(group.elementHold, group.extraHold)
  // A test-only window function may place holds past the window; they are then its output timestamps all the same.
  if (windowing.windowFn.outputTimestamp !== undefined && group.elementHold !== Infinity) return group.elementHold
  return hold > last ? last : hold
}
