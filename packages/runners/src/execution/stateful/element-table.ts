/**
 * ElementTable: the state table of elements that wait. Each has an id, as a record of a StateTable has a slot, and whoever is about to
 * change one says `touch(id)`.
 *
 * Elements wait by the million and for a moment each, so they are columns: an object per element would outlive the young generation
 * and cost more than what is done with it. A snapshot holds what a StateTable would: ids, their elements, and the free ids in the
 * order of their freeing.
 */
import { decodeValue, encodeValue, type SourcePosition, type Timestamp } from '@tidemark/core'
import type { StateData } from '../snapshot/saved.ts'

/** An element that waits. */
export interface WaitingElement {
  /** Slot of its key and window. */
  readonly slot: number
  readonly timestamp: Timestamp
  readonly value: unknown
  /** Where it came from, kept only for a step that may enter it in the ledger as dead letter. */
  readonly position: SourcePosition | undefined
  /** How often it is to run; below zero it has been taken back before it came. Always 1 when not fed by changes. */
  readonly count: number
}

interface TableData {
  readonly slots: readonly number[]
  readonly records: readonly Uint8Array[]
  readonly free: readonly number[]
}

/** What is in the column of slots for an id that is free. */
const FREE = -1
/** Ids that a table has room for at first. */
const ROOM = 64

/** Waiting elements by id. */
export class ElementTable {
  #slots = new Int32Array(ROOM)
  #timestamps = new Float64Array(ROOM)
  readonly #values: unknown[] = []
  /** Columns that most steps have no use for: what is not in them has no position, and counts once. */
  #positions: Map<number, SourcePosition> | undefined
  #counts: Map<number, number> | undefined
  /** When each id was touched last. */
  #touched = new Int32Array(ROOM)
  #free: number[] = []
  #epoch = 0

  /** How many elements there are. */
  get size(): number {
    return this.#values.length - this.#free.length
  }

  /** When each element happened, by id. Another list when the table has grown. */
  get timestamps(): Float64Array {
    return this.#timestamps
  }

  /** Gives the element of a row of a bundle an id. */
  add(slot: number, timestamps: ArrayLike<Timestamp>, row: number, value: unknown): number {
    let id: number
    if (this.#free.length > 0) {
      id = this.#free.pop()!
      this.#values[id] = value
    } else {
      id = this.#values.push(value) - 1
      if (id === this.#slots.length) this.#grow(2 * id)
    }
    this.#slots[id] = slot
    this.#timestamps[id] = timestamps[row]!
    this.#touched[id] = this.#epoch
    return id
  }

  /** Slot of the key and window of an element; -1 when the id is free. */
  slotAt(id: number): number {
    return this.#slots[id]!
  }

  timestampAt(id: number): Timestamp {
    return this.#timestamps[id]!
  }

  valueAt(id: number): unknown {
    return this.#values[id]
  }

  countAt(id: number): number {
    return this.#counts === undefined ? 1 : (this.#counts.get(id) ?? 1)
  }

  positionAt(id: number): SourcePosition | undefined {
    return this.#positions === undefined ? undefined : this.#positions.get(id)
  }

  elementAt(id: number): WaitingElement {
    return {
      slot: this.slotAt(id),
      timestamp: this.timestampAt(id),
      value: this.valueAt(id),
      position: this.positionAt(id),
      count: this.countAt(id),
    }
  }

  /** Announces a change of the element; to be called before it. */
  touch(id: number): void {
    this.#touched[id] = this.#epoch
  }

  setCount(id: number, count: number): void {
    this.#counts ??= new Map()
    this.#counts.set(id, count)
  }

  setPosition(id: number, position: SourcePosition): void {
    this.#positions ??= new Map()
    this.#positions.set(id, position)
  }

  free(id: number): void {
    this.#slots[id] = FREE
    this.#values[id] = undefined
    this.#touched[id] = this.#epoch
    if (this.#positions !== undefined) this.#positions.delete(id)
    if (this.#counts !== undefined) this.#counts.delete(id)
    this.#free.push(id)
  }

  /** All elements with their ids, by id. */
  *entries(): Generator<readonly [id: number, element: WaitingElement]> {
    for (let id = 0; id < this.#values.length; id++) if (this.#slots[id] !== FREE) yield [id, this.elementAt(id)]
  }

  /** Ids given, touched or freed since the last call, in order: all that an increment would have to hold. */
  takeChanged(): readonly number[] {
    const changed: number[] = []
    for (let id = 0; id < this.#values.length; id++) if (this.#touched[id] === this.#epoch) changed.push(id)
    this.#epoch++
    return changed
  }

  /** The table as data; `dataOf` gives an element as plain data. */
  save(dataOf: (element: WaitingElement) => StateData): StateData {
    const slots: number[] = []
    const records: Uint8Array[] = []
    for (const [id, element] of this.entries()) {
      slots.push(id)
      records.push(encodeValue(dataOf(element)))
    }
    return { slots, records, free: [...this.#free] } satisfies TableData
  }

  /** Fills an empty table. */
  load(data: StateData, elementOf: (data: StateData) => WaitingElement): void {
    const { slots, records, free } = data as unknown as TableData
    const ids = slots.length + free.length
    while (this.#slots.length < ids) this.#grow(2 * this.#slots.length)
    for (let id = 0; id < ids; id++) this.#values.push(undefined)
    this.#slots.fill(FREE)
    for (const [index, id] of slots.entries()) {
      const { slot, timestamp, value, position, count } = elementOf(decodeValue(records[index]!) as StateData)
      this.#slots[id] = slot
      this.#timestamps[id] = timestamp
      this.#values[id] = value
      if (position !== undefined) this.setPosition(id, position)
      if (count !== 1) this.setCount(id, count)
    }
    this.#free = [...free]
  }

  #grow(room: number): void {
    const slots = new Int32Array(room)
    const timestamps = new Float64Array(room)
    const touched = new Int32Array(room)
    slots.set(this.#slots)
    timestamps.set(this.#timestamps)
    touched.set(this.#touched)
    this.#slots = slots
    this.#timestamps = timestamps
    this.#touched = touched
  }
}
