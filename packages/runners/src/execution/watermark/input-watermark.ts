/**
 * InputWatermark: the least watermark of several inputs.
 */
import { MAX_TIMESTAMP, MIN_TIMESTAMP, type Timestamp } from '@tidemark/core'
import type { Saved, StateData } from '../snapshot/saved.ts'

/** The watermark of a step with several inputs. Never moves back. */
export class InputWatermark implements Saved {
  #inputs: Timestamp[]
  #idle: boolean[]
  #least: Timestamp = MIN_TIMESTAMP

  constructor(inputs: number) {
    this.#inputs = Array.from({ length: inputs }, () => MIN_TIMESTAMP)
    this.#idle = this.#inputs.map(() => false)
  }

  get current(): Timestamp {
    return this.#least
  }

  /** Takes the watermark of one input; says whether the least has moved. */
  advance(watermark: Timestamp, input: number): boolean {
    if (watermark > this.#inputs[input]!) this.#inputs[input] = watermark
    return this.#update()
  }

  /** Leaves a silent input out of the minimum, or takes it in again; says whether the least has moved. */
  setIdle(isIdle: boolean, input: number): boolean {
    this.#idle[input] = isIdle
    return this.#update()
  }

  /** Whether all inputs that have not ended are silent, and there is one. */
  get isIdle(): boolean {
    let running = 0
    for (const [input, watermark] of this.#inputs.entries()) {
      if (watermark >= MAX_TIMESTAMP) continue
      if (!this.#idle[input]) return false
      running++
    }
    return running > 0
  }

  // Where all that have not ended are silent, the largest of them counts, as if that one had been the last to fall silent: which one
  // was must not matter. The end of time comes when all have ended.
  #update(): boolean {
    const running = this.#inputs.filter((watermark) => watermark < MAX_TIMESTAMP)
    const least = running.length === 0 ? MAX_TIMESTAMP : this.isIdle ? Math.max(...running) : this.leastBut(-1)
    if (least <= this.#least) return false
    this.#least = least
    return true
  }

  save(): StateData {
    return { inputs: [...this.#inputs], idle: [...this.#idle], least: this.#least }
  }

  load(data: StateData): void {
    const { inputs, idle, least } = data as { inputs: readonly number[]; idle: readonly boolean[]; least: Timestamp }
    this.#inputs = [...inputs]
    this.#idle = [...idle]
    this.#least = least
  }

  /** The least watermark of the inputs that are not silent, but one; Infinity when there is no other. */
  leastBut(input: number): Timestamp {
    let least = Infinity
    for (const [index, watermark] of this.#inputs.entries())
      if (index !== input && !this.#idle[index] && watermark < least) least = watermark
    return least
  }
}
