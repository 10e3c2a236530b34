/**
 * StateTable: the only way to state. A record lives in a slot, an integer; whoever is about to change it says `touch(slot)`.
 *
 * That one call is where increments learn what has changed, and where a snapshot taken in slices would copy on write. A snapshot
 * keeps slots and the order in which free ones are used again: what runs on after a restore does as it would have done without.
 */
import { decodeValue, encodeValue } from '@tidemark/core'
import type { StateData } from '../snapshot/saved.ts'

/** A saved table: live slots in order, the bytes of their records, and the free slots in the order of their freeing. */
interface TableData {
  readonly slots: readonly number[]
  readonly records: readonly Uint8Array[]
  readonly free: readonly number[]
}

/** Records of one step by slot. */
export class StateTable<R> {
  readonly #records: (R | undefined)[] = []
  /** When each slot was touched last. */
  readonly #touched: number[] = []
  #free: number[] = []
  #epoch = 0
  #live = 0

  /** How many records live. */
  get size(): number {
    return this.#live
  }

  /** Puts a record into a slot of its own. */
  allocate(record: R): number {
    const slot = this.#free.pop() ?? this.#records.length
    this.#records[slot] = record
    this.#touched[slot] = this.#epoch
    this.#live++
    return slot
  }

  /** The record of a slot, or `undefined` when it has been freed. */
  get(slot: number): R | undefined {
    return this.#records[slot]
  }

  /** Announces a change of the record; to be called before it. */
  touch(slot: number): void {
    this.#touched[slot] = this.#epoch
  }

  free(slot: number): void {
    if (this.#records[slot] === undefined) return
    this.#records[slot] = undefined
    this.#touched[slot] = this.#epoch
    this.#free.push(slot)
    this.#live--
  }

  /** All live records, by slot. */
  *records(): Generator<R> {
    for (const record of this.#records) if (record !== undefined) yield record
  }

  /** All live records with their slots, by slot. */
  *entries(): Generator<readonly [slot: number, record: R]> {
    for (const [slot, record] of this.#records.entries()) if (record !== undefined) yield [slot, record]
  }

  /** Slots allocated, touched or freed since the last call, in order: all that an increment would have to hold. */
  takeChanged(): readonly number[] {
    const changed: number[] = []
    for (const [slot, epoch] of this.#touched.entries()) if (epoch === this.#epoch) changed.push(slot)
    this.#epoch++
    return changed
  }

  /** The table as data; `dataOf` gives a record as plain data. */
  save(dataOf: (record: R) => StateData): StateData {
    const slots: number[] = []
    const records: Uint8Array[] = []
    for (const [slot, record] of this.entries()) {
      slots.push(slot)
      records.push(encodeValue(dataOf(record)))
    }
    return { slots, records, free: [...this.#free] } satisfies TableData
  }

  /** Fills an empty table. */
  load(data: StateData, recordOf: (data: StateData) => R): void {
    const { slots, records, free } = data as unknown as TableData
    for (const [index, slot] of slots.entries()) {
      while (this.#records.length <= slot) {
        this.#records.push(undefined)
        this.#touched.push(this.#epoch)
      }
      this.#records[slot] = recordOf(decodeValue(records[index]!) as StateData)
    }
    for (const slot of free) {
      while (this.#records.length <= slot) {
        this.#records.push(undefined)
        this.#touched.push(this.#epoch)
      }
    }
    this.#free = [...free]
    this.#live = slots.length
  }
}
