/**
 * AsOfRecords: the records of an as-of join, found by key, and when something is to be done about each.
 *
 * A row is let go when a later one hides it from every element that waits or may still come, when it is older than any of them may ask
 * for, or when no element can come any more; a record, when nothing is left in it. All of it goes by the clocks, so the state is that of
 * the rows and elements in the time between them, and one row per key.
 */
import { encodeKey, MIN_TIMESTAMP, type Coder, type Timestamp } from '@tidemark/core'
import type { AsOfJoinPayload } from '@tidemark/core/graph'
import { groupingError } from '../grouping/grouping-error.ts'
import type { StateData } from '../snapshot/saved.ts'
import { SlotSchedule } from '../stateful/slot-schedule.ts'
import { canonicalKey, KeyIndex } from '../state/key-index.ts'
import { StateTable } from '../state/state-table.ts'
import { HoldSet } from '../watermark/hold-set.ts'
import { AsOfCodec, freshRecord, visibleFrom, type AsOfOrders, type AsOfRecord } from './as-of-record.ts'

/** The records of one step, by slot. */
export class AsOfRecords {
  readonly table: StateTable<AsOfRecord> = new StateTable()
  /** The earliest element of each record that waits. */
  readonly due: SlotSchedule = new SlotSchedule()
  /** The earliest element of each record that has been answered and is kept. */
  readonly kept: SlotSchedule = new SlotSchedule()
  /** When rows of one instant are to be looked at. */
  readonly final: SlotSchedule = new SlotSchedule()
  /** When rows can be let go. */
  readonly prune: SlotSchedule = new SlotSchedule()
  readonly holds: HoldSet = new HoldSet()
  /** Whether no element comes any more. */
  leftHasEnded = false
  readonly #orders: AsOfOrders
  readonly #codec: AsOfCodec
  readonly #index: KeyIndex<AsOfRecord>
  readonly #keyCoder: Coder<unknown> | undefined
  readonly #maxAge: number
  readonly #step: string

  constructor(payload: AsOfJoinPayload, orders: AsOfOrders, step: string) {
    this.#orders = orders
    this.#codec = new AsOfCodec(payload, orders)
    this.#index = new KeyIndex(payload.keyCoder)
    this.#keyCoder = payload.keyCoder
    this.#maxAge = payload.maxAge
    this.#step = step
  }

