/**
 * TimerQueue: times waiting to come, earliest first, ties by id.
 *
 * A binary heap over flat arrays. Entries are never removed from the middle: their owner marks them stale, and says so when
 * they come to the top. Ties by id, as a snapshot knows ids but not who was first. Grouping, stateful steps and holds rely on it.
 */
/** Times with an id each, taken earliest first. */
export class TimerQueue {
  readonly #times: number[] = []
  readonly #ids: number[] = []

  get size(): number {
    return this.#times.length
  }

  /** Earliest time, or Infinity when nothing waits. */
  peekTime(): number {
    return this.#times.length === 0 ? Infinity : this.#times[0]!
  }

  /** Id at the top; only when {@link size} is above zero. */
  peekId(): number {
    return this.#ids[0]!
  }

  push(time: number, id: number): void {
    let index = this.#times.length
    this.#times.push(time)
    this.#ids.push(id)
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!this.#before(time, id, parent)) break
      this.#copy(parent, index)
      index = parent
    }
    this.#put(index, time, id)
  }

  /** Removes the top and returns its id. */
  pop(): number {
    const top = this.#ids[0]!
    const time = this.#times.pop()!
    const id = this.#ids.pop()!
    const size = this.#times.length
    if (size === 0) return top
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= size) break
      if (child + 1 < size && this.#before(this.#times[child + 1]!, this.#ids[child + 1]!, child)) child++
      if (this.#before(time, id, child)) break
      this.#copy(child, index)
      index = child
    }
    this.#put(index, time, id)
    return top
  }

  /** Every time with its id, in no order. */
  *entries(): Generator<readonly [time: number, id: number]> {
    for (const [index, time] of this.#times.entries()) yield [time, this.#ids[index]!]
  }

  #before(time: number, id: number, index: number): boolean {
    const other = this.#times[index]!
    return time < other || (time === other && id < this.#ids[index]!)
  }

  #copy(from: number, to: number): void {
    this.#put(to, this.#times[from]!, this.#ids[from]!)
  }

  #put(index: number, time: number, id: number): void {
    this.#times[index] = time
    this.#ids[index] = id
  }
}
