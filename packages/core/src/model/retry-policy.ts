/**
 * RetryPolicy: how often, and after what waits, something that fails is tried again.
 *
 * Each wait is about twice as long as the one before it, and drawn by chance around that, so that those who failed together do not all
 * come back together. The policy is data; who waits, and by which clock and chance, is the runner's business.
 */
import type { Duration } from '@js-joda/core'
import { checkOptions } from '../error/check-options.ts'
import { PipelineError } from '../error/pipeline-error.ts'
import { toMillis } from '../time/duration.ts'

/** How something that fails is tried again, or `off`. */
export type RetryOption =
  | {
      /** Most retries in a row. */
      readonly attempts?: number
      /** How long the first retry waits (200 ms), give or take half; each further one twice as long. */
      readonly firstDelay?: Duration
      /** The longest wait (30 s). */
      readonly longestDelay?: Duration
    }
  | 'off'

/** A {@link RetryOption}, complete and checked. Lengths are milliseconds. */
export interface RetryPolicy {
  readonly attempts: number
  readonly firstDelay: number
  readonly longestDelay: number
}

const NEVER: RetryPolicy = Object.freeze({ attempts: 0, firstDelay: 0, longestDelay: 0 })

/** Completes and checks an option `retry` of `subject`; `attempts` stands where the option says none. */
export function retryPolicy(subject: string, option: RetryOption = {}, attempts = 5): RetryPolicy {
  if (option === 'off') return NEVER
  checkOptions(`retry of ${subject}`, option, { attempts: true, firstDelay: true, longestDelay: true })
  const most = option.attempts ?? attempts
  if (!((Number.isSafeInteger(most) || most === Infinity) && most >= 0)) {
    throw badRetry(subject, 'attempts', String(most), "Give a whole number of zero or more, or retry: 'off'.")
  }
  return Object.freeze({
    attempts: most,
    firstDelay: delayOf(subject, 'firstDelay', option.firstDelay, 200),
    longestDelay: delayOf(subject, 'longestDelay', option.longestDelay, 30_000),
  })
}

/** Milliseconds to wait after so many failures in a row, drawn by `chance` (from 0 up to, and not including, 1); `undefined` when there is to be no retry. */
export function retryDelay(policy: RetryPolicy, failures: number, chance: number): number | undefined {
  const { attempts, firstDelay, longestDelay } = policy
  if (failures > attempts) return undefined
  return Math.min(longestDelay, firstDelay * 2 ** (failures - 1)) * (0.5 + chance)
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
    `retry.${name} of ${subject} is ${value}. It says how what fails is tried again, which cannot be done so. ${advice}`,
  )
}
