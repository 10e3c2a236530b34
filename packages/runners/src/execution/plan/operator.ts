/**
 * Operator: a step at run time. It is handed bundles and watermarks, and hands bundles and watermarks on.
 *
 * Everything is synchronous: when `process` returns, the bundle has gone as far down the graph as it can.
 */
import type { Timestamp } from '@tidemark/core'
import type { Bundle } from '../bundle/bundle.ts'
import type { Inspected } from '../explain/inspection.ts'
import type { Saved } from '../snapshot/saved.ts'

/** A step at run time. */
export interface Operator {
  /** Takes a bundle of input number `input`. */
  process(bundle: Bundle, input: number): void
  /** Learns that the watermark of input number `input` has moved to `watermark`; never back. */
  advance(watermark: Timestamp, input: number): void
  /** Learns that input number `input` is silent, so that nobody should wait for it, or that it speaks again. */
  idle?(isIdle: boolean, input: number): void
}

/** A step that keeps state and does something at times of its own. */
export interface TimedOperator extends Operator, Saved, Inspected {
  /**
   * Takes the watermark of input number `input`, moves the output watermark as far as it goes before what is due then has been done, and
   * does nothing of that yet.
   */
  approach(watermark: Timestamp, input: number): void
  /** The input watermark strictly above which the step has something to do; Infinity when nothing waits. */
  nextEventTime(): Timestamp
  /** The processing time strictly above which the step has something to do; Infinity when nothing waits. */
  nextProcessingTime(): number
  /** Does what is due at processing time `now`. */
  advanceProcessingTime(now: number): void
  /** How many elements wait in state, for the assertion of conservation. */
  waiting(): number
}
