/**
 * streamingRunner: runs a pipeline over live sources, by a processing clock.
 */
import { checkOptions, type OptionNames, type RetryOption } from '@tidemark/core'
import { buildGraph, resolvePipeline, type Outputs, type Pipeline, type PipelineRef } from '@tidemark/core/graph'
import { jobOptions, type SourceOptions } from './job-options.ts'
import { Job } from './job.ts'
import type { ClockOptions } from './processing-clock.ts'
import type { StreamingJob } from './streaming-job.ts'

/** How jobs of a runner run. */
export interface StreamingOptions extends SourceOptions, ClockOptions {
  /** Whether a job subscribes to its sources by itself, on the next macrotask (true), or only at `start()`. */
  readonly autoStart?: boolean
  /** Whether jobs keep the settled result of every output, in memory (false). */
  readonly settled?: boolean
  /** How many shards keyed steps run as, each with keys and state of its own (1). What drift-safe steps settle on, and which elements are dropped, does not depend on it. */
  readonly shards?: number
  /** Whether a job keeps its time log, from which `replay` tells the run again (false); it grows with every bundle and tick. */
  readonly timeLog?: boolean
  /**
   * How a pull source that fails is read again from where it had come to, before the job fails with `SOURCE_FAILED`
   * (`{ attempts: 5, firstDelay: milliseconds(200), longestDelay: seconds(30) }`), or `off`. An error with a code of its own is final.
   */
  readonly retry?: RetryOption
  /** How many ledger entries a job keeps (10,000), the latest ones. All are counted. */
  readonly ledgerLimit?: number
}

const OPTIONS: OptionNames<StreamingOptions> = {
  scheduler: true,
  env: true,
  autoStart: true,
  settled: true,
  shards: true,
  timeLog: true,
  maxFuture: true,
  bundleSize: true,
  deadLetters: true,
  retry: true,
  ledgerLimit: true,
  report: true,
  reportTo: true,
}

/** Runs pipelines live. */
export interface StreamingRunner {
  /** Makes a job of a pipeline. Errors of construction are thrown here; nothing is subscribed to yet. */
  run<O extends Outputs>(pipeline: Pipeline<O>): StreamingJob<O>
  /** The same for a pipeline named by module and export; the promise rejects when it cannot be found. */
  run<O extends Outputs>(pipeline: PipelineRef<O>): Promise<StreamingJob<O>>
}

/**
 * Makes a runner for live sources.
 *
 * ```ts
 * const job = streamingRunner().run((root) => ({
 *   perMinute: root.pipe(fromObservable('Clicks', clicks$, { timestamp: (c) => c.at, watermark }), clicksPerMinute),
 * }))
 * job.outputs.perMinute.subscribe(({ value, window }) => show(value, window))
 * ```
 */
export function streamingRunner(options: StreamingOptions = {}): StreamingRunner {
  checkOptions('streamingRunner', options, OPTIONS)
  // Refused here, although each job has options of its own: its time begins when it does.
  jobOptions('streamingRunner', options)
  const jobOf = <O extends Outputs>(pipeline: Pipeline<O>): StreamingJob<O> => {
    const own = jobOptions('streamingRunner', options)
    const job = new Job(buildGraph(pipeline), own)
    if (options.autoStart ?? true) own.clock.soon(() => job.start())
    return job as unknown as StreamingJob<O>
  }
  function run<O extends Outputs>(pipeline: Pipeline<O>): StreamingJob<O>
  function run<O extends Outputs>(pipeline: PipelineRef<O>): Promise<StreamingJob<O>>
  function run<O extends Outputs>(pipeline: Pipeline<O> | PipelineRef<O>): StreamingJob<O> | Promise<StreamingJob<O>> {
    return typeof pipeline === 'function' ? jobOf(pipeline) : resolvePipeline(pipeline).then(jobOf)
  }
  return Object.freeze<StreamingRunner>({ run })
}
