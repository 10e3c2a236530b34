/**
 * SlotSchedule: when each slot is due next, one time per slot.
 *
 * A time may move either way. The queue keeps a lower bound per slot and corrects it when it comes to the top (as HoldSet does), so
 * a timer that every element puts off costs one entry, not one per element.
 */
import { TimerQueue } from '../timer/timer-queue.ts'

/** The next time of every slot of a step. */
export class SlotSchedule {
  readonly #queue = new TimerQueue()
  /** Time of each slot; Infinity when it has none. */
  readonly #times: number[] = []
  /** Time under which the slot stands in the queue; Infinity when it does not. */
  readonly #queued: number[] = []

  /** Sets the time of a slot; Infinity takes it out. */
  set(slot: number, time: number): void {
    this.#times[slot] = time
    if (time < (this.#queued[slot] ?? Infinity)) {
      this.#queued[slot] = time
      this.#queue.push(time, slot)
    }
  }

  /** Earliest time, or Infinity. */
  peekTime(): number {
    const queue = this.#queue
    while (queue.size > 0) {
      const queued = queue.peekTime()
      const slot = queue.peekId()
      const time = this.#times[slot]!
      if (this.#queued[slot] === queued && time === queued) return time
      queue.pop()
      if (this.#queued[slot] !== queued) continue
      this.#queued[slot] = Infinity
      if (time < Infinity) this.set(slot, time)
    }
    return Infinity
  }

  /** Takes out every slot whose time is `time`, the earliest, and adds it to `slots`. */
  take(time: number, slots: number[]): void {
    while (this.peekTime() === time && this.#queue.size > 0) {
      const slot = this.#queue.pop()
      this.#queued[slot] = Infinity
      this.#times[slot] = Infinity
      slots.push(slot)
    }
  }
}
