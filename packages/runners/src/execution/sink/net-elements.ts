/**
 * NetElements: changes without panes, such as a join's, added up until nothing can change them any more.
 *
 * An element and what takes it back are equal by window, timestamp and bytes, and cancel each other, whichever came first. Whoever emits such
 * changes does so while its watermark, less its lateness, has not passed their timestamp: past that, what is left is final.
 */
import { encodeValue, END_OF_GLOBAL_WINDOW, formatTimestamp, formatWindow } from '@tidemark/core'
import type { FinalValue, Sign, Timestamp } from '@tidemark/core'
import { groupingError, unknownChange } from '../grouping/grouping-error.ts'
import type { Saved, StateData } from '../snapshot/saved.ts'
import { textOfBytes } from '../state/byte-text.ts'
import { StateTable } from '../state/state-table.ts'
import { TimerQueue } from '../timer/timer-queue.ts'
import { loadRow, saveRow, type ValueCoder } from './standing-data.ts'

/** An element with how often it stands; below zero it was taken back before it came. */
export interface NetElement {
  readonly element: FinalValue<unknown>
  count: number
  /** The watermark past which nothing changes it any more. */
  readonly due: Timestamp
}

type NetData = readonly [row: StateData, count: number]

/** Changes that are not final yet. */
export class NetElements implements Saved {
  readonly #step: string
  readonly #allowedLateness: number
  readonly #coder: ValueCoder
  readonly #table = new StateTable<NetElement>()
  readonly #slots = new Map<string, number>()
  readonly #due = new TimerQueue()

  constructor(step: string, allowedLateness: number, coder: ValueCoder) {
    this.#step = step
    this.#allowedLateness = allowedLateness
    this.#coder = coder
  }

  /** Adds an element or takes it back. Says by how much the number of those that wait has grown: 1 or -1. */
  change(element: FinalValue<unknown>, sign: Sign): 1 | -1 {
    const identity = this.#identityOf(element)
    const slot = this.#slots.get(identity)
    if (slot === undefined) {
      const opened = { element, count: sign, due: this.#dueOf(element) }
      this.#file(this.#table.allocate(opened), opened, identity)
      return 1
    }
    this.#table.touch(slot)
    const known = this.#table.get(slot)!
    known.count += sign
    if (known.count === 0) {
      this.#table.free(slot)
      this.#slots.delete(identity)
    }
    return known.count * sign > 0 ? 1 : -1
  }

  /** The earliest watermark past which something is due, Infinity when nothing waits. */
  nextDue(): Timestamp {
    const queue = this.#due
    while (queue.size > 0 && this.#table.get(queue.peekId())?.due !== queue.peekTime()) queue.pop()
    return queue.peekTime()
  }

  /** Takes out what is due at a watermark, one after the other; `undefined` when nothing is. */
  takeDue(watermark: Timestamp): NetElement | undefined {
    if (this.nextDue() >= watermark) return undefined
    const slot = this.#due.pop()
    const net = this.#table.get(slot)!
    this.#table.free(slot)
    this.#slots.delete(this.#identityOf(net.element))
    const { window, timestamp } = net.element
    if (net.count > 0) return net
    throw unknownChange(
      `an element of ${formatWindow(window)} at ${formatTimestamp(timestamp)} that has not come`,
      this.#step,
    )
  }

  /** How many changes wait. */
  waiting(): number {
    let waiting = 0
    for (const { count } of this.#table.records()) waiting += Math.abs(count)
    return waiting
  }

  save(): StateData {
    return this.#table.save(({ element, count }) => [saveRow(element, this.#coder), count] satisfies NetData)
  }

  load(data: StateData): void {
    this.#table.load(data, (saved) => {
      const [row, count] = saved as unknown as NetData
      const element = loadRow(row, this.#coder)
      return { element, count, due: this.#dueOf(element) }
    })
    for (const [slot, net] of this.#table.entries()) this.#file(slot, net, this.#identityOf(net.element))
  }

  #file(slot: number, { due }: NetElement, identity: string): void {
    this.#slots.set(identity, slot)
    this.#due.push(due, slot)
  }

  #dueOf({ timestamp }: FinalValue<unknown>): Timestamp {
    return Math.min(timestamp + this.#allowedLateness, END_OF_GLOBAL_WINDOW)
  }

  #identityOf({ value, timestamp, window }: FinalValue<unknown>): string {
    try {
      return `${timestamp} ${window.start} ${window.end} ${textOfBytes((this.#coder?.encode ?? encodeValue)(value))}`
    } catch (cause) {
      throw groupingError('The coder', this.#step, cause)
    }
  }
}
