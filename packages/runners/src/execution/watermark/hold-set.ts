/**
 * HoldSet: the earliest of many holds on an output watermark, one per slot.
 *
 * A hold may move either way at any time, so the queue keeps a lower bound per slot and corrects it when it comes to the top.
 */
import { TimerQueue } from '../timer/timer-queue.ts'

/** The earliest hold of a step. */
export class HoldSet {
  readonly #queue = new TimerQueue()
  /** Hold of each slot; Infinity when there is none. */
  readonly #holds: number[] = []
  /** Time under which the slot stands in the queue; Infinity when it does not. */
  readonly #queued: number[] = []

  /** Sets the hold of a slot; Infinity removes it. */
  set(slot: number, time: number): void {
    this.#holds[slot] = time
    if (time < (this.#queued[slot] ?? Infinity)) {
      this.#queued[slot] = time
      this.#queue.push(time, slot)
    }
  }

  /** Earliest hold, or Infinity. */
  min(): number {
    while (this.#queue.size > 0) {
      const time = this.#queue.peekTime()
      const slot = this.#queue.peekId()
      if (this.#queued[slot] !== time) {
        this.#queue.pop()
        continue
      }
      const hold = this.#holds[slot]!
      if (hold === time) return time
      this.#queue.pop()
      this.#queued[slot] = Infinity
      if (hold < Infinity) {
        this.#queued[slot] = hold
        this.#queue.push(hold, slot)
      }
    }
    return Infinity
  }
}
