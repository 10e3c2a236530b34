/**
 * JobOptions: how one job runs, complete and checked; `streamingRunner` and `tidemark` both make it from what they are given.
 */
import { checkChoice, PipelineError, retryPolicy, toMillis } from '@tidemark/core'
import type { ReadOptions, RetryOption, RetryPolicy } from '@tidemark/core'
import { deadLetterLimit, type DeadLetterLimit } from '../driver/dead-letter-breaker.ts'
import type { ProgressMode, ProgressTarget } from '../driver/progress-target.ts'
import { envOf } from '../env/env.ts'
import { processingClock, type ClockOptions, type ProcessingClock } from './processing-clock.ts'

/** How far ahead of the clock an element may lie: a Duration, or `off`. */
export type MaxFuture = NonNullable<ReadOptions<unknown>['maxFuture']> | 'off'

/** What the author of a job may say about all of its sources. */
export interface SourceOptions {
  /**
   * How far ahead of the clock an element without an arrival time may lie; further ahead it goes to the ledger as `future`. Ten
   * minutes by the machine's clock; `off` by a clock or scheduler with a time of its own, such as a TestScheduler.
   */
  readonly maxFuture?: MaxFuture
  /** Most elements in a bundle (1000). Results do not depend on it; larger ones are quicker, and later. */
  readonly bundleSize?: number
  /**
   * From which share of dead letters on, among all that a source has given so far, the job fails with `DLQ_FLOOD`, or `off`
   * (`{ share: 0.05, atLeast: 1000 }`).
   */
  readonly deadLetters?: DeadLetterLimit
  /**
   * When a line is written in the end if the ledger holds something and nobody has listened to it, or if a source had to be read again;
   * one of: `auto` (default: on a terminal), `always`, `never`.
   */
  readonly report?: ProgressMode
  /** Where that line is written (`process.stderr`). */
  readonly reportTo?: ProgressTarget
}

/** What a job is made with. */
export interface JobSettings extends SourceOptions, ClockOptions {
  readonly settled?: boolean
  readonly shards?: number
  readonly timeLog?: boolean
  readonly retry?: RetryOption
  readonly ledgerLimit?: number
}

/** How a job runs. Lengths are milliseconds. */
export interface JobOptions {
  readonly clock: ProcessingClock
  readonly random: () => number
  readonly settled: boolean
  readonly shards: number
  readonly timeLog: boolean
  /** None when undefined. */
  readonly maxFuture: number | undefined
  readonly bundleSize: number
  readonly retry: RetryPolicy
  readonly deadLetters: DeadLetterLimit
  readonly ledgerLimit: number
  readonly report: ProgressMode
  readonly reportTo: ProgressTarget
}

const BUNDLE_SIZE = 1000

const MAX_FUTURE = 600_000

const LEDGER_LIMIT = 10_000

/** Completes and checks the options of a job that begins now. `subject` says who was given them. */
export function jobOptions(subject: string, given: JobSettings): JobOptions {
  const clock = processingClock(subject, given)
  return {
    clock,
    random: envOf(given.env).random,
    settled: given.settled ?? false,
    shards: given.shards ?? 1,
    timeLog: given.timeLog ?? false,
    maxFuture: skewGuard(given.maxFuture, clock),
    bundleSize: requireBundleSize(given.bundleSize),
    retry: retryPolicy(subject, given.retry),
    deadLetters: deadLetterLimit(subject, given.deadLetters),
    ledgerLimit: requireLedgerLimit(subject, given.ledgerLimit),
    report: checkChoice(subject, 'report', given.report ?? 'auto', ['auto', 'always', 'never']),
    reportTo: given.reportTo ?? process.stderr,
  }
}

/** The live skew guard; none when undefined. */
function skewGuard(maxFuture: MaxFuture | undefined, clock: ProcessingClock): number | undefined {
  if (maxFuture === 'off') return undefined
  if (maxFuture !== undefined) return toMillis(maxFuture)
  return clock.isMachine ? MAX_FUTURE : undefined
}

function requireBundleSize(bundleSize: number = BUNDLE_SIZE): number {
  if (Number.isSafeInteger(bundleSize) && bundleSize > 0) return bundleSize
  throw new PipelineError(
    'BAD_BUNDLE_SIZE',
    `bundleSize is ${bundleSize}. It is how many elements the engine takes at a time, so it must be a whole number above zero. ` +
      'Leave it out for 1000.',
  )
}

function requireLedgerLimit(subject: string, limit: number = LEDGER_LIMIT): number {
  if (Number.isSafeInteger(limit) && limit >= 0) return limit
  throw new PipelineError(
    'BAD_OPTION',
    `ledgerLimit of ${subject} is ${limit}. It is how many ledger entries are kept in memory, so it must be a whole number of at least zero. ` +
      'Leave it out for 10,000.',
  )
}
