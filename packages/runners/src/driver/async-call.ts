/**
 * AsyncCall: one call of an asynchronous step, with its tries, until it has an answer or has failed for good.
 *
 * A try ends once: by what the function gives or throws, or by its time running out, whichever comes first. What comes later is nobody's:
 * it is ignored, and is no unhandled rejection.
 */
import { PipelineError, retryDelay, thrownText, type AsyncContext, type Timestamp, type Window } from '@tidemark/core'
import type { MapAsyncPayload } from '@tidemark/core/graph'
import type { RetryTime } from './source-retries.ts'

/** What is asked. */
export interface CallRequest {
  readonly id: number
  readonly element: unknown
  readonly timestamp: Timestamp
  readonly window: Window
}

/** Why a call has failed: how often it was made, the code of what went wrong (`USER_CODE` for what is no PipelineError) and its message. */
export interface CallFailure {
  readonly tries: number
  readonly code: string
  readonly message: string
}

/** How a call has ended. */
export type CallOutcome =
  | { readonly ok: true; readonly answer: unknown }
  | { readonly ok: false; readonly failure: CallFailure; readonly cause: unknown }

/** An AbortController of the platform. */
export interface Abortable {
  readonly signal: AsyncContext['signal']
  abort(reason: unknown): void
}

/** What calls need of their run. */
export interface CallHost extends RetryTime {
  abortable(): Abortable
}

/** One call. */
export class AsyncCall {
  readonly #payload: MapAsyncPayload
  readonly #request: CallRequest
  readonly #step: string
  readonly #host: CallHost
  readonly #onEnd: (outcome: CallOutcome) => void
  #tries = 0
  #ended = false
  #abortable: Abortable | undefined
  /** Calls off what the call waits for: the end of a try's time, or the next try. */
  #callOff: (() => void) | undefined

  /** `onEnd` is told once, and never after `stop`; inside of `start` when the function answers at once. */
  constructor(
    payload: MapAsyncPayload,
    request: CallRequest,
    step: string,
    host: CallHost,
    onEnd: (outcome: CallOutcome) => void,
  ) {
    this.#payload = payload
    this.#request = request
    this.#step = step
    this.#host = host
    this.#onEnd = onEnd
  }

  /** Makes the call. */
  start(): void {
    this.#try()
  }

  /** Lets go of the call: its signal is aborted, and what it brings is ignored. */
  stop(reason: unknown): void {
    if (this.#ended) return
    this.#ended = true
    this.#callOff?.()
    this.#abortable?.abort(reason)
  }

  #try(): void {
    const attempt = ++this.#tries
    const { element, timestamp, window } = this.#request
    const abortable = this.#host.abortable()
    this.#abortable = abortable
    this.#callOff = undefined
    let answer: unknown
    let isPromised = false
    try {
      answer = this.#payload.fn(element, { signal: abortable.signal, attempt, timestamp, window })
      isPromised = isPromise(answer)
    } catch (cause) {
      // The function may have stopped the run itself.
      if (!this.#ended) this.#fail(cause, cause instanceof PipelineError)
      return
    }
    if (isPromised) this.#await(Promise.resolve(answer), abortable)
    else if (!this.#ended) this.#end({ ok: true, answer })
  }

  #await(answer: Promise<unknown>, abortable: Abortable): void {
    // Whoever comes second finds that the try has ended.
    const isFirst = (): boolean => {
      if (this.#ended || this.#abortable !== abortable) return false
      this.#callOff?.()
      return true
    }
    answer.then(
      (value) => {
        if (isFirst()) this.#end({ ok: true, answer: value })
      },
      (cause: unknown) => {
        if (isFirst()) this.#fail(cause, cause instanceof PipelineError)
      },
    )
    if (!this.#ended) this.#limit(abortable)
  }

  #limit(abortable: Abortable): void {
    this.#callOff = this.#host.after(this.#payload.timeout, () => {
      const error = tooLong(this.#payload.timeout, this.#step)
      this.#abortable = undefined
      abortable.abort(error)
      // Who hears of it may have ended the run.
      if (!this.#ended) this.#fail(error, false)
    })
  }

  #fail(cause: unknown, isFinal: boolean): void {
    const tries = this.#tries
    const delay = isFinal ? undefined : retryDelay(this.#payload.retry, tries, this.#host.random())
    this.#abortable = undefined
    if (delay !== undefined) {
      this.#callOff = this.#host.after(delay, () => this.#try())
      return
    }
    const code = cause instanceof PipelineError ? cause.code : 'USER_CODE'
    this.#end({ ok: false, failure: { tries, code, message: thrownText(cause) }, cause })
  }

  #end(outcome: CallOutcome): void {
    this.#ended = true
    this.#callOff = undefined
    this.#abortable = undefined
    this.#onEnd(outcome)
  }
}

function tooLong(timeout: number, step: string): PipelineError {
  return new PipelineError(
    'ASYNC_TIMEOUT',
    `There was no answer within ${timeout} ms. What the call still brings is ignored; allow it more with the option timeout`,
    { step },
  )
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function'
  return isObject && 'then' in value && typeof value.then === 'function'
}
