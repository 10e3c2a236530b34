/**
 * ElementOrder: which of several elements of one key, window and timestamp runs first: by (`orderBy`, canonical bytes).
 *
 * Bytes are made only where several elements wait for the same time, or changes have to be matched: an element that is never
 * compared is never encoded.
 */
import { encodeValue, PipelineError, UserCodeError } from '@tidemark/core'
import type { StatefulPayload } from '@tidemark/core/graph'
import { compareTexts, textOfBytes } from '../state/byte-text.ts'
import type { WaitingElement } from './waiting-elements.ts'

/** Compares waiting elements of one timestamp. */
export class ElementOrder {
  readonly #payload: StatefulPayload
  readonly #step: string

  readonly #compareSlots: (a: number, b: number) => number

  constructor(payload: StatefulPayload, step: string, compareSlots: (a: number, b: number) => number) {
    this.#payload = payload
    this.#step = step
    this.#compareSlots = compareSlots
  }

  /** The bytes of an element's value, as text. */
  readonly bytesOf = ({ value }: WaitingElement): string =>
    textOfBytes((this.#payload.valueCoder?.encode ?? encodeValue)(value))

  readonly compare = (a: WaitingElement, b: WaitingElement): number =>
    a.slot === b.slot ? compareTexts(this.#orderOf(a), this.#orderOf(b)) : this.#compareSlots(a.slot, b.slot)

  // No encoding begins another, so bytes can follow one another and still compare part by part.
  #orderOf(element: WaitingElement): string {
    element.order ??= this.#ownOrderOf(element.value) + this.bytesOf(element)
    return element.order
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
        `orderBy of step "${this.#step}" threw: ${String(cause)}. Elements of one timestamp cannot be put in order without it, and the ` +
          'result would depend on arrival. Correct the function; it must accept every element.',
        this.#step,
        cause,
      )
    }
    return textOfBytes(encodeValue(own))
  }
}
