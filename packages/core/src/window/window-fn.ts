/**
 * Window functions: how an element gets its windows, and how windows merge.
 *
 * A WindowFn is frozen data with pure functions. Runners rely on two facts only: `merging`, and `tiling`, which lets
 * them reuse the window of the element before.
 */
import type { Timestamp } from '../time/timestamp.ts'
import type { Window } from './window.ts'

/** One merge: the windows `from` become `into`. */
export interface WindowMerge {
  readonly from: readonly Window[]
  readonly into: Window
}

/**
 * Assigns windows to elements.
 *
 * **Contract** — pure: the same timestamp and element give the same windows on every machine. `assign` may return no
 * window (the element then goes to the ledger as `no-window`) and never returns the same window twice.
 */
export interface WindowFn {
  /** Family of the function: `fixed`, `sliding`, `sessions`, `calendar`, `global`, or the name of a custom one. */
  readonly kind: string
  /** All parameters as one line of text. Functions with equal descriptions are compatible; it is part of the fingerprint. */
  readonly description: string
  /** Whether windows of one key may merge. */
  readonly merging: boolean
  /** Whether every timestamp lies in exactly one window, which holds it and depends on nothing but the timestamp. */
  readonly tiling: boolean
  readonly assign: (timestamp: Timestamp, element: unknown) => readonly Window[]
  /** Groups the windows that must become one. Only for merging functions; windows left out stay as they are. */
  readonly merge?: (windows: readonly Window[]) => readonly WindowMerge[]
  /** Moves an element's timestamp before the `earliest` combiner sees it (Python's OUTPUT_AT_EARLIEST_TRANSFORMED). */
  readonly outputTimestamp?: (window: Window, timestamp: Timestamp) => Timestamp
}
