/**
 * A cache of the windows of a tiling function whose windows are costly to find.
 *
 * It changes no result: a window is found in it if and only if it holds the timestamp. Windows are found by binary
 * search, so elements of several days may come in any order.
 */
import type { Timestamp } from '../time/timestamp.ts'
import type { Window } from '../window/window.ts'

const MOST = 1024

/** Disjoint windows by the timestamps they hold, each as the list of one that `assign` returns. */
export class WindowCache {
  #starts: Timestamp[] = []
  #entries: (readonly [Window])[] = []

  /** Returns the list with the window that holds the timestamp, or undefined when it is not in the cache. */
  find(timestamp: Timestamp): readonly [Window] | undefined {
    const entry = this.#entries[this.#position(timestamp) - 1]
    return entry !== undefined && timestamp < entry[0].end ? entry : undefined
  }

  /** Adds a window that is not in the cache and returns the list with it. A full cache is emptied first. */
  add(window: Window): readonly [Window] {
    if (this.#starts.length >= MOST) {
      this.#starts = []
      this.#entries = []
    }
    const position = this.#position(window.start)
    const entry = Object.freeze([window] as const)
    this.#starts.splice(position, 0, window.start)
    this.#entries.splice(position, 0, entry)
    return entry
  }

  /** How many windows start at the timestamp or before. */
  #position(timestamp: Timestamp): number {
    let low = 0
    let high = this.#starts.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#starts[middle] ?? Infinity) <= timestamp) low = middle + 1
      else high = middle
    }
    return low
  }
}
