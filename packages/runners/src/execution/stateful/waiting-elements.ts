/**
 * WaitingElements: the elements of an ordered step that wait for its clock to pass their timestamps.
 *
 * Fed by changes, an element and the change that takes it back cancel each other while both wait, whichever came first: they are
 * equal when slot, timestamp and bytes are. What is left runs as often as it remains.
 */
import type { Coder, SourcePosition, Timestamp } from '@tidemark/core'
import type { StateData } from '../snapshot/saved.ts'
import { valueData, valueOf } from '../snapshot/value-data.ts'
import { StateTable } from '../state/state-table.ts'
import { TimerQueue } from '../timer/timer-queue.ts'

/** An element that waits. */
export interface WaitingElement {
  /** Slot of its key and window. */
  readonly slot: number
  readonly timestamp: Timestamp
  readonly value: unknown
  /** Where it came from, kept only for a step that may enter it in the ledger as dead letter. */
  readonly position: SourcePosition | undefined
  /** How often it is to run; below zero it has been taken back before it came. Always 1 when not fed by changes. */
  count: number
  /** What orders it among those of its slot and timestamp, made when there are several; its bytes when fed by changes. */
  order: string | undefined
}

type ElementData = readonly [
  slot: number,
  timestamp: Timestamp,
  value: StateData,
  count: number,
  position: SourcePosition | null,
]

/** The waiting elements of a step, by timestamp. */
export class WaitingElements {
  readonly #table = new StateTable<WaitingElement>()
  readonly #queue = new TimerQueue()
  /** Ids of waiting elements by identity, when fed by changes. */
  readonly #same = new Map<string, number>()

  /** Earliest timestamp, or Infinity. */
  peekTime(): number {
    const queue = this.#queue
    // Cancelled elements stay in the queue until they come to the top.
    while (queue.size > 0 && this.#table.get(queue.peekId())?.timestamp !== queue.peekTime()) queue.pop()
    return queue.peekTime()
  }

  /** Adds an element. */
  add(element: WaitingElement): void {
    this.#queue.push(element.timestamp, this.#table.allocate(element))
  }

  /** Adds a change with bytes `text`: `sign` times the element. Says by how much the number of waiting elements has grown: 1 or -1. */
  change(element: WaitingElement, text: string, sign: 1 | -1): 1 | -1 {
    const identity = identityOf(element, text)
    const id = this.#same.get(identity)
    if (id === undefined) {
      element.count = sign
      const added = this.#table.allocate(element)
      this.#same.set(identity, added)
      this.#queue.push(element.timestamp, added)
      return 1
    }
    this.#table.touch(id)
    const known = this.#table.get(id)!
    known.count += sign
    if (known.count === 0) {
      this.#table.free(id)
      this.#same.delete(identity)
    }
    return known.count * sign > 0 ? 1 : -1
  }

  /** Takes out every element with timestamp `time`, the earliest, and adds it to `elements`. `textOf` gives a change's bytes. */
  take(time: Timestamp, elements: WaitingElement[], textOf: (element: WaitingElement) => string): void {
    const queue = this.#queue
    while (queue.size > 0 && queue.peekTime() === time) {
      const id = queue.pop()
      const element = this.#table.get(id)
      if (element === undefined || element.timestamp !== time) continue
      this.#table.free(id)
      if (this.#same.size > 0) this.#same.delete(identityOf(element, textOf(element)))
      elements.push(element)
    }
  }

  /** The elements as data; without their order, which is made again. */
  save(coder: Coder<unknown> | undefined): StateData {
    return this.#table.save(({ slot, timestamp, value, position, count }) => {
      return [slot, timestamp, valueData(value, coder), count, position === undefined ? null : { ...position }]
    })
  }

  /** Fills an empty list; `textOf` gives a change's bytes where elements are changes. */
  load(
    data: StateData,
    coder: Coder<unknown> | undefined,
    textOf: ((element: WaitingElement) => string) | undefined,
  ): void {
    this.#table.load(data, (saved) => {
      const [slot, timestamp, value, count, position] = saved as unknown as ElementData
      return { slot, timestamp, value: valueOf(value, coder), position: position ?? undefined, count, order: undefined }
    })
    for (const [id, element] of this.#table.entries()) {
      this.#queue.push(element.timestamp, id)
      if (textOf !== undefined) this.#same.set(identityOf(element, textOf(element)), id)
    }
  }

  /** The elements that wait, in no order. */
  elements(): Iterable<WaitingElement> {
    return this.#table.records()
  }

  /** How many elements wait. */
  count(): number {
    let count = 0
    for (const element of this.#table.records()) count += Math.abs(element.count)
    return count
  }
}

function identityOf({ slot, timestamp }: WaitingElement, text: string): string {
  return `${slot} ${timestamp} ${text}`
}
