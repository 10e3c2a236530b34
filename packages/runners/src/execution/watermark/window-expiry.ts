/**
 * Expiry: the last time at which a window takes elements (statements 10-12).
 */
import { END_OF_GLOBAL_WINDOW, type Timestamp, type Window } from '@tidemark/core'

/** Last timestamp of the window plus the allowed lateness in milliseconds, capped at the end of the global window (cf. LateDataUtils). */
export function expiryOf(window: Window, allowedLateness: number): Timestamp {
  const last = window.end - 1
  return Math.min(last + allowedLateness, Math.max(END_OF_GLOBAL_WINDOW, last))
}
