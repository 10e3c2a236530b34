/**
 * SourceRetries: how a run goes on when a source fails: after a while it is read again, a bounded number of times in a row.
 *
 * Each wait is about twice as long as the one before it, and drawn by chance around that, so that jobs which failed together do not all
 * come back together. Every retry is counted.
 */
import { checkOptions, PipelineError, toMillis } from '@tidemark/core'

type Duration = Parameters<typeof toMillis>[0]

/** How often a pull source that fails is read again before the run fails. */
export type RetryOption =
  | {
      /** Most retries in a row, with nothing read in between (5). */
      readonly attempts?: number
      /** How long the first retry waits (200 ms), give or take half; each further one twice as long. */
      readonly firstDelay?: Duration
      /** The longest wait (30 s). */
      readonly longestDelay?: Duration
    }
  | 'off'

/** What a wait needs of its run. */
export interface RetryTime {
  /** Calls `run` once, after so many milliseconds; the returned function calls it off. */
  after(delay: number, run: () => void): () => void
  /** A number from 0 up to, and not including, 1. */
  random(): number
}

/** A {@link RetryOption}, complete and checked. Lengths are milliseconds. */
export interface RetryPolicy {
  readonly attempts: number
  readonly firstDelay: number
  readonly longestDelay: number
}

const NEVER: RetryPolicy = Object.freeze({ attempts: 0, firstDelay: 0, longestDelay: 0 })

/** Completes and checks the option `retry` of a runner. */
export function retryPolicy(subject: string, option: RetryOption = {}): RetryPolicy {
  if (option === 'off') return NEVER
  checkOptions(`retry of ${subject}`, option, { attempts: true, firstDelay: true, longestDelay: true })
  const { attempts = 5, firstDelay, longestDelay } = option
  if (!((Number.isSafeInteger(attempts) || attempts === Infinity) && attempts >= 0)) {
    throw badRetry(subject, 'attempts', String(attempts), "Give a whole number of zero or more, or retry: 'off'.")
  }
  return Object.freeze({
    attempts,
    firstDelay: delayOf(subject, 'firstDelay', firstDelay, 200),
    longestDelay: delayOf(subject, 'longestDelay', longestDelay, 30_000),
  })
}

/** The retries of one run. */
export class SourceRetries {
  readonly policy: RetryPolicy
  readonly time: RetryTime
  readonly #counts = new Map<string, number>()

  constructor(policy: RetryPolicy, time: RetryTime) {
    this.policy = policy
    this.time = time
  }

  /** How often each source was read again, by the path of its step. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts
  }

  /** Says how long to wait after so many failures in a row, and counts the retry; undefined when there is to be none. */
  next(step: string, failures: number): number | undefined {
    const { attempts, firstDelay, longestDelay } = this.policy
    if (failures > attempts) return undefined
    this.#counts.set(step, (this.#counts.get(step) ?? 0) + 1)
    return Math.min(longestDelay, firstDelay * 2 ** (failures - 1)) * (0.5 + this.time.random())
  }
}

function delayOf(subject: string, name: string, given: Duration | undefined, otherwise: number): number {
  if (given === undefined) return otherwise
  const delay = toMillis(given)
  if (delay >= 0) return delay
  throw badRetry(subject, name, `${delay} ms`, 'Give a length of zero or more.')
}

function badRetry(subject: string, name: string, value: string, advice: string): PipelineError {
  return new PipelineError(
    'BAD_OPTION',
    `retry.${name} of ${subject} is ${value}. It says how a source that fails is read again, which cannot be done so. ${advice}`,
  )
}