  /** The record of a key, if it has one. */
  find(key: unknown): AsOfRecord | undefined {
    try {
      return this.#index.get(key)
    } catch (cause) {
      throw groupingError('The key coder', this.#step, cause)
    }
  }

  /** The record of a key, about to be changed; one is made when there is none. */
  recordOf(key: unknown): AsOfRecord {
    const known = this.find(key)
    if (known !== undefined) {
      this.table.touch(known.slot)
      return known
    }
    try {
      const own = canonicalKey(key, this.#keyCoder)
      const record = freshRecord(own, this.#orders)
      this.#index.set(own, record)
      record.slot = this.table.allocate(record)
      return record
    } catch (cause) {
      throw groupingError('The key coder', this.#step, cause)
    }
  }

  /** The key that stands for all equal ones, of an element whose key has no record. */
  ownKey(key: unknown): unknown {
    try {
      const own = canonicalKey(key, this.#keyCoder)
      // Text is checked when it is put into the index, where this key is not: the same text must not fail at other times only.
      if (typeof own === 'string') encodeKey(own)
      return own
    } catch (cause) {
      throw groupingError('The key coder', this.#step, cause)
    }
  }

  /** The record of a slot, about to be changed. */
  change(slot: number): AsOfRecord {
    this.table.touch(slot)
    return this.table.get(slot)!
  }

  /** Notes when a row that has been added is to be looked at. */
  noteRow(record: AsOfRecord, isNext: boolean, time: Timestamp, known: Timestamp | undefined): void {
    const { rows } = record
    let at = time + this.#maxAge
    if (rows.size > 1) {
      const visible = known === undefined ? time : Math.max(time, known)
      at = Math.min(at, visible, isNext ? Infinity : visibleFrom(rows, rows.first))
    }
    if (this.leftHasEnded && record.left.size === 0) at = Math.min(at, time)
    if (at < record.pruneAt) this.#pruneAt(record, at)
    if (!isNext && time < record.finalAt) this.finalAt(record, time)
  }

  dueAt(record: AsOfRecord, time: number): void {
    record.dueAt = time
    this.due.set(record.slot, time)
  }

  keptAt(record: AsOfRecord, time: number): void {
    record.keptAt = time
    this.kept.set(record.slot, time)
  }

  finalAt(record: AsOfRecord, time: number): void {
    record.finalAt = time
    this.final.set(record.slot, time)
  }

  hold(record: AsOfRecord, time: number): void {
    record.hold = time
    this.holds.set(record.slot, time)
  }

  /** Lets go of a record when nothing is in it, or of its rows when nobody can ask for them. Rows must be in order. */
  release(record: AsOfRecord): void {
    if (record.left.size > 0) return
    if (record.rows.size === 0) this.#free(record)
    else if (this.leftHasEnded) this.#pruneAt(record, Math.min(record.pruneAt, record.rows.times[record.rows.first]!))
  }

  /** No element comes any more: from now on rows are kept only for those that wait. */
  endLeft(): void {
    this.leftHasEnded = true
    for (const record of this.table.records()) {
      if (record.left.size > 0) continue
      this.table.touch(record.slot)
      this.#pruneAt(record, MIN_TIMESTAMP)
    }
  }

  /**
   * Lets go of the rows of a record that nobody can see when both clocks have passed `low`. Returns how many; rows must be in order, and
   * those before `low` final.
   */
  forget(record: AsOfRecord, low: number): number {
    const { rows, left } = record
    const { first, marks } = rows
    let keep = first
    // The latest row that every element still to come can see hides those before it.
    let hiding = rows.lower(low) - 1
    if (marks !== undefined) while (hiding >= first && marks[hiding]! >= low) hiding--
    if (hiding > keep) keep = hiding
    if (this.#maxAge < Infinity) keep = Math.max(keep, rows.lower(low - this.#maxAge))
    if (this.leftHasEnded && left.size === 0) keep = Math.max(keep, rows.lower(low))
    const weight = rows.weight(first, keep)
    rows.dropBefore(keep)
    this.#pruneAt(record, this.#nextPrune(record))
    this.release(record)
    return weight
  }

  save(): StateData {
    return this.table.save(this.#codec.save)
  }

  load(data: StateData): void {
    this.table.load(data, this.#codec.load)
    for (const [slot, record] of this.table.entries()) {
      const { key, dueAt, keptAt, finalAt, pruneAt, hold } = record
      record.slot = slot
      this.#index.set(key, record)
      this.due.set(slot, dueAt)
      this.kept.set(slot, keptAt)
      this.final.set(slot, finalAt)
      this.prune.set(slot, pruneAt)
      this.holds.set(slot, hold)
    }
  }

  #nextPrune({ rows, left }: AsOfRecord): number {
    const { first, end, times } = rows
    if (rows.size === 0) return Infinity
    let at = times[first]! + this.#maxAge
    // A row can be seen no earlier than its own time, so once the times are past there is none to be found.
    for (let row = first + 1; row < end && times[row]! < at; row++) at = Math.min(at, visibleFrom(rows, row))
    return this.leftHasEnded && left.size === 0 ? Math.min(at, times[first]!) : at
  }

  #pruneAt(record: AsOfRecord, time: number): void {
    record.pruneAt = time
    this.prune.set(record.slot, time)
  }

  #free({ key, slot, dueAt, keptAt, finalAt, pruneAt, hold }: AsOfRecord): void {
    this.#index.delete(key)
    if (dueAt < Infinity) this.due.set(slot, Infinity)
    if (keptAt < Infinity) this.kept.set(slot, Infinity)
    if (finalAt < Infinity) this.final.set(slot, Infinity)
    if (pruneAt < Infinity) this.prune.set(slot, Infinity)
    if (hold < Infinity) this.holds.set(slot, Infinity)
    this.table.free(slot)
  }
}
