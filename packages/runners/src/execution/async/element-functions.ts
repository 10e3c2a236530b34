/**
 * ElementFunctions: the functions of an asynchronous step that the engine itself calls, for one element at a time: `parse`, and the key
 * of the cache.
 *
 * What they throw ends the run, or makes a dead letter of the element alone.
 */
import { keyText, PipelineError, thrownText, type Timestamp } from '@tidemark/core'
import type { MapAsyncPayload } from '@tidemark/core/graph'
import { isSynchronous, PROGRAM_FAULTS, userCodeError } from '../stateless/user-code.ts'

/** Calls the functions of one step. */
export class ElementFunctions {
  /** What the last call that succeeded has given. */
  result: unknown = undefined
  readonly #payload: MapAsyncPayload
  readonly #step: string

  constructor(payload: MapAsyncPayload, step: string) {
    this.#payload = payload
    this.#step = step
  }

  /** Makes the text of an element's key, where there is a cache. Says why it cannot, when that makes the element a dead letter. */
  key(element: unknown, timestamp: Timestamp): string | undefined {
    const { cache } = this.#payload
    if (cache === undefined) return undefined
    try {
      this.result = keyText(cache.key(element))
      return undefined
    } catch (cause) {
      return this.#failure('the key of the cache', timestamp, cause)
    }
  }

  /** Makes of an answer what is emitted. Says why it cannot, when that makes the element a dead letter. */
  parse(answer: unknown, element: unknown, timestamp: Timestamp): string | undefined {
    const { parse } = this.#payload
    try {
      this.result = parse === undefined ? answer : parse(answer, element)
      if (parse !== undefined) isSynchronous(this.result, 'parse', this.#step)
      return undefined
    } catch (cause) {
      return this.#failure('parse', timestamp, cause)
    }
  }

  #failure(what: string, timestamp: Timestamp, cause: unknown): string {
    const isFault = cause instanceof PipelineError && PROGRAM_FAULTS.has(cause.code)
    if (isFault || this.#payload.onError === 'fail') throw userCodeError(what, this.#step, timestamp, cause)
    return `${what} threw: ${thrownText(cause)}`
  }
}
