/**
 * SourceRetries: how a run goes on when a source fails: after a while it is read again, a bounded number of times in a row.
 *
 * How long it waits is said by a RetryPolicy. Every retry is counted.
 */
import { retryDelay, type RetryPolicy } from '@tidemark/core'

/** What a wait needs of its run. */
export interface RetryTime {
  /** Calls `run` once, after so many milliseconds; the returned function calls it off. */
  after(delay: number, run: () => void): () => void
  /** A number from 0 up to, and not including, 1. */
  random(): number
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
    const delay = retryDelay(this.policy, failures, this.time.random())
    if (delay !== undefined) this.#counts.set(step, (this.#counts.get(step) ?? 0) + 1)
    return delay
  }
}
