/**
 * ElementOrder: which of several elements of one key, window and timestamp runs first: by (`orderBy`, canonical bytes).
 *
 * `orderBy` is asked only where several elements wait for the same time, and bytes are made only where that leaves them equal, or
 * changes have to be matched: an element that is never compared is never encoded.
 */
import { encodeValue, PipelineError, thrownText, UserCodeError } from '@tidemark/core'
import type { StatefulPayload } from '@tidemark/core/graph'
import { compareTexts, textOfBytes } from '../state/byte-text.ts'
import type { WaitingElement } from './element-table.ts'

/** An element that is to be run now, among others of its time. */
export interface DueElement extends WaitingElement {
  /** Bytes of what `orderBy` says, and of the value, as text, once they were asked for. */
  own: string | undefined
  bytes: string | undefined
}

/** Compares elements of one timestamp. */
export class ElementOrder {
  readonly #payload: StatefulPayload
  readonly #step: string

  readonly #compareSlots: (a: number, b: number) => number

  constructor(payload: StatefulPayload, step: string, compareSlots: (a: number, b: number) => number) {
    this.#payload = payload
    this.#step = step
    this.#compareSlots = compareSlots
  }

  /** The bytes of a value, as text. */
  readonly bytesOf = (value: unknown): string => textOfBytes((this.#payload.valueCoder?.encode ?? encodeValue)(value))

  readonly compare = (a: DueElement, b: DueElement): number => {
    if (a.slot !== b.slot) return this.#compareSlots(a.slot, b.slot)
    const byOwn = compareTexts(this.#ownOf(a), this.#ownOf(b))
    if (byOwn !== 0) return byOwn
    return compareTexts((a.bytes ??= this.bytesOf(a.value)), (b.bytes ??= this.bytesOf(b.value)))
  }

  #ownOf(element: DueElement): string {
    element.own ??= this.#ownOrderOf(element.value)
    return element.own
  }

  #ownOrderOf(value: unknown): string {
    const { orderBy } = this.#payload
    if (orderBy === undefined) return ''
    let own: unknown
    try {
      own = orderBy(value)
    } catch (cause) {
      if (cause instanceof PipelineError) throw cause
      throw new UserCodeError(
        `orderBy of step "${this.#step}" threw: ${thrownText(cause)}. Elements of one timestamp cannot be put in order without it, and the ` +
          'result would depend on arrival. Correct the function; it must accept every element.',
        this.#step,
        cause,
      )
    }
    return textOfBytes(encodeValue(own))
  }
}
