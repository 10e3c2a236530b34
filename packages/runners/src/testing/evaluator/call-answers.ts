/**
 * CallAnswers: who answers the calls of asynchronous steps while something is computed that does not wait.
 *
 * Evaluators and trials run in one go. A function that returns its answer is simply called. One that returns a promise is called, and
 * what has begun is done over again when it has settled: what is computed must depend on nothing but elements and answers.
 */
import { encodeValue, keyText, PipelineError, type AsyncContext, type Timestamp, type Window } from '@tidemark/core'
import type { MapAsyncPayload } from '@tidemark/core/graph'

/** What a call is about. */
export interface CallSubject {
  /** Path of the step. */
  readonly step: string
  readonly payload: MapAsyncPayload
  readonly element: unknown
  readonly timestamp: Timestamp
  readonly window: Window
}

/** How a call has ended, after its last try. `parse` has not seen its answer. */
export type CallEnd =
  | { readonly ok: true; readonly answer: unknown }
  | { readonly ok: false; readonly cause: unknown; readonly tries: number }

/** Answers calls. */
export interface CallAnswers {
  /** How a call ends; `undefined` when that is not known yet: what is computed without it is of no use. */
  endOf(subject: CallSubject): CallEnd | undefined
  /** Whether an end was asked for that is not known. */
  readonly isMissingSome: boolean
}

/** Calls functions that answer at once; throws (code `ASYNC_ANSWER`) where one returns a promise. */
export const AT_ONCE: CallAnswers = Object.freeze<CallAnswers>({
  endOf: (subject) => call(subject, 1, refuseToWait) as CallEnd,
  isMissingSome: false,
})

function refuseToWait(promise: PromiseLike<unknown>, { step }: CallSubject): never {
  // Its end is of no interest any more, and must not be an unhandled rejection.
  Promise.resolve(promise).catch(() => undefined)
  throw new PipelineError(
    'ASYNC_ANSWER',
    `The function of step "${step}" returns a promise, and this computes its answer in one go and waits for nothing. Use the form that ` +
      'waits (evaluateAsync, assertSameAnswerAsync, playScriptAsync, expectPanesAsync), or a function that returns the answer itself.',
    { step },
  )
}

/**
 * Computes something for which functions may return promises: `body` is run again, with what they have answered, until all that it asks
 * for is known. Equal elements at equal times in equal windows of a step are asked for once in each `scope`.
 */
export async function withAnswers<T>(body: (answersFor: (scope: string) => CallAnswers) => T): Promise<T> {
  const memo = new Memo()
  for (;;) {
    let result: { readonly value: T } | { readonly cause: unknown }
    try {
      result = { value: body((scope) => memo.scope(scope)) }
    } catch (cause) {
      result = { cause }
    }
    if (memo.isMissingSome) {
      await memo.fetch()
      continue
    }
    if ('value' in result) return result.value
    throw result.cause
  }
}

/** What has been answered. */
class Memo {
  readonly #known = new Map<string, CallEnd>()
  readonly #missing = new Map<string, PromiseLike<CallEnd>>()

  get isMissingSome(): boolean {
    return this.#missing.size > 0
  }

  scope(scope: string): CallAnswers {
    const isMissingSome = (): boolean => this.isMissingSome
    return {
      endOf: (subject) => this.#endOf(scope, subject),
      get isMissingSome() {
        return isMissingSome()
      },
    }
  }

  async fetch(): Promise<void> {
    const missing = [...this.#missing]
    const ends = await Promise.all(missing.map(([, promise]) => promise))
    for (const [index, [text]] of missing.entries()) this.#known.set(text, ends[index]!)
    this.#missing.clear()
  }

  #endOf(scope: string, subject: CallSubject): CallEnd | undefined {
    const text = textOf(scope, subject)
    const known = this.#known.get(text)
    if (known !== undefined || this.#missing.has(text)) return known
    const end = call(subject, 1, waitFor)
    if (isPromise(end)) this.#missing.set(text, end)
    else this.#known.set(text, end)
    return this.#known.get(text)
  }
}

/** More tries than this are taken to be without end: nobody waits here between two of them. */
const MOST_TRIES = 1000

/** What is done about a promise. */
type OnPromise = (promise: PromiseLike<unknown>, subject: CallSubject, attempt: number) => PromiseLike<CallEnd>

const waitFor: OnPromise = (promise, subject, attempt) =>
  Promise.resolve(promise).then(
    (answer) => ({ ok: true, answer }),
    (cause: unknown) => failed(subject, cause, attempt, waitFor),
  )

function call(subject: CallSubject, attempt: number, onPromise: OnPromise): CallEnd | PromiseLike<CallEnd> {
  const { payload, element, timestamp, window } = subject
  let answer: unknown
  try {
    answer = payload.fn(element, { signal: neverAborted(), attempt, timestamp, window })
  } catch (cause) {
    return failed(subject, cause, attempt, onPromise)
  }
  return isPromise(answer) ? onPromise(answer, subject, attempt) : { ok: true, answer }
}

function failed(
  subject: CallSubject,
  cause: unknown,
  tries: number,
  onPromise: OnPromise,
): CallEnd | PromiseLike<CallEnd> {
  const most = Math.min(subject.payload.retry.attempts, MOST_TRIES)
  if (cause instanceof PipelineError || tries > most) return { ok: false, cause, tries }
  return call(subject, tries + 1, onPromise)
}

function textOf(scope: string, { step, payload, element, timestamp, window }: CallSubject): string {
  const bytes = (payload.coder?.encode ?? encodeValue)(element)
  return keyText([scope, step, bytes, timestamp, window.start, window.end])
}

function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function'
  return isObject && 'then' in value && typeof value.then === 'function'
}

/** The platform's AbortController, which this layer knows nothing of beside what it makes. */
interface Platform {
  readonly AbortController: new () => { readonly signal: AsyncContext['signal'] }
}

function neverAborted(): AsyncContext['signal'] {
  return new (globalThis as unknown as Platform).AbortController().signal
}
