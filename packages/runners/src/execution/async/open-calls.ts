/**
 * OpenCalls: the calls that an asynchronous step wants made, and who waits for each.
 *
 * A call is known by a number that is never used again. Its first element is the one that asks: the function sees that one. The driver
 * takes requests when it has room for them, in the order in which elements came, and says once how each has ended.
 */
import type { Timestamp, Window } from '@tidemark/core'
import type { PendingElement } from './pending-unit.ts'

/** A call that is to be made. */
export interface AsyncRequest {
  readonly id: number
  readonly element: unknown
  readonly timestamp: Timestamp
  readonly window: Window
}

/** The calls of one step that have not ended. */
export class OpenCalls {
  readonly #calls = new Map<number, PendingElement[]>()
  /** Ids of calls that nobody has taken, from `#first` on. */
  #wanted: number[] = []
  #first = 0

  /** Adds an element to its call, which is wanted when the element is the first. */
  add(element: PendingElement): void {
    const { call } = element
    const others = this.#calls.get(call)
    if (others !== undefined) {
      others.push(element)
      return
    }
    this.#calls.set(call, [element])
    this.#wanted.push(call)
  }

  /** The next calls that nobody has taken and that have not ended, at most so many. */
  take(most: number): readonly AsyncRequest[] {
    const taken: AsyncRequest[] = []
    while (taken.length < most && this.#first < this.#wanted.length) {
      const id = this.#wanted[this.#first++]!
      const asking = this.#calls.get(id)?.[0]
      if (asking === undefined) continue
      const { element, timestamp, window } = asking
      taken.push({ id, element, timestamp, window })
    }
    // Moving the rest costs as much as the part that has been taken, so each id is moved once, or never.
    if (this.#first * 2 > this.#wanted.length) {
      this.#wanted.splice(0, this.#first)
      this.#first = 0
    }
    return taken
  }

  /** Whether a call has not ended. */
  has(id: number): boolean {
    return this.#calls.has(id)
  }

  /** Ends a call; returns the elements that have waited for it, in the order in which they came. */
  end(id: number): readonly PendingElement[] {
    const elements = this.#calls.get(id)!
    this.#calls.delete(id)
    return elements
  }
}
