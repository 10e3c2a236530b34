/**
 * Watermark strategies: how a source that cannot know its progress estimates it from the timestamps it sees.
 *
 * A watermark at `t` says: elements before `t` are not expected any more. It is computed per split, after each element,
 * from data alone, so the same elements in the same order give the same watermarks whatever the bundles.
 */
import type { Duration } from '@js-joda/core'
import { requireNotNegative } from '../time/duration.ts'
import type { Timestamp } from '../time/timestamp.ts'

/** Estimates a watermark: the largest timestamp seen, less `bound` milliseconds. */
export interface WatermarkStrategy {
  readonly kind: 'bounded-out-of-orderness'
  readonly bound: number
}

/** Expects no element more than `bound` behind the latest one: the watermark is the largest timestamp seen less `bound`. */
export function boundedOutOfOrderness(bound: Duration): WatermarkStrategy {
  return Object.freeze({
    kind: 'bounded-out-of-orderness',
    bound: requireNotNegative(bound, 'The bound of boundedOutOfOrderness'),
  })
}

/** Expects timestamps that never go back: the watermark is the largest timestamp seen. */
export function monotonousTimestamps(): WatermarkStrategy {
  return Object.freeze({ kind: 'bounded-out-of-orderness', bound: 0 })
}

/** What a bounded source promises about the order of its event times, so that history closes windows as it goes. */
export interface EventTimeOrder {
  /** No element lies further behind the latest one of its split. */
  readonly disorder: Duration
  /** The earliest timestamp that the split of this id can hold; splits are then read in this order. */
  readonly partition?: (split: string) => Timestamp
}
