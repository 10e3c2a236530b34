/**
 * Refusal: why a stateful step does not take an element (statements 10, 17).
 */
import { formatTimestamp, formatWindow, MAX_TIMESTAMP, type Timestamp } from '@tidemark/core'
import type { OpenWindow } from './record-index.ts'

/** Why an element that was not taken was refused: in order of time by its own timestamp, unless that lies outside of its window. */
export function refusal(ordered: boolean, timestamp: Timestamp, time: number): 'too-late' | 'expired' {
  return ordered && timestamp < time ? 'too-late' : 'expired'
}

/** A refusal in words. */
export function refusalDetail(reason: 'too-late' | 'expired', { window, expiry }: OpenWindow, time: number): string {
  return reason === 'expired'
    ? `window ${formatWindow(window)} took elements until the step's clock passed ${formatTimestamp(expiry)}`
    : `elements run in the order of time, and the step's clock had come to ${formatTimestamp(Math.min(time, MAX_TIMESTAMP))}`
}
