/**
 * StandingPanes: what stands of each key and window of the groupings above a write step, until nothing more can come of it.
 *
 * Rows are kept by the origin of their panes. An origin is due when the watermark moves past the last moment at which its window takes
 * elements: its last pane has come then, as the watermark waits for it above. For one that comes after a silence, behind the watermark,
 * that is the next step of the watermark: what holds it back meanwhile is that very grouping. So memory stays flat while time goes on.
 */
import type { FinalValue, Timestamp } from '@tidemark/core'
import type { PaneOrigin } from '../bundle/pane.ts'
import type { Saved, StateData } from '../snapshot/saved.ts'
import { StateTable } from '../state/state-table.ts'
import { TimerQueue } from '../timer/timer-queue.ts'
import { expiryOf } from '../watermark/window-expiry.ts'
import type { GroupingInflow } from './inflow.ts'
import { loadPlace, savePlace, type ValueCoder } from './standing-data.ts'

/** The rows that stand for one origin. */
export interface StandingPane {
  readonly origin: PaneOrigin
  rows: FinalValue<unknown>[]
  /** The watermark past which nothing more comes of it. */
  readonly due: Timestamp
}

const NOTHING: readonly FinalValue<unknown>[] = Object.freeze([])

/** What stands, by origin. */
export class StandingPanes implements Saved {
  readonly #groupings: ReadonlyMap<number, GroupingInflow>
  readonly #coder: ValueCoder
  readonly #table = new StateTable<StandingPane>()
  readonly #slots = new Map<string, number>()
  readonly #due = new TimerQueue()

  constructor(groupings: ReadonlyMap<number, GroupingInflow>, coder: ValueCoder) {
    this.#groupings = groupings
    this.#coder = coder
  }

  /** The rows of an origin. */
  rowsOf({ id }: PaneOrigin): readonly FinalValue<unknown>[] {
    const slot = this.#slots.get(id)
    return slot === undefined ? NOTHING : this.#table.get(slot)!.rows
  }

  /** Puts rows in the place of all that stood for an origin; the array is then the table's. Says whether the origin is new here. */
  replace(origin: PaneOrigin, rows: FinalValue<unknown>[]): boolean {
    const isNew = !this.#slots.has(origin.id)
    this.#open(origin).rows = rows
    return isNew
  }

  /** Adds rows to those of an origin. Says whether the origin is new here. */
  add(origin: PaneOrigin, rows: readonly FinalValue<unknown>[]): boolean {
    const isNew = !this.#slots.has(origin.id)
    const pane = this.#open(origin)
    for (const row of rows) pane.rows.push(row)
    return isNew
  }

  /** Forgets an origin and returns what stood for it. */
  remove({ id }: PaneOrigin): readonly FinalValue<unknown>[] {
    const slot = this.#slots.get(id)
    if (slot === undefined) return NOTHING
    const { rows } = this.#table.get(slot)!
    this.#slots.delete(id)
    this.#table.free(slot)
    return rows
  }

  /** The earliest watermark past which something is due, Infinity when nothing stands. */
  nextDue(): Timestamp {
    const queue = this.#due
    // Those that were removed stay in the queue until they come to the top.
    while (queue.size > 0 && this.#table.get(queue.peekId())?.due !== queue.peekTime()) queue.pop()
    return queue.peekTime()
  }

  /** Takes out what is due at a watermark, one after the other; `undefined` when nothing is. */
  takeDue(watermark: Timestamp): StandingPane | undefined {
    if (this.nextDue() >= watermark) return undefined
    const pane = this.#table.get(this.#due.pop())!
    this.remove(pane.origin)
    return pane
  }

  /** All that stands. */
  panes(): Iterable<StandingPane> {
    return this.#table.records()
  }

  save(): StateData {
    return this.#table.save(({ origin, rows }) => {
      const { path, keyCoder } = this.#groupings.get(origin.step)!
      return savePlace(origin, rows, path, keyCoder, this.#coder)
    })
  }

  load(data: StateData): void {
    const byPath = new Map([...this.#groupings.values()].map((grouping) => [grouping.path, grouping]))
    this.#table.load(data, (saved) => {
      const { origin, rows } = loadPlace(saved, byPath, this.#coder)
      return { origin, rows, due: this.#dueOf(origin) }
    })
    for (const [slot, pane] of this.#table.entries()) this.#file(slot, pane)
  }

  #open(origin: PaneOrigin): StandingPane {
    const known = this.#slots.get(origin.id)
    if (known !== undefined) {
      this.#table.touch(known)
      return this.#table.get(known)!
    }
    const opened: StandingPane = { origin, rows: [], due: this.#dueOf(origin) }
    this.#file(this.#table.allocate(opened), opened)
    return opened
  }

  #file(slot: number, { origin, due }: StandingPane): void {
    this.#slots.set(origin.id, slot)
    this.#due.push(due, slot)
  }

  #dueOf({ step, window }: PaneOrigin): Timestamp {
    return expiryOf(window, this.#groupings.get(step)!.allowedLateness)
  }
}
