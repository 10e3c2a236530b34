/**
 * tidemark: a transform as an RxJS operator, so that event time can stand in any pipe.
 *
 * It is cold: each subscription has an engine of its own, which ends with it.
 */
import {
  checkOptions,
  pickOptions,
  PipelineError,
  type LedgerEntry,
  type OptionNames,
  type PCollection,
  type PTransform,
  type WindowedValue,
} from '@tidemark/core'
import { buildGraph, type PipelineGraph } from '@tidemark/core/graph'
import { EMPTY, Observable, type OperatorFunction } from 'rxjs'
import {
  fromObservable,
  OBSERVABLE_OPTIONS,
  type EventTimeOptions,
  type ObservableOptions,
  type OverflowOptions,
} from './from-observable.ts'
import { jobOptions, type JobOptions, type SourceOptions } from './job-options.ts'
import { Job } from './job.ts'
import type { ClockOptions } from './processing-clock.ts'

/** Step path of the operator's source, in ledger entries and errors; in parentheses, so that no step of the author's has it. */
const SOURCE = '(source)'

/** Ledger entries that are kept: nobody can ask for them, so enough for the closing report to point to some. */
const REPORTED = 100

/** How elements meet event time in an RxJS pipe. */
export type TidemarkOptions<T> = OverflowOptions &
  Omit<EventTimeOptions<T>, 'maxFuture'> &
  SourceOptions &
  ClockOptions & {
    /** Called with every element that leaves without reaching a result. */
    readonly onLedger?: (entry: LedgerEntry) => void
  }

const OPTIONS: OptionNames<TidemarkOptions<never>> = {
  ...OBSERVABLE_OPTIONS,
  scheduler: true,
  env: true,
  bundleSize: true,
  deadLetters: true,
  report: true,
  reportTo: true,
  onLedger: true,
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
  checkOptions('tidemark', options, OPTIONS)
  const optionsOfJob = (): JobOptions => jobOptions('tidemark', { ...options, ledgerLimit: REPORTED })
  optionsOfJob()
  const graphOver = (source$: Observable<T>): PipelineGraph => {
    const { maxFuture, ...rest } = options
    const guard = maxFuture === undefined || maxFuture === 'off' ? {} : { maxFuture }
    const source = pickOptions<ObservableOptions<T>>({ ...rest, ...guard }, OBSERVABLE_OPTIONS)
    return buildGraph((root) => ({ output: root.pipe(fromObservable<T>(SOURCE, source$, source), transform) }))
  }
  graphOver(EMPTY)
  return (source$) => {
    const graph = graphOver(source$)
    return new Observable<WindowedValue<Out>>((subscriber) => {
      const job = new Job(graph, optionsOfJob())
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
