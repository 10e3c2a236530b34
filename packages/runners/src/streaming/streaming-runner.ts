/**
 * streamingRunner: runs a pipeline over live sources, by the clock of an RxJS scheduler.
 */
import { PipelineError, toMillis, type ReadOptions } from '@tidemark/core'
import { buildGraph, type Outputs, type Pipeline } from '@tidemark/core/graph'
import { asyncScheduler, type SchedulerLike } from 'rxjs'
import { Job } from './job.ts'
import type { StreamingJob } from './streaming-job.ts'

/** How far ahead of the clock an element may lie: a Duration, or `off`. */
export type MaxFuture = NonNullable<ReadOptions<unknown>['maxFuture']> | 'off'

/** How jobs of a runner run. */
export interface StreamingOptions {
  /** The processing clock and the giver of turns (`asyncScheduler`). A TestScheduler makes time virtual. */
  readonly scheduler?: SchedulerLike
  /** Whether a job subscribes to its sources by itself, on the next macrotask (true), or only at `start()`. */
  readonly autoStart?: boolean
  /** Whether jobs keep the settled result of every output, in memory (false). */
  readonly settled?: boolean
  /**
   * How far ahead of the clock an element without an arrival time may lie; further ahead it goes to the ledger as `future`. Ten
   * minutes by the real clock; `off` when a scheduler has a time of its own, such as a TestScheduler.
   */
  readonly maxFuture?: MaxFuture
  /** Most elements in a bundle (1000). Results do not depend on it; larger ones are quicker, and later. */
  readonly bundleSize?: number
}

/** Runs pipelines live. */
export interface StreamingRunner {
  /** Makes a job of a pipeline. Errors of construction are thrown here; nothing is subscribed to yet. */
  run<O extends Outputs>(pipeline: Pipeline<O>): StreamingJob<O>
}

const BUNDLE_SIZE = 1000

const MAX_FUTURE = 600_000

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
  const scheduler = options.scheduler ?? asyncScheduler
  const bundleSize = requireBundleSize(options.bundleSize)
  return Object.freeze<StreamingRunner>({
    run<O extends Outputs>(pipeline: Pipeline<O>) {
      const graph = buildGraph(pipeline)
      const maxFuture = skewGuard(options.maxFuture, scheduler)
      const job = new Job(graph, { scheduler, settled: options.settled ?? false, maxFuture, bundleSize })
      if (options.autoStart ?? true) scheduler.schedule(() => job.start())
      return job as unknown as StreamingJob<O>
    },
  })
}

/** The live skew guard in milliseconds; none when undefined. */
export function skewGuard(maxFuture: MaxFuture | undefined, scheduler: SchedulerLike): number | undefined {
  if (maxFuture === 'off') return undefined
  if (maxFuture !== undefined) return toMillis(maxFuture)
  return isRealClock(scheduler) ? MAX_FUTURE : undefined
}

/** Says whether a scheduler tells the time of the day. In `TestScheduler.run`, `asyncScheduler` does not. */
function isRealClock(scheduler: SchedulerLike): boolean {
  return scheduler === asyncScheduler && Math.abs(scheduler.now() - Date.now()) < 1000
}

/** A bundle size that was given, or the default. */
export function requireBundleSize(bundleSize: number = BUNDLE_SIZE): number {
  if (Number.isSafeInteger(bundleSize) && bundleSize > 0) return bundleSize
  throw new PipelineError(
    'BAD_BUNDLE_SIZE',
    `bundleSize is ${bundleSize}. It is how many elements the engine takes at a time, so it must be a whole number above zero. ` +
      'Leave it out for 1000.',
  )
}
