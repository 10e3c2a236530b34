/**
 * Expiry: from when on a window takes no more elements (10-12).
 */
import { END_OF_GLOBAL_WINDOW, maxTimestamp, type Timestamp, type Window, type WindowingStrategy } from '@tidemark/core'

/** The last input watermark at which the window takes elements: its last timestamp plus the allowed lateness. */
export function expiryOf(windowing: WindowingStrategy, window: Window): Timestamp {
  return Math.min(maxTimestamp(window) + windowing.allowedLateness, END_OF_GLOBAL_WINDOW) // 12
}

/** Whether the window has expired: the input watermark is strictly past its expiry (11). */
export function isExpired(windowing: WindowingStrategy, window: Window, inputWatermark: Timestamp): boolean {
  return expiryOf(windowing, window) < inputWatermark
}
