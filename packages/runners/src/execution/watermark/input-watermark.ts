/**
 * InputWatermark: the least watermark of several inputs.
 */
import { MIN_TIMESTAMP, type Timestamp } from '@tidemark/core'

/** The watermark of a step with several inputs. Never moves back. */
export class InputWatermark {
  readonly #inputs: Timestamp[]
  #least: Timestamp = MIN_TIMESTAMP

  constructor(inputs: number) {
    this.#inputs = Array.from({ length: inputs }, () => MIN_TIMESTAMP)
  }

  get current(): Timestamp {
    return this.#least
  }

  /** Takes the watermark of one input; says whether the least has moved. */
  advance(watermark: Timestamp, input: number): boolean {
    if (watermark > this.#inputs[input]!) this.#inputs[input] = watermark
    const least = Math.min(...this.#inputs)
    if (least <= this.#least) return false
    this.#least = least
    return true
  }

  /** The least watermark of the inputs but one; Infinity when there is no other. */
  leastBut(input: number): Timestamp {
    let least = Infinity
    for (const [index, watermark] of this.#inputs.entries()) if (index !== input && watermark < least) least = watermark
    return least
  }
}
