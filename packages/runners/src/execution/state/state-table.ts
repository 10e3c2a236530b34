/**
 * StateTable: the only way to state. A record lives in a slot, an integer; whoever is about to change it says `touch(slot)`.
 *
 * That one call is where snapshots copy on write and increments learn what is dirty. Records are plain data. Slots of freed
 * records are used again; `generation` tells an old reference from a new one.
 */
/** Records of one step by slot. */
export class StateTable<R> {
  readonly #records: (R | undefined)[] = []
  readonly #generations: number[] = []
  readonly #free: number[] = []
  readonly #dirty = new Set<number>()
  #live = 0

  /** How many records live. */
  get size(): number {
    return this.#live
  }

  /** Puts a record into a slot of its own. */
  allocate(record: R): number {
    const slot = this.#free.pop() ?? this.#records.length
    this.#records[slot] = record
    this.#generations[slot] = (this.#generations[slot] ?? 0) + 1
    this.#dirty.add(slot)
    this.#live++
    return slot
  }

  /** The record of a slot, or `undefined` when it has been freed. */
  get(slot: number): R | undefined {
    return this.#records[slot]
  }

  /** How often the slot has been allocated. */
  generation(slot: number): number {
    return this.#generations[slot] ?? 0
  }

  /** Announces a change of the record; to be called before it. */
  touch(slot: number): void {
    this.#dirty.add(slot)
  }

  free(slot: number): void {
    if (this.#records[slot] === undefined) return
    this.#records[slot] = undefined
    this.#dirty.add(slot)
    this.#free.push(slot)
    this.#live--
  }

  /** All live records, by slot. */
  *records(): Generator<R> {
    for (const record of this.#records) if (record !== undefined) yield record
  }

  /** Slots changed since the last call. */
  takeDirty(): readonly number[] {
    const slots = [...this.#dirty]
    this.#dirty.clear()
    return slots
  }
}
