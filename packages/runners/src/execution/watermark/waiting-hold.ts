/**
 * What an element holds the output watermark at while it waits.
 *
 * Its timestamp; or the end of its window, where its timestamp lies beyond (`withTimestamps` moves elements and leaves them in their
 * windows): past that the window could expire below before the element has come. Gates and asynchronous steps rely on it.
 */
import type { Timestamp, Window } from '@tidemark/core'

/** The time that the output watermark may not pass while an element with this timestamp and window waits. */
export function waitingHold({
  timestamp,
  window,
}: {
  readonly timestamp: Timestamp
  readonly window: Window
}): Timestamp {
  const last = window.end - 1
  return timestamp < last ? timestamp : last
}
