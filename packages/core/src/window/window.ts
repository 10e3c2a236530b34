/**
 * Windows: half-open intervals of event time.
 *
 * Every window, the global one included, is `[start, end)`; two windows are the same when both bounds are.
 */
import { END_OF_GLOBAL_WINDOW, formatTimestamp, MIN_TIMESTAMP, type Timestamp } from '../time/timestamp.ts'

/** A half-open interval of event time: `start` belongs to it, `end` to the next. */
export interface Window {
  readonly start: Timestamp
  readonly end: Timestamp
}

/** The one window that holds all of event time. */
export const GLOBAL_WINDOW: Window = Object.freeze({ start: MIN_TIMESTAMP, end: END_OF_GLOBAL_WINDOW + 1 })

/** Returns the last timestamp that belongs to the window: one millisecond before its end. */
export function maxTimestamp(window: Window): Timestamp {
  return window.end - 1
}

/** Says whether two windows share at least one instant; windows that only touch do not. */
export function windowsIntersect(a: Window, b: Window): boolean {
  return a.start < b.end && b.start < a.end
}

/** Orders windows by end, then by start: the order in which files and reports list them. */
export function compareWindows(a: Window, b: Window): number {
  return a.end - b.end || a.start - b.start
}

/** Writes a window as `[start, end)` in ISO 8601, or `global`. */
export function formatWindow(window: Window): string {
  if (window.start === GLOBAL_WINDOW.start && window.end === GLOBAL_WINDOW.end) return 'global'
  return `[${formatTimestamp(window.start)}, ${formatTimestamp(window.end)})`
}
