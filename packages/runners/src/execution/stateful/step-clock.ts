/**
 * StepClock: the time of a stateful step. In order of arrival it is the input watermark; in order of event time it is the input
 * watermark less the lateness for which elements are waited for.
 *
 * The watermark promises that no element before it comes any more; one at it may. So what is due at a time runs when the clock is
 * strictly past that time, elements and timers alike. At the end of time everything is due: the clock reads Infinity.
 */
import { MAX_TIMESTAMP, MIN_TIMESTAMP, type Timestamp } from '@tidemark/core'
import { NumberColumn } from '../bundle/number-column.ts'

// To the engine below a global or imported constant may be anything until it is read, and a number that meets it is an object from
// then on. Constants of the module itself are known, which matters where every element passes.
const BEGINNING: number = MIN_TIMESTAMP
const END: number = MAX_TIMESTAMP
const AFTER_ALL: number = Infinity

/** Turns input watermarks into the step's time and back. */
export class StepClock {
  readonly #lateness: number
  readonly #times = new NumberColumn()

  constructor(lateness: number) {
    this.#lateness = lateness
  }

  /** The step's time at an input watermark: what lies strictly before it is due. */
  at(watermark: Timestamp): number {
    return timeAt(watermark, this.#lateness)
  }

  /** The step's time at each of several input watermarks, in a column that is written over by the next call but one. */
  times(watermarks: ArrayLike<Timestamp>, length: number): Float64Array {
    const times = this.#times.make(length)
    const lateness = this.#lateness
    for (let row = 0; row < length; row++) times[row] = timeAt(watermarks[row]!, lateness)
    return times
  }

  /** The input watermark strictly above which what is due at `time` runs; Infinity for Infinity. */
  watermarkOf(time: number): Timestamp {
    return time === Infinity ? Infinity : Math.min(MAX_TIMESTAMP - 1, time + this.#lateness)
  }
}

function timeAt(watermark: Timestamp, lateness: number): number {
  return watermark >= END ? AFTER_ALL : Math.max(BEGINNING, watermark - lateness)
}
