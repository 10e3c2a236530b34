/**
 * Lanes: who must not leave before whom.
 *
 * A unit stands in the lanes it was put into and may leave when it is the first in each. In order of input there is one lane. Otherwise
 * there is one for each key and window of a grouping: panes of one never overtake each other, and the note that a window has become part
 * of another stands in the lanes of both.
 */
import type { Pane } from '../bundle/pane.ts'

/** The lane of everything that is in order of input. */
const ALL: readonly string[] = Object.freeze([''])
const NONE: readonly string[] = Object.freeze([])

interface Lane {
  readonly slots: number[]
  /** Place of the first; what is before it has left. */
  first: number
}

/** The lanes of one step, with the slots of the units in them. */
export class Lanes {
  readonly #inOrder: boolean
  readonly #lanes = new Map<string, Lane>()

  /** `inOrder` says that all units leave in the order in which they come. */
  constructor(inOrder: boolean) {
    this.#inOrder = inOrder
  }

  /** Puts a unit behind all others of its lanes. */
  add(slot: number, pane: Pane | undefined): void {
    for (const id of this.#of(pane)) {
      const lane = this.#lanes.get(id)
      if (lane === undefined) this.#lanes.set(id, { slots: [slot], first: 0 })
      else lane.slots.push(slot)
    }
  }

  /** Whether nobody stands before a unit. */
  isFirst(slot: number, pane: Pane | undefined): boolean {
    for (const id of this.#of(pane)) {
      const { slots, first } = this.#lanes.get(id)!
      if (slots[first] !== slot) return false
    }
    return true
  }

  /** Takes a unit out that is the first in its lanes, and adds to `next` those that have become the first of one. */
  leave(pane: Pane | undefined, next: number[]): void {
    for (const id of this.#of(pane)) {
      const lane = this.#lanes.get(id)!
      lane.first++
      if (lane.first === lane.slots.length) {
        this.#lanes.delete(id)
        continue
      }
      next.push(lane.slots[lane.first]!)
      // Moving the rest costs as much as the part that has left, so each unit is moved once, or never.
      if (lane.first * 2 > lane.slots.length) {
        lane.slots.splice(0, lane.first)
        lane.first = 0
      }
    }
  }

  #of(pane: Pane | undefined): readonly string[] {
    if (this.#inOrder) return ALL
    if (pane === undefined) return NONE
    const { origin, absorbedBy } = pane
    // A session that falls apart is absorbed by itself: one lane, not the same one twice.
    return absorbedBy === undefined || absorbedBy.id === origin.id ? [origin.id] : [origin.id, absorbedBy.id]
  }
}
