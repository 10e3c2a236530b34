/**
 * tidemark: a transform as an RxJS operator, so that event time can stand in any pipe.
 *
 * It is cold: each subscription has an engine of its own, which ends with it.
 */
import { PipelineError, type LedgerEntry, type PCollection, type PTransform, type WindowedValue } from '@tidemark/core'
import { buildGraph, type PipelineGraph } from '@tidemark/core/graph'
import { asyncScheduler, EMPTY, Observable, type OperatorFunction, type SchedulerLike } from 'rxjs'
import { fromObservable, type EventTimeOptions, type OverflowOptions } from './from-observable.ts'
import { Job } from './job.ts'
import { requireBundleSize, skewGuard, type MaxFuture } from './streaming-runner.ts'

/** Step path of the operator's source, in ledger entries and errors; in parentheses, so that no step of the author's has it. */
const SOURCE = '(source)'

/** How elements meet event time in an RxJS pipe. */
export type TidemarkOptions<T> = OverflowOptions &
  Omit<EventTimeOptions<T>, 'maxFuture'> & {
    /** How far ahead of its arrival, or of the clock, an element may lie; as for `streamingRunner`. */
    readonly maxFuture?: MaxFuture
    /** The processing clock and the giver of turns (`asyncScheduler`). */
    readonly scheduler?: SchedulerLike
    /** Most elements in a bundle (1000). */
    readonly bundleSize?: number
    /** Called with every element that leaves without reaching a result. */
    readonly onLedger?: (entry: LedgerEntry) => void
  }

/**
 * Applies a transform to the elements of an observable, by event time.
 *
 * **Contract** — Cold: each subscription has its own engine, and unsubscribing stops it and leaves the source. Completion of the
 * source closes windows and completes; its error passes through, behind the elements before it, without closing a window. Errors
 * of construction are thrown by the call itself.
 *
 * ```ts
 * clicks$
 *   .pipe(tidemark(perMinute, { timestamp: (click) => click.at, watermark: boundedOutOfOrderness(seconds(5)) }))
 *   .subscribe(({ value, window }) => show(value, window))
 * ```
 */
export function tidemark<T, Out>(
  transform: PTransform<PCollection<T>, PCollection<Out>>,
  options: TidemarkOptions<NoInfer<T>>,
): OperatorFunction<T, WindowedValue<Out>> {
  const scheduler = options.scheduler ?? asyncScheduler
  const bundleSize = requireBundleSize(options.bundleSize)
  const graphOver = (source$: Observable<T>): PipelineGraph => {
    const { maxFuture, ...rest } = options
    const guard = maxFuture === undefined || maxFuture === 'off' ? {} : { maxFuture }
    return buildGraph((root) => ({
      output: root.pipe(fromObservable<T>(SOURCE, source$, { ...rest, ...guard }), transform),
    }))
  }
  graphOver(EMPTY)
  return (source$) => {
    const graph = graphOver(source$)
    return new Observable<WindowedValue<Out>>((subscriber) => {
      const maxFuture = skewGuard(options.maxFuture, scheduler)
      const job = new Job(graph, { scheduler, settled: false, maxFuture, bundleSize })
      if (options.onLedger !== undefined) job.ledger.subscribe(options.onLedger)
      subscriber.add(() => void job.stop())
      job.outputs['output']!.subscribe({
        next: (value) => subscriber.next(value as WindowedValue<Out>),
        error: (error: unknown) => subscriber.error(sourceErrorOf(error)),
        complete: () => subscriber.complete(),
      })
      job.start()
    })
  }
}

/** The source's own error, when it is what ended the job. */
function sourceErrorOf(error: unknown): unknown {
  return error instanceof PipelineError && error.code === 'SOURCE_FAILED' && error.step === SOURCE ? error.cause : error
}
