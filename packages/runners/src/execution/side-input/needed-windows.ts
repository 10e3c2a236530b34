/**
 * NeededWindows: the side windows that the elements of a main window need, one of each view.
 *
 * Main windows that need the same ones share them, and so do the values that functions see: there is no object for each element.
 */
import type { SideInputs, SideValues } from '@tidemark/core'
import type { SideView, SideWindow } from './side-view.ts'

/** One side window of each view. */
export class NeededWindows {
  readonly sides: readonly SideWindow[]
  /** What functions see of them, by name. */
  readonly values: SideValues<SideInputs>
  /** How many of them are not ready. */
  awaited: number
  /** Slots of the units that wait for them. */
  readonly waiting: Set<number> = new Set()
  /** Whether the views know that an element has seen them. */
  isRead = false

  constructor(sides: readonly SideWindow[], values: SideValues<SideInputs>) {
    this.sides = sides
    this.values = values
    this.awaited = sides.reduce((awaited, { isReady }) => awaited + (isReady ? 0 : 1), 0)
    for (const side of sides) side.needs.add(this)
  }
}

/** All that is needed at one gate. */
export class Needs {
  readonly #names: readonly string[]
  readonly #views: readonly SideView[]
  readonly #bySlots = new Map<string, NeededWindows>()

  /** View `i` is called `names[i]`. */
  constructor(names: readonly string[], views: readonly SideView[]) {
    this.#names = names
    this.#views = views
  }

  /** How many there are. */
  get size(): number {
    return this.#bySlots.size
  }

  /** These side windows, one of each view. */
  of(sides: readonly SideWindow[]): NeededWindows {
    const slots = slotsOf(sides)
    let needed = this.#bySlots.get(slots)
    if (needed === undefined) {
      needed = new NeededWindows(sides, this.#valuesOf(sides))
      this.#bySlots.set(slots, needed)
    }
    return needed
  }

  /** Takes note that elements have seen them. */
  read(needed: NeededWindows): void {
    if (needed.isRead) return
    needed.isRead = true
    for (const [index, side] of needed.sides.entries()) this.#views[index]!.read(side)
  }

  /** Forgets all that need a side window. */
  forget({ needs }: SideWindow): void {
    for (const needed of needs) {
      this.#bySlots.delete(slotsOf(needed.sides))
      for (const side of needed.sides) side.needs.delete(needed)
    }
  }

  // A value that cannot be had is an error where it is read, so it must not be looked for before.
  #valuesOf(sides: readonly SideWindow[]): SideValues<SideInputs> {
    const properties = this.#names.map((name, index) => {
      const view = this.#views[index]!
      const side = sides[index]!
      return [name, { get: () => view.value(side), enumerable: true }] as const
    })
    return Object.freeze(Object.defineProperties({}, Object.fromEntries(properties)) as SideValues<SideInputs>)
  }
}

function slotsOf(sides: readonly SideWindow[]): string {
  return sides.length === 1 ? String(sides[0]!.slot) : sides.map(({ slot }) => slot).join(' ')
}
