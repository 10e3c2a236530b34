/**
 * The clocks of a join's two inputs: a silent input is as far as the other, when that speaks and is further; never back.
 */
import { MAX_TIMESTAMP, MIN_TIMESTAMP, type Timestamp } from '@tidemark/core'
import type { InputClock } from './step-runner.ts'

/** How far the left input is, and how far the right one. */
export type Sides = readonly [left: Timestamp, right: Timestamp]

/** The watermarks of both sides after what was learnt. */
export function learntWatermarks(before: Sides, [left, right]: readonly InputClock[]): Sides {
  return [Math.max(before[0], reach(left!, right!)), Math.max(before[1], reach(right!, left!))]
}

/** What lies strictly before the clock of a side comes no more. */
export function clockOf(watermark: Timestamp, lateness: number): number {
  return watermark === MAX_TIMESTAMP ? Infinity : Math.max(MIN_TIMESTAMP, watermark - lateness)
}

function reach(own: InputClock, other: InputClock): Timestamp {
  const follows = own.silent && own.watermark < MAX_TIMESTAMP && other.watermark < MAX_TIMESTAMP
  return follows ? Math.max(own.watermark, other.watermark) : own.watermark
}
