/**
 * TimerQueue: times waiting to come, earliest first, ties in the order in which they were set.
 *
 * A binary heap over flat arrays. Entries are never removed from the middle: their owner marks them stale, and says so when
 * they come to the top. Grouping, stateful steps and holds rely on it.
 */
/** Times with an id each, taken earliest first. */
export class TimerQueue {
  readonly #times: number[] = []
  readonly #ids: number[] = []
  readonly #order: number[] = []
  #count = 0

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
    const order = this.#count++
    this.#times.push(time)
    this.#ids.push(id)
    this.#order.push(order)
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!this.#before(time, order, parent)) break
      this.#copy(parent, index)
      index = parent
    }
    this.#put(index, time, id, order)
  }

  /** Removes the top and returns its id. */
  pop(): number {
    const top = this.#ids[0]!
    const time = this.#times.pop()!
    const id = this.#ids.pop()!
    const order = this.#order.pop()!
    const size = this.#times.length
    if (size === 0) return top
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= size) break
      if (child + 1 < size && this.#before(this.#times[child + 1]!, this.#order[child + 1]!, child)) child++
      if (this.#before(time, order, child)) break
      this.#copy(child, index)
      index = child
    }
    this.#put(index, time, id, order)
    return top
  }

  #before(time: number, order: number, index: number): boolean {
    const other = this.#times[index]!
    return time < other || (time === other && order < this.#order[index]!)
  }

  #copy(from: number, to: number): void {
    this.#put(to, this.#times[from]!, this.#ids[from]!, this.#order[from]!)
  }

  #put(index: number, time: number, id: number, order: number): void {
    this.#times[index] = time
    this.#ids[index] = id
    this.#order[index] = order
  }
}
