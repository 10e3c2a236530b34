/**
 * RunQueue: ids by time, earliest first, ties by id, for ids that come nearly in the order of their times.
 *
 * What comes in order is put at the end of a run, which costs nothing to keep sorted; what comes out of order goes into a heap. Both
 * are in the one order of (time, id), so what is taken next does not depend on which of them an id is in. Entries are never
 * removed from the middle: their owner marks them stale, and says so when they come to the top.
 */
import { TimerQueue } from '../timer/timer-queue.ts'

// See StepClock: the global constant is slow where every element passes.
const NEVER: number = Infinity
/** Room that a run begins with, and that it keeps when it is empty. */
const LEAST = 64

/** Times with an id each, taken earliest first. */
export class RunQueue {
  #times = new Float64Array(LEAST)
  #ids = new Int32Array(LEAST)
  /** The run is what lies from here to {@link #end}. */
  #start = 0
  #end = 0
  readonly #heap = new TimerQueue()
  /** The earliest time in the heap. */
  #late: number = NEVER
  /** The earliest time, and whether it is that of the run: asked for more often than it changes. */
  #earliest: number = NEVER
  #isRunNext = false

  get size(): number {
    return this.#end - this.#start + this.#heap.size
  }

  /** Earliest time, or Infinity when nothing waits. */
  get earliest(): number {
    return this.#earliest
  }

  /** Id at the top; only when {@link size} is above zero. */
  peekId(): number {
    return this.#isRunNext ? this.#ids[this.#start]! : this.#heap.peekId()
  }

  /** Adds an id under the time `times[id]`; to the engine below, a number that is handed over by itself is an object. */
  push(times: Float64Array, id: number): void {
    const time = times[id]!
    if (this.#start < this.#end && this.#isBeforeEnd(times, id)) {
      this.#heap.push(time, id)
      if (time < this.#late) this.#late = time
    } else {
      if (this.#end === this.#times.length) this.#makeRoom()
      this.#times[this.#end] = time
      this.#ids[this.#end] = id
      this.#end++
    }
    if (time <= this.#earliest) this.#look()
  }

  #isBeforeEnd(times: Float64Array, id: number): boolean {
    const time = times[id]!
    const last = this.#times[this.#end - 1]!
    return time < last || (time === last && id < this.#ids[this.#end - 1]!)
  }

  /** Removes the top and returns its id. */
  pop(): number {
    const id = this.#isRunNext ? this.#ids[this.#start++]! : this.#popLate()
    this.#look()
    return id
  }

  #popLate(): number {
    const id = this.#heap.pop()
    this.#late = this.#heap.peekTime()
    return id
  }

  #look(): void {
    const time = this.#start === this.#end ? NEVER : this.#times[this.#start]!
    this.#isRunNext = time < this.#late || (time === this.#late && this.#isRunFirst())
    this.#earliest = this.#isRunNext ? time : this.#late
  }

  #isRunFirst(): boolean {
    return this.#heap.size > 0 && this.#ids[this.#start]! < this.#heap.peekId()
  }

  // Moves the run to the beginning, into room for twice as many: so what is moved has come since it was moved last.
  #makeRoom(): void {
    const count = this.#end - this.#start
    const room = Math.max(LEAST, 2 ** Math.ceil(Math.log2(2 * count)))
    if (room === this.#times.length) {
      this.#times.copyWithin(0, this.#start, this.#end)
      this.#ids.copyWithin(0, this.#start, this.#end)
    } else {
      const times = new Float64Array(room)
      const ids = new Int32Array(room)
      times.set(this.#times.subarray(this.#start, this.#end))
      ids.set(this.#ids.subarray(this.#start, this.#end))
      this.#times = times
      this.#ids = ids
    }
    this.#start = 0
    this.#end = count
  }
}
