/**
 * JoinClocks: the times of the two inputs of a join.
 *
 * Each input has a watermark and, by its lateness, a clock: what lies before the clock comes no more, and what still comes from there is too
 * late. An input that is silent follows the other, so that nobody waits for it; what it brings later may be too late by that. Where
 * both are silent they are as far as the one that is furthest, as if that one had been the last to fall silent (see InputWatermark). An
 * input that has ended leads nobody. Nothing ever moves back. Joins accept, free and decide by these clocks alone.
 */
import { MAX_TIMESTAMP, MIN_TIMESTAMP, type Timestamp } from '@tidemark/core'
import type { Saved, StateData } from '../snapshot/saved.ts'
import { StepClock } from '../stateful/step-clock.ts'

/** Number of the left input. */
export const LEFT = 0
/** Number of the right input. */
export const RIGHT = 1

interface ClocksData {
  readonly told: readonly Timestamp[]
  readonly idle: readonly boolean[]
  readonly effective: readonly Timestamp[]
}

/** The watermarks and clocks of two inputs. */
export class JoinClocks implements Saved {
  readonly #clocks: readonly [StepClock, StepClock]
  /** Watermarks as they were told. */
  #told: [Timestamp, Timestamp] = [MIN_TIMESTAMP, MIN_TIMESTAMP]
  #idle: [boolean, boolean] = [false, false]
  /** Watermarks where a silent input follows the other. */
  #effective: [Timestamp, Timestamp] = [MIN_TIMESTAMP, MIN_TIMESTAMP]

  /** `lateness` says for each side how long after its watermark elements are taken, milliseconds. */
  constructor(lateness: { readonly left: number; readonly right: number }) {
    this.#clocks = [new StepClock(lateness.left), new StepClock(lateness.right)]
  }

  /** Takes the watermark of an input; says whether any has moved. */
  advance(watermark: Timestamp, input: number): boolean {
    if (watermark <= this.#told[input]!) return false
    this.#told[input] = watermark
    if (this.#idle[LEFT] || this.#idle[RIGHT]) return this.#update()
    if (watermark <= this.#effective[input]!) return false
    this.#effective[input] = watermark
    return true
  }

  /** Lets an input that is silent follow the other, or go its own way again; says whether a watermark has moved. */
  setIdle(isIdle: boolean, input: number): boolean {
    this.#idle[input] = isIdle
    return this.#update()
  }

  /** Whether an input is silent and has not ended: it follows the other. */
  follows(input: number): boolean {
    return this.#idle[input]! && this.#told[input]! < MAX_TIMESTAMP
  }

  /** The watermark of an input; of a silent one that of the other, when that is further and has not ended. */
  watermark(input: number): Timestamp {
    return this.#effective[input]!
  }

  /** The time of an input: its watermark less its lateness, Infinity at the end of time. What lies strictly before it has come. */
  clock(input: number): number {
    return this.#clocks[input]!.at(this.#effective[input]!)
  }

  /** The time that an input would have at a watermark. */
  clockAt(watermark: Timestamp, input: number): number {
    return this.#clocks[input]!.at(watermark)
  }

  /** The watermark of an input strictly above which its clock has passed `time`; Infinity for Infinity. */
  watermarkOf(time: number, input: number): Timestamp {
    return this.#clocks[input]!.watermarkOf(time)
  }

  /** The watermark of the step: the least of both. */
  get inputWatermark(): Timestamp {
    return Math.min(this.#effective[LEFT], this.#effective[RIGHT])
  }

  /** Whether all inputs that have not ended are silent, and there is one. */
  get isIdle(): boolean {
    const [left, right] = this.#told
    if (left >= MAX_TIMESTAMP) return this.follows(RIGHT)
    return this.follows(LEFT) && (right >= MAX_TIMESTAMP || this.#idle[RIGHT])
  }

  save(): StateData {
    return { told: [...this.#told], idle: [...this.#idle], effective: [...this.#effective] } satisfies ClocksData
  }

  load(data: StateData): void {
    const { told, idle, effective } = data as unknown as ClocksData
    this.#told = [told[LEFT]!, told[RIGHT]!]
    this.#idle = [idle[LEFT]!, idle[RIGHT]!]
    this.#effective = [effective[LEFT]!, effective[RIGHT]!]
  }

  #update(): boolean {
    const left = this.#reach(LEFT, RIGHT)
    const right = this.#reach(RIGHT, LEFT)
    const moved = left > this.#effective[LEFT] || right > this.#effective[RIGHT]
    if (left > this.#effective[LEFT]) this.#effective[LEFT] = left
    if (right > this.#effective[RIGHT]) this.#effective[RIGHT] = right
    return moved
  }

  #reach(input: number, other: number): Timestamp {
    const own = this.#told[input]!
    const leader = this.#told[other]!
    return this.follows(input) && leader < MAX_TIMESTAMP && leader > own ? leader : own
  }
}
