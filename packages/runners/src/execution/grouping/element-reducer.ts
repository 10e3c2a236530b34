/**
 * ElementReducer: keeps the elements of a window themselves, each with the window that it was assigned, so that windows which have
 * merged can be parted again when an element is taken back.
 *
 * The elements are all there is: what they come to is reckoned from them when it is asked for. A combiner that can subtract is kept
 * up to date beside them, which its law (nothing is left of what was taken back) makes the same. ChangingSessions relies on it.
 */
import { assert, encodeValue, type Coder, type Timestamp, type Window } from '@tidemark/core'
import type { CombinePayload, GroupByKeyPayload } from '@tidemark/core/graph'
import { textOfBytes } from '../state/byte-text.ts'
import { valueData, valueOf } from '../snapshot/value-data.ts'
import type { StateData } from '../snapshot/saved.ts'
import { reducerOf } from './reducer-of.ts'
import type { Reducer } from './reducer.ts'

/** An element of a window. This is what {@link ElementReducer} takes for a value. */
export interface HeldElement {
  readonly value: unknown
  readonly timestamp: Timestamp
  /** The window that it was assigned, before any merged. */
  readonly window: Window
  /** The same for elements of equal time, window and bytes, and for no others. */
  readonly text: string
}

/** Equal elements, of which there is at least one. */
export interface Copies {
  readonly element: HeldElement
  count: number
}

interface Held {
  /** By text, in the order in which they came first. */
  readonly copies: Map<string, Copies>
  /** The accumulator of a combiner that can subtract. */
  combined: unknown
}

/** Keeps elements. Its accumulator is theirs alone; `undefined` stands for none. */
export class ElementReducer implements Reducer {
  readonly #plain: Reducer
  readonly #subtracts: boolean
  readonly #coder: Coder<unknown> | undefined

  constructor(payload: CombinePayload | GroupByKeyPayload) {
    this.#plain = reducerOf(payload, false)
    this.#subtracts = payload.primitive === 'combinePerKey' && payload.combineFn.subtractInput !== undefined
    this.#coder = payload.valueCoder
  }

  /** An element as this reducer takes it. */
  element(value: unknown, timestamp: Timestamp, window: Window): HeldElement {
    const bytes = this.#coder === undefined ? encodeValue(value) : this.#coder.encode(value)
    return { value, timestamp, window, text: `${timestamp} ${window.start} ${window.end} ${textOfBytes(bytes)}` }
  }

  /** The elements of an accumulator, equal ones together. */
  elementsOf(accumulator: unknown): Iterable<Copies> {
    return (accumulator as Held | undefined)?.copies.values() ?? []
  }

  /** How many elements of an accumulator are equal to one. */
  countOf(accumulator: unknown, { text }: HeldElement): number {
    return (accumulator as Held | undefined)?.copies.get(text)?.count ?? 0
  }

  create(): Held {
    return { copies: new Map(), combined: this.#subtracts ? this.#plain.create() : undefined }
  }

  add(accumulator: unknown, value: unknown): Held {
    return this.#add(accumulator as Held, value as HeldElement, 1)
  }

  subtract(accumulator: unknown, value: unknown): Held {
    const held = accumulator as Held
    const element = value as HeldElement
    const copies = held.copies.get(element.text)
    assert(copies !== undefined, 'a window was asked to give back an element that it does not hold')
    if (copies.count === 1) held.copies.delete(element.text)
    else copies.count--
    if (this.#subtracts) held.combined = this.#plain.subtract(held.combined, element.value, element.timestamp)
    return held
  }

  merge(accumulator: unknown, other: unknown): Held {
    const held = accumulator as Held
    for (const { element, count } of this.elementsOf(other)) this.#add(held, element, count)
    return held
  }

  extract(accumulator: unknown): unknown {
    const { copies, combined } = accumulator as Held
    if (this.#subtracts) return this.#plain.extract(combined)
    let result = this.#plain.create()
    for (const { element, count } of copies.values()) {
      for (let copy = 0; copy < count; copy++) result = this.#plain.add(result, element.value, element.timestamp)
    }
    return this.#plain.extract(result)
  }

  save(accumulator: unknown): StateData {
    return Array.from(this.elementsOf(accumulator), ({ element: { value, timestamp, window }, count }) => {
      return [timestamp, window.start, window.end, count, valueData(value, this.#coder)]
    })
  }

  load(data: StateData): Held {
    const held = this.create()
    type Saved = readonly [timestamp: Timestamp, start: Timestamp, end: Timestamp, count: number, value: StateData]
    for (const [timestamp, start, end, count, value] of data as readonly Saved[])
      this.#add(held, this.element(valueOf(value, this.#coder), timestamp, { start, end }), count)
    return held
  }

  saveOutput(output: unknown): StateData {
    return this.#plain.saveOutput(output)
  }

  loadOutput(data: StateData): unknown {
    return this.#plain.loadOutput(data)
  }

  #add(held: Held, element: HeldElement, count: number): Held {
    const copies = held.copies.get(element.text)
    if (copies === undefined) held.copies.set(element.text, { element, count })
    else copies.count += count
    for (let copy = 0; this.#subtracts && copy < count; copy++)
      held.combined = this.#plain.add(held.combined, element.value, element.timestamp)
    return held
  }
}
