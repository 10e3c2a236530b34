/**
 * PendingUnits: what is in an asynchronous step, in the order in which it may leave, and what it holds the output watermark at.
 *
 * A unit leaves when all of its elements have their answers and nobody stands before it; with it go those that it was in the way of.
 */
import type { Timestamp } from '@tidemark/core'
import type { StateData } from '../snapshot/saved.ts'
import { StateTable } from '../state/state-table.ts'
import { HoldSet } from '../watermark/hold-set.ts'
import { Lanes } from './lanes.ts'
import { holdOf, type PendingElement, type PendingUnit } from './pending-unit.ts'
import type { UnitCodec } from './unit-data.ts'

/** The units of one step. */
export class PendingUnits {
  readonly #table = new StateTable<PendingUnit>()
  readonly #lanes: Lanes
  readonly #holds = new HoldSet()
  readonly #onLeave: (unit: PendingUnit) => void
  #count = 0

  /** `inOrder` says that units leave in the order in which they came; `onLeave` takes each that leaves. */
  constructor(inOrder: boolean, onLeave: (unit: PendingUnit) => void) {
    this.#lanes = new Lanes(inOrder)
    this.#onLeave = onLeave
  }

  /** How many elements are here. */
  get count(): number {
    return this.#count
  }

  /** Whether nothing is here, a pane without elements neither. */
  get isEmpty(): boolean {
    return this.#table.size === 0
  }

  /** The earliest timestamp of all elements, or Infinity. */
  get hold(): Timestamp {
    return this.#holds.min()
  }

  /** All elements, in no order. */
  elements(): readonly PendingElement[] {
    return [...this.#table.records()].flatMap(({ elements }) => elements)
  }

  /** Takes a unit in, behind all others. */
  enter(unit: PendingUnit): void {
    unit.slot = this.#table.allocate(unit)
    this.#place(unit)
    this.#leave(unit.slot)
  }

  /** Gives an element what it is to leave as. */
  answer(element: PendingElement, answer: unknown): void {
    const { unit } = element
    this.#table.touch(unit.slot)
    element.answered = true
    element.answer = answer
    unit.open--
    this.#leave(unit.slot)
  }

  /** Takes an element out that has no answer and will have none. */
  remove(element: PendingElement): void {
    const { unit } = element
    this.#table.touch(unit.slot)
    unit.elements = unit.elements.filter((other) => other !== element)
    unit.open--
    this.#count--
    this.#holds.set(unit.slot, holdOf(unit))
    this.#leave(unit.slot)
  }

  save(codec: UnitCodec): StateData {
    return this.#table.save(codec.save)
  }

  /** Fills an empty set. Returns all elements in the order in which they came. */
  load(data: StateData, codec: UnitCodec): readonly PendingElement[] {
    this.#table.load(data, codec.load)
    for (const [slot, unit] of this.#table.entries()) unit.slot = slot
    const units = [...this.#table.records()].sort((a, b) => a.serial - b.serial)
    for (const unit of units) this.#place(unit)
    return units.flatMap(({ elements }) => elements)
  }

  #place(unit: PendingUnit): void {
    this.#lanes.add(unit.slot, unit.pane)
    this.#holds.set(unit.slot, holdOf(unit))
    this.#count += unit.elements.length
  }

  #leave(first: number): void {
    const next = [first]
    for (let slot = next.pop(); slot !== undefined; slot = next.pop()) {
      const unit = this.#table.get(slot)
      if (unit === undefined || unit.open > 0 || !this.#lanes.isFirst(slot, unit.pane)) continue
      this.#table.free(slot)
      this.#holds.set(slot, Infinity)
      this.#count -= unit.elements.length
      this.#onLeave(unit)
      this.#lanes.leave(unit.pane, next)
    }
  }
}
