/**
 * StepClock: the time of a stateful step. In order of arrival it is the input watermark; in order of event time it is the input
 * watermark less the lateness for which elements are waited for.
 *
 * The watermark promises that no element before it comes any more; one at it may. So what is due at a time runs when the clock is
 * strictly past that time, elements and timers alike. At the end of time everything is due: the clock reads Infinity.
 */
import { MAX_TIMESTAMP, MIN_TIMESTAMP, type Timestamp } from '@tidemark/core'

/** Turns input watermarks into the step's time and back. */
export class StepClock {
  readonly #lateness: number

  constructor(lateness: number) {
    this.#lateness = lateness
  }

  /** The step's time at an input watermark: what lies strictly before it is due. */
  at(watermark: Timestamp): number {
    return watermark >= MAX_TIMESTAMP ? Infinity : Math.max(MIN_TIMESTAMP, watermark - this.#lateness)
  }

  /** The input watermark strictly above which what is due at `time` runs; Infinity for Infinity. */
  watermarkOf(time: number): Timestamp {
    return time === Infinity ? Infinity : Math.min(MAX_TIMESTAMP - 1, time + this.#lateness)
  }
}
