/**
 * CreateInput: the elements given in the program.
 */
import type { CreatePayload } from '@tidemark/core/graph'
import type { EngineInput } from '../execution/engine.ts'
import type { InputHost, JobInput } from './job-input.ts'

/** The elements of a `create` have one split. */
const SPLIT = '0'

/** A `create` at work: a bundle a turn, then the end. */
export class CreateInput implements JobInput {
  isComplete = false
  readonly isIdle = false
  readonly #input: EngineInput
  readonly #elements: readonly unknown[]
  readonly #host: InputHost
  #position = 0
  #started = false
  #end: number

  constructor(input: EngineInput, payload: CreatePayload, host: InputHost) {
    this.#input = input
    this.#elements = payload.elements
    this.#host = host
    this.#end = payload.elements.length
    input.openSplits([SPLIT])
  }

  get ready(): boolean {
    return this.#started && !this.isComplete
  }

  start(): void {
    this.#started = true
    this.#host.wake()
  }

  offer(): boolean {
    if (!this.ready) return false
    const start = this.#position
    const end = Math.min(this.#end, start + this.#host.bundleSize)
    if (start < end) {
      this.#position = end
      const elements = this.#elements.slice(start, end)
      const offsets = elements.map((_, index) => start + index)
      const batch = { elements, offsets, rejected: [], position: end, bytes: 0, done: end === this.#end }
      this.#host.offer(this.#input, SPLIT, batch)
    }
    if (end === this.#end) {
      this.isComplete = true
      this.#input.complete(SPLIT)
    }
    return true
  }

  nextIdle(): undefined {
    return undefined
  }

  markIdle(): void {
    // Elements that are at hand are never silent.
  }

  halt(): void {
    this.#started = true
    this.#end = this.#position
  }
}
