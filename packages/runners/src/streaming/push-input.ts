/**
 * PushInput: a source that delivers, such as an observable.
 *
 * Elements collect in bundles; a full one is offered at once, a smaller one at the next turn. Memory is bounded: an element for
 * which there is no room meets the overflow policy.
 */
import { PipelineError, type PushReceiver, type PushSource, type SourceBatch } from '@tidemark/core'
import type { ReadPayload } from '@tidemark/core/graph'
import type { EngineInput } from '../execution/engine.ts'
import { sourceFailure, type InputHost, type JobInput } from './job-input.ts'

/** A push source has one split. */
const SPLIT = '0'

/** A bundle that is being filled. */
interface Filling {
  readonly elements: unknown[]
  readonly offsets: number[]
}

/** How a source ended. */
type Ending = { readonly kind: 'complete' } | { readonly kind: 'error'; readonly cause: unknown }

/** A push source at work. */
export class PushInput implements JobInput {
  isComplete = false
  isIdle = false
  readonly #input: EngineInput
  readonly #payload: ReadPayload
  readonly #source: PushSource<unknown>
  readonly #host: InputHost
  readonly #capacity: number
  readonly #bundleSize: number
  #waiting: Filling[] = []
  #count = 0
  #delivered = 0
  #ending: Ending | undefined
  #closed = false
  #sourceEnded = false
  #disconnect: (() => void) | undefined
  #lastHeard = 0

  constructor(input: EngineInput, payload: ReadPayload, source: PushSource<unknown>, host: InputHost) {
    this.#input = input
    this.#payload = payload
    this.#source = source
    this.#host = host
    this.#capacity = source.overflow === 'buffer' ? source.limit : host.bundleSize
    this.#bundleSize = Math.min(host.bundleSize, this.#capacity)
    input.openSplits([SPLIT])
  }

  get ready(): boolean {
    return !this.isComplete && (this.#count > 0 || this.#ending !== undefined)
  }

  start(): void {
    this.#lastHeard = this.#host.now()
    const disconnect = this.#source.connect(this.#receiver())
    // A source that has ended by itself holds nothing; one that was told to stop while it was being subscribed to may.
    if (!this.#closed) this.#disconnect = disconnect
    else if (!this.#sourceEnded) disconnect()
  }

  offer(): boolean {
    const filling = this.#waiting.shift()
    if (filling === undefined) return this.#offerEnding()
    this.#count -= filling.elements.length
    this.isIdle = false
    this.#host.offer(this.#input, SPLIT, toBatch(filling))
    return true
  }

  nextIdle(): number | undefined {
    const { idleAfter } = this.#payload
    if (idleAfter === undefined || this.isIdle || this.#closed || this.#count > 0) return undefined
    return this.#lastHeard + idleAfter
  }

  markIdle(now: number): void {
    if (now < (this.nextIdle() ?? Infinity)) return
    this.isIdle = true
    this.#input.markIdle(SPLIT)
  }

  halt(ending: boolean): void {
    const disconnect = this.#disconnect
    this.#close(ending ? { kind: 'complete' } : undefined)
    if (!ending) {
      this.#waiting = []
      this.#count = 0
    }
    disconnect?.()
  }

  /** What the source is given; it looks at `closed` when it delivers in a loop that cannot be left from outside. */
  #receiver(): PushReceiver<unknown> {
    const isClosed = (): boolean => this.#closed
    return {
      next: (element) => this.#next(element),
      error: (cause) => this.#end({ kind: 'error', cause }),
      complete: () => this.#end({ kind: 'complete' }),
      get closed() {
        return isClosed()
      },
    }
  }

  #next(element: unknown): void {
    if (this.#closed) return
    const offset = this.#delivered++
    if (this.#payload.idleAfter !== undefined) this.#lastHeard = this.#host.now()
    if (this.#count >= this.#capacity) {
      this.#overflow(element, offset)
      return
    }
    let filling = this.#waiting.at(-1)
    if (filling === undefined || filling.elements.length >= this.#bundleSize) {
      filling = { elements: [], offsets: [] }
      this.#waiting.push(filling)
    }
    filling.elements.push(element)
    filling.offsets.push(offset)
    this.#count++
    if (this.#count === 1) this.#host.wake()
    if (this.#count >= this.#bundleSize) this.#host.takeTurn()
  }

  #end(ending: Ending): void {
    this.#sourceEnded = true
    if (this.#closed) return
    this.#close(ending)
    this.#host.wake()
  }

  #close(ending: Ending | undefined): void {
    this.#ending ??= ending
    this.#closed = true
    this.#disconnect = undefined
  }

  #offerEnding(): boolean {
    const ending = this.#ending
    if (ending === undefined || this.isComplete) return false
    this.isComplete = true
    if (ending.kind === 'error') throw sourceFailure(this.#input.step, ending.cause)
    this.#input.complete(SPLIT)
    return true
  }

  #overflow(element: unknown, offset: number): void {
    const { path } = this.#input.step
    const { overflow } = this.#source
    if (overflow === 'drop') {
      this.#input.overflow(SPLIT, element, offset, this.#count)
      return
    }
    this.#host.fail(
      new PipelineError(
        'OVERFLOW',
        `The source of step "${path}" delivered element ${offset} when ${this.#count} elements waited, and there was room for ${this.#capacity}. An observable cannot be made to wait, and memory is ` +
          'bounded. ' +
          (overflow === 'fail'
            ? "Let a stated number wait with overflow: 'buffer', limit: …, or leave out what is too much with overflow: 'drop'."
            : "Raise the limit, make the sink faster, or leave out what is too much with overflow: 'drop'."),
        { step: path },
      ),
    )
  }
}

function toBatch({ elements, offsets }: Filling): SourceBatch<unknown> {
  return { elements, offsets, rejected: [], position: offsets.at(-1)! + 1, bytes: 0, done: false }
}
