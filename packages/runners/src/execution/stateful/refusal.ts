/**
 * Refusal: why a stateful step does not take an element (statements 10, 17).
 */
import { formatTimestamp, formatWindow, MAX_TIMESTAMP, type Timestamp } from '@tidemark/core'
import type { OpenWindow } from './record-index.ts'

/**
 * The reason not to take an element, if there is one: in order of arrival its window decides; in order of time the element itself, and
 * its window too, when it lies outside of it.
 */
export function refusal(
  ordered: boolean,
  { expiry }: OpenWindow,
  timestamp: Timestamp,
  time: number,
): 'too-late' | 'expired' | undefined {
  if (ordered && timestamp < time) return 'too-late'
  return expiry < time ? 'expired' : undefined
}

/** A refusal in words. */
export function refusalDetail(reason: 'too-late' | 'expired', { window, expiry }: OpenWindow, time: number): string {
  return reason === 'expired'
    ? `window ${formatWindow(window)} took elements until the step's clock passed ${formatTimestamp(expiry)}`
    : `elements run in the order of time, and the step's clock had come to ${formatTimestamp(Math.min(time, MAX_TIMESTAMP))}`
}
