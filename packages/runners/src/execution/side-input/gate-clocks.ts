/**
 * GateClocks: how far the inputs of a gate are: the main one, number 0, and the views.
 *
 * An input that is silent is as far as the least of those that speak, so that nobody waits for it; where all are silent, as far as the
 * one that is furthest, as if that one had been the last to fall silent (see InputWatermark). What a silent input brings later may be
 * too late by that. A view follows also a main input that has ended, whose elements would wait for ever. The main input follows no view
 * that has ended: what is known for good makes nothing late. Nothing ever moves back. The gate decides by these clocks what is ready, what
 * comes too late and what can be freed.
 */
import { MAX_TIMESTAMP, MIN_TIMESTAMP, type Timestamp } from '@tidemark/core'
import type { Saved, StateData } from '../snapshot/saved.ts'

interface ClocksData {
  readonly told: readonly Timestamp[]
  readonly idle: readonly boolean[]
  readonly clocks: readonly Timestamp[]
}

/** The watermarks of a gate's inputs. */
export class GateClocks implements Saved {
  /** Watermarks as they were told. */
  #told: Timestamp[]
  #idle: boolean[]
  /** Watermarks, where one that is silent follows those that speak. */
  #clocks: Timestamp[]

  constructor(inputs: number) {
    this.#told = Array.from({ length: inputs }, () => MIN_TIMESTAMP)
    this.#idle = this.#told.map(() => false)
    this.#clocks = [...this.#told]
  }

  /** Takes the watermark of an input. */
  advance(watermark: Timestamp, input: number): void {
    if (watermark <= this.#told[input]!) return
    this.#told[input] = watermark
    this.#update()
  }

  /** Lets an input that is silent follow the others, or go its own way again. */
  setIdle(isIdle: boolean, input: number): void {
    if (isIdle === this.#idle[input]) return
    this.#idle[input] = isIdle
    this.#update()
  }

  /** How far an input is. */
  of(input: number): Timestamp {
    return this.#clocks[input]!
  }

  /** The watermark of the main input as it was told: views lead nobody below the gate. */
  get main(): Timestamp {
    return this.#told[0]!
  }

  /** Whether the main input is silent and has not ended. */
  get mainIsIdle(): boolean {
    return this.#isSilent(0)
  }

  save(): StateData {
    return { told: [...this.#told], idle: [...this.#idle], clocks: [...this.#clocks] } satisfies ClocksData
  }

  load(data: StateData): void {
    const { told, idle, clocks } = data as unknown as ClocksData
    this.#told = [...told]
    this.#idle = [...idle]
    this.#clocks = [...clocks]
  }

  #isSilent(input: number): boolean {
    return this.#idle[input]! && this.#told[input]! < MAX_TIMESTAMP
  }

  #update(): void {
    const running = this.#leader(true)
    const any = this.#leader(false)
    for (const [input, told] of this.#told.entries()) {
      const leader = input === 0 ? running : any
      const reached = this.#isSilent(input) && leader > told ? leader : told
      if (reached > this.#clocks[input]!) this.#clocks[input] = reached
    }
  }

  /** The least watermark of the inputs that are not silent, of those that have not ended where that is asked; else the furthest. */
  #leader(running: boolean): Timestamp {
    let least = Infinity
    let furthest = MIN_TIMESTAMP
    for (const [input, told] of this.#told.entries()) {
      if (running && told >= MAX_TIMESTAMP) continue
      if (told > furthest) furthest = told
      if (!this.#isSilent(input) && told < least) least = told
    }
    return least === Infinity ? furthest : least
  }
}
