/**
 * batchRunner: runs a pipeline over history: reads bounded sources to their end and gives the settled results.
 */
import { checkChoice, checkOptions, PipelineError, retryPolicy } from '@tidemark/core'
import type { OptionNames, RetryOption } from '@tidemark/core'
import { buildGraph, resolvePipeline, type Outputs, type Pipeline, type PipelineRef } from '@tidemark/core/graph'
import { BatchRun } from './batch-run.ts'
import type { BatchResult } from './batch-result.ts'
import { deadLetterLimit, type DeadLetterLimit } from '../driver/dead-letter-breaker.ts'
import type { ProgressMode, ProgressTarget } from '../driver/progress-target.ts'
import { envOf, type Env } from '../env/env.ts'

/** How runs are made. */
export interface BatchOptions {
  /**
   * When progress, and in the end a line on what the ledger holds, is shown; one of: `auto` (on a terminal), `always`, `never`
   * (`auto`).
   */
  readonly progress?: ProgressMode
  /** Where progress is written (`process.stderr`). */
  readonly progressTo?: ProgressTarget
  /** Most elements in a bundle (8192). Results do not depend on it. */
  readonly bundleSize?: number
  /** From which share of dead letters on a source fails the run with `DLQ_FLOOD`, or `off` (`{ share: 0.05, atLeast: 1000 }`). */
  readonly deadLetters?: DeadLetterLimit
  /**
   * How a source that fails is read again from where it had come to, before the run fails with `SOURCE_FAILED`
   * (`{ attempts: 5, firstDelay: milliseconds(200), longestDelay: seconds(30) }`), or `off`. An error with a code of its own is final.
   */
  readonly retry?: RetryOption
  /** How many ledger entries the result holds (10,000). All are counted. */
  readonly ledgerLimit?: number
  /** How many shards keyed steps run as, each with keys and state of its own (1). What drift-safe steps settle on, and which elements are dropped, does not depend on it. */
  readonly shards?: number
  /** Whether the result has the settled result of every output, for comparisons (false). */
  readonly settled?: boolean
  /** Ends a run early with `ABORTED`. */
  readonly signal?: AbortSignal
  /** The clock and the chance that the runner goes by, as far as they are not the machine's. */
  readonly env?: Partial<Env>
}

const OPTIONS: OptionNames<BatchOptions> = {
  progress: true,
  progressTo: true,
  bundleSize: true,
  deadLetters: true,
  retry: true,
  ledgerLimit: true,
  shards: true,
  settled: true,
  signal: true,
  env: true,
}

/** Runs pipelines over history. */
export interface BatchRunner {
  /**
   * Runs a pipeline to its end.
   *
   * **Contract** — Output files appear when everything has succeeded, conservation included, or not at all. Rejects with a
   * PipelineError whose code says why. Processing time stands still. A pipeline may be named by module and export (`pipelineRef`).
   */
  run<O extends Outputs>(pipeline: Pipeline<O> | PipelineRef<O>): Promise<BatchResult<O>>
}

/**
 * Makes a runner for bounded sources.
 *
 * ```ts
 * const { outputs, ledger } = await batchRunner().run((root) => ({
 *   revenue: root.pipe(readNdjson('Orders', 'orders/*.ndjson', { parse: parseOrder, timestamp: (order) => order.placedAt }), revenuePerRegion),
 * }))
 * ```
 */
export function batchRunner(options: BatchOptions = {}): BatchRunner {
  checkOptions('batchRunner', options, OPTIONS)
  const complete = {
    progress: checkChoice('batchRunner', 'progress', options.progress ?? 'auto', ['auto', 'always', 'never']),
    progressTo: options.progressTo ?? process.stderr,
    bundleSize: requireCount('bundleSize', options.bundleSize ?? 8192, 1),
    deadLetters: deadLetterLimit('batchRunner', options.deadLetters),
    retry: retryPolicy('batchRunner', options.retry),
    ledgerLimit: requireCount('ledgerLimit', options.ledgerLimit ?? 10_000, 0),
    shards: options.shards ?? 1,
    settled: options.settled ?? false,
    signal: options.signal,
    env: envOf(options.env),
  }
  return Object.freeze<BatchRunner>({
    run: async <O extends Outputs>(given: Pipeline<O> | PipelineRef<O>): Promise<BatchResult<O>> => {
      const pipeline = typeof given === 'function' ? given : await resolvePipeline(given)
      const result = await new BatchRun(buildGraph(pipeline), complete).run()
      return result as BatchResult<O>
    },
  })
}

function requireCount(name: string, value: number, least: number): number {
  if ((Number.isSafeInteger(value) || value === Infinity) && value >= least) return value
  throw new PipelineError(
    'BAD_OPTION',
    `The option ${name} is ${value}. It counts, so it must be a whole number of at least ${least}. Leave it out for the default.`,
  )
}
