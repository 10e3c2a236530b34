/**
 * Options of mapAsync, and what becomes of them: the payload, complete and checked.
 *
 * They say how calls are made, which the driver of a run does, and what the step keeps meanwhile, which the engine does. The payload is
 * all that either of them knows.
 */
import type { Duration } from '@js-joda/core'
import type { Coder } from '../coder/coder.ts'
import { checkChoice, checkOptions, requireFunction, type OptionNames } from '../error/check-options.ts'
import { PipelineError } from '../error/pipeline-error.ts'
import { retryPolicy, type RetryOption, type RetryPolicy } from '../model/retry-policy.ts'
import { requirePositive } from '../time/duration.ts'
import type { Timestamp } from '../time/timestamp.ts'
import type { Window } from '../window/window.ts'
import { requireOnError, type OnError } from './stateless.ts'

declare global {
  /** What every platform's AbortSignal has. Core knows no platform: where a program does, this is its own. */
  interface AbortSignal {
    readonly aborted: boolean
  }
}

/** The AbortSignal of the platform, which `fetch` takes. */
export type CallSignal = AbortSignal

/** What the function of `mapAsync` sees beside the element. */
export interface AsyncContext {
  /** Aborted when the call has run out of time or the run has ended: hand it to `fetch`. */
  readonly signal: CallSignal
  /** Counts the tries of this call from 1. */
  readonly attempt: number
  readonly timestamp: Timestamp
  readonly window: Window
}

/** Answers kept for elements of the same key. */
export interface CacheOptions<T> {
  /** What the answer depends on: equal keys (by canonical bytes) share one. */
  readonly key: (element: T) => unknown
  /** How long an answer serves, in event time: elements from the asking one's timestamp up to, and not including, that much later. */
  readonly expiresAfter: Duration
  /** Most answers kept (10,000), those to come among them; beyond them the one asked for longest ago goes. */
  readonly limit?: number
}

/** Options of `mapAsync`. */
export interface MapAsyncOptions<T> {
  /** Most calls under way at once, in the whole step (16). Sources wait while four times as many elements do. */
  readonly concurrency?: number
  /** One of: `input` (default: elements leave in the order in which they came), `any` (as calls return). Panes of one key and window, and changes, keep their order always. */
  readonly order?: 'input' | 'any'
  /** How long one call may take (30 s); then it has failed with code `ASYNC_TIMEOUT`. */
  readonly timeout?: Duration
  /** How a call that fails or takes too long is made again (`{ attempts: 3 }`), or `off`. A PipelineError that the function throws is final. */
  readonly retry?: RetryOption
  /**
   * The author's promise that equal elements at equal times always get the same answer; with a cache, that elements of equal keys do, as
   * long as an answer serves. Without it the step is not drift-safe, and may not be fed by changes.
   */
  readonly pure?: boolean
  readonly cache?: CacheOptions<T>
  /** What to do when the last try has failed; one of: `fail` (default), `dead-letter`. */
  readonly onError?: OnError
  /** How elements that wait are kept in a snapshot; canonical bytes when left out. */
  readonly coder?: Coder<T>
}

/** Options of a `mapAsync` that looks at what comes back. */
export interface ParsedAsyncOptions<T, Answer, Out> extends MapAsyncOptions<T> {
  /**
   * Makes of an answer, and of each element that gets it, what the step emits; pure and synchronous. A cache keeps the answers themselves.
   * What it throws is a failure that is not tried again: the answer has come, and has the wrong shape.
   */
  readonly parse: (answer: Answer, element: T) => Out
}

const OPTIONS: OptionNames<ParsedAsyncOptions<never, never, never>> = {
  concurrency: true,
  order: true,
  timeout: true,
  retry: true,
  pure: true,
  cache: true,
  onError: true,
  coder: true,
  parse: true,
}
const CACHE_OPTIONS: OptionNames<CacheOptions<never>> = { key: true, expiresAfter: true, limit: true }

/** A cache, complete. Lengths are milliseconds. */
export interface AsyncCache {
  readonly key: (element: unknown) => unknown
  readonly expiresAfter: number
  readonly limit: number
}

/** Payload of `mapAsync`. Lengths are milliseconds. */
export interface MapAsyncPayload {
  readonly primitive: 'mapAsync'
  readonly fn: (element: unknown, context: AsyncContext) => unknown
  readonly parse: ((answer: unknown, element: unknown) => unknown) | undefined
  readonly concurrency: number
  readonly order: 'input' | 'any'
  readonly timeout: number
  readonly retry: RetryPolicy
  readonly pure: boolean
  readonly cache: AsyncCache | undefined
  readonly onError: OnError
  readonly coder: Coder<unknown> | undefined
}

/** Completes and checks the options of a `mapAsync`; `subject` says which one it is. */
export function asyncPayload<T>(
  subject: string,
  fn: (element: T, context: AsyncContext) => unknown,
  options: MapAsyncOptions<T> | ParsedAsyncOptions<T, never, unknown>,
): MapAsyncPayload {
  checkOptions(subject, options, OPTIONS)
  const parse = 'parse' in options ? options.parse : undefined
  const payload = {
    primitive: 'mapAsync' as const,
    fn: requireFunction(subject, 'The function', fn),
    parse: parse && requireFunction(subject, 'The option parse', parse),
    concurrency: requireCount(subject, 'concurrency', options.concurrency ?? 16),
    order: checkChoice(subject, 'order', options.order ?? 'input', ['input', 'any']),
    timeout: options.timeout === undefined ? 30_000 : requirePositive(options.timeout, `The timeout of ${subject}`),
    retry: retryPolicy(subject, options.retry, 3),
    pure: checkChoice(subject, 'pure', options.pure ?? false, [true, false]),
    cache: cacheOf(subject, options.cache),
    onError: onErrorOf(subject, options.onError),
    coder: options.coder,
  }
  return Object.freeze(payload) as unknown as MapAsyncPayload
}

function cacheOf<T>(subject: string, cache: CacheOptions<T> | undefined): unknown {
  if (cache === undefined) return undefined
  const owner = `the cache of ${subject}`
  checkOptions(owner, cache, CACHE_OPTIONS)
  return Object.freeze({
    key: requireFunction(owner, 'The option key', cache.key),
    expiresAfter: requirePositive(cache.expiresAfter, `expiresAfter of ${owner}`),
    limit: requireCount(subject, 'cache.limit', cache.limit ?? 10_000),
  })
}

function onErrorOf(subject: string, onError: OnError | undefined): OnError {
  requireOnError(subject, onError)
  return onError ?? 'fail'
}

function requireCount(subject: string, what: string, count: number): number {
  if (Number.isSafeInteger(count) && count >= 1) return count
  throw new PipelineError(
    'BAD_OPTION',
    `The option ${what} of ${subject} is ${count}. With that nothing could be asked for, or kept. Give a whole number of at least 1.`,
  )
}
