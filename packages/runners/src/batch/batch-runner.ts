/**
 * batchRunner: runs a pipeline over history: reads bounded sources to their end and gives the settled results.
 */
import { PipelineError } from '@tidemark/core'
import { buildGraph, type Outputs, type Pipeline } from '@tidemark/core/graph'
import { BatchRun } from './batch-run.ts'
import type { BatchResult } from './batch-result.ts'
import { DEFAULT_DEAD_LETTER_LIMIT, type DeadLetterLimit } from './dead-letter-breaker.ts'
import type { ProgressMode, ProgressTarget } from './progress.ts'

/** How runs are made. */
export interface BatchOptions {
  /** When progress is shown; one of: `auto` (on a terminal), `always`, `never` (`auto`). */
  readonly progress?: ProgressMode
  /** Where progress is written (`process.stderr`). */
  readonly progressTo?: ProgressTarget
  /** Most elements in a bundle (8192). Results do not depend on it. */
  readonly bundleSize?: number
  /** From which share of dead letters on a source fails the run with `DLQ_FLOOD`, or `off` (`{ share: 0.05, atLeast: 1000 }`). */
  readonly deadLetters?: DeadLetterLimit
  /** How many ledger entries the result holds (10,000). All are counted. */
  readonly ledgerLimit?: number
  /** Whether the result has the settled result of every output, for comparisons (false). */
  readonly settled?: boolean
  /** Ends a run early with `ABORTED`. */
  readonly signal?: AbortSignal
}

/** Runs pipelines over history. */
export interface BatchRunner {
  /**
   * Runs a pipeline to its end.
   *
   * **Contract** — Output files appear when everything has succeeded, conservation included, or not at all. Rejects with a
   * PipelineError whose code says why. Processing time stands still.
   */
  run<O extends Outputs>(pipeline: Pipeline<O>): Promise<BatchResult<O>>
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
  const complete = {
    progress: options.progress ?? 'auto',
    progressTo: options.progressTo ?? process.stderr,
    bundleSize: requireCount('bundleSize', options.bundleSize ?? 8192, 1),
    deadLetters: options.deadLetters ?? DEFAULT_DEAD_LETTER_LIMIT,
    ledgerLimit: requireCount('ledgerLimit', options.ledgerLimit ?? 10_000, 0),
    settled: options.settled ?? false,
    signal: options.signal,
  }
  return Object.freeze<BatchRunner>({
    run: async <O extends Outputs>(pipeline: Pipeline<O>): Promise<BatchResult<O>> => {
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
