/**
 * WaitingElements: the elements of an ordered step that wait for its clock to pass their timestamps.
 *
 * Fed by changes, an element and the change that takes it back cancel each other while both wait, whichever came first: they are
 * equal when slot, timestamp and bytes are. What is left runs as often as it remains.
 */
import type { Coder, SourcePosition, Timestamp } from '@tidemark/core'
import type { StateData } from '../snapshot/saved.ts'
import { valueData, valueOf } from '../snapshot/value-data.ts'
import { ElementTable, type WaitingElement } from './element-table.ts'
import { RunQueue } from './run-queue.ts'

type ElementData = readonly [
  slot: number,
  timestamp: Timestamp,
  value: StateData,
  count: number,
  position: SourcePosition | null,
]

/** The waiting elements of a step, by timestamp. */
export class WaitingElements {
  /** The elements, those that have been taken among them until they are freed there. */
  readonly table: ElementTable = new ElementTable()
  readonly #queue = new RunQueue()
  /** Ids of waiting elements by identity, and the identities by id, when fed by changes. */
  readonly #same = new Map<string, number>()
  readonly #identities = new Map<number, string>()
  #areChanges = false
  /** Entries of the queue whose elements were cancelled: they stay there until they come to the top. */
  #cancelled = 0

  /** Earliest timestamp, or Infinity. */
  get earliest(): number {
    return this.#queue.earliest
  }

  /** Adds the element of a row; `position` only where it may be needed. */
  add(
    slot: number,
    timestamps: ArrayLike<Timestamp>,
    row: number,
    value: unknown,
    position: SourcePosition | undefined,
  ): void {
    const { table } = this
    const id = table.add(slot, timestamps, row, value)
    if (position !== undefined) table.setPosition(id, position)
    this.#queue.push(table.timestamps, id)
  }

  /**
   * Adds the change of a row, with bytes `text`: `sign` times the element. Says by how much the number of waiting elements has
   * grown: 1 or -1.
   */
  change(
    slot: number,
    timestamps: ArrayLike<Timestamp>,
    row: number,
    value: unknown,
    position: SourcePosition | undefined,
    text: string,
    sign: 1 | -1,
  ): 1 | -1 {
    const { table } = this
    const identity = identityOf(slot, timestamps[row]!, text)
    const id = this.#same.get(identity)
    if (id === undefined) {
      const added = table.add(slot, timestamps, row, value)
      table.setCount(added, sign)
      if (position !== undefined) table.setPosition(added, position)
      this.#remember(added, identity)
      this.#queue.push(table.timestamps, added)
      return 1
    }
    table.touch(id)
    const count = table.countAt(id) + sign
    if (count === 0) {
      this.#cancelled++
      this.free(id)
    } else {
      table.setCount(id, count)
    }
    return count * sign > 0 ? 1 : -1
  }

  /** Takes an element of the earliest timestamp, if there is one: its id, to be handed to {@link free} when it has been read. */
  take(): number {
    return this.#queue.pop()
  }

  /** Frees the id of an element that was taken. */
  free(id: number): void {
    if (this.#areChanges) this.#forget(id)
    this.table.free(id)
    if (this.#cancelled > 0) this.#skipCancelled()
  }

  // So none is ever at the top. The id of a cancelled element may by now be that of another.
  #skipCancelled(): void {
    const queue = this.#queue
    while (this.#cancelled > 0 && queue.size > 0) {
      const id = queue.peekId()
      if (this.table.slotAt(id) >= 0 && this.table.timestampAt(id) === queue.earliest) return
      queue.pop()
      this.#cancelled--
    }
  }

  #remember(id: number, identity: string): void {
    this.#areChanges = true
    this.#same.set(identity, id)
    this.#identities.set(id, identity)
  }

  #forget(id: number): void {
    this.#same.delete(this.#identities.get(id)!)
    this.#identities.delete(id)
  }

  /** The elements as data; without their order, which is made again. */
  save(coder: Coder<unknown> | undefined): StateData {
    return this.table.save(({ slot, timestamp, value, position, count }) => {
      return [slot, timestamp, valueData(value, coder), count, position === undefined ? null : { ...position }]
    })
  }

  /** Fills an empty list; `textOf` gives a change's bytes where elements are changes. */
  load(data: StateData, coder: Coder<unknown> | undefined, textOf: ((value: unknown) => string) | undefined): void {
    this.table.load(data, (saved) => {
      const [slot, timestamp, value, count, position] = saved as unknown as ElementData
      return { slot, timestamp, value: valueOf(value, coder), position: position ?? undefined, count }
    })
    const entries = [...this.table.entries()].toSorted(
      ([a, one], [b, other]) => one.timestamp - other.timestamp || a - b,
    )
    for (const [id, { slot, timestamp, value }] of entries) {
      this.#queue.push(this.table.timestamps, id)
      if (textOf !== undefined) this.#remember(id, identityOf(slot, timestamp, textOf(value)))
    }
  }

  /** The elements that wait, in no order. */
  *elements(): Generator<WaitingElement> {
    for (const [, element] of this.table.entries()) yield element
  }

  /** Whether none waits. */
  get isEmpty(): boolean {
    return this.table.size === 0
  }

  /** How many elements wait, with all that they count for. */
  count(): number {
    let count = 0
    for (const element of this.elements()) count += Math.abs(element.count)
    return count
  }
}

function identityOf(slot: number, timestamp: Timestamp, text: string): string {
  return `${slot} ${timestamp} ${text}`
}
