/**
 * Places: the origins that stand for one grouping step, key and window, where there may be several.
 *
 * A pane that comes by two ways has an origin for each, and so has a window that began anew after its trigger had finished. A place has the
 * elements of all of them. They are in the order of their ids, which a restored engine knows too.
 */
import { keyText } from '@tidemark/core'
import type { PaneOrigin } from '../bundle/pane.ts'
import { groupingError } from '../grouping/grouping-error.ts'
import { textOfBytes } from '../state/byte-text.ts'
import type { GroupingInflow } from './inflow.ts'

/** Text that is the same for origins of one place. Throws an error that names the step for a key that its coder does not take. */
export function placeOf({ step, key, window }: PaneOrigin, groupings: ReadonlyMap<number, GroupingInflow>): string {
  const { path, keyCoder } = groupings.get(step)!
  try {
    const text = keyCoder === undefined ? keyText(key) : textOfBytes(keyCoder.encode(key))
    return `${step} ${window.start} ${window.end} ${text}`
  } catch (cause) {
    throw groupingError('The key coder', path, cause)
  }
}

/** Origins by place. */
export class Places {
  readonly #groupings: ReadonlyMap<number, GroupingInflow>
  readonly #origins = new Map<string, readonly PaneOrigin[]>()

  constructor(groupings: ReadonlyMap<number, GroupingInflow>) {
    this.#groupings = groupings
  }

  /** Adds an origin that is not there yet. */
  add(origin: PaneOrigin): void {
    const place = placeOf(origin, this.#groupings)
    const origins = [...(this.#origins.get(place) ?? []), origin]
    this.#origins.set(
      place,
      origins.sort((a, b) => (a.id < b.id ? -1 : 1)),
    )
  }

  /** Removes an origin, if it is there. */
  remove(origin: PaneOrigin): void {
    const place = placeOf(origin, this.#groupings)
    const left = this.#origins.get(place)?.filter(({ id }) => id !== origin.id) ?? []
    if (left.length === 0) this.#origins.delete(place)
    else this.#origins.set(place, left)
  }

  /** The origins of the place of an origin. */
  at(origin: PaneOrigin): readonly PaneOrigin[] {
    return this.#origins.get(placeOf(origin, this.#groupings)) ?? []
  }
}
