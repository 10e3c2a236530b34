/**
 * fromObservable: an RxJS observable as a source.
 *
 * An observable cannot be asked to wait. What it delivers while the job is at work collects in a bundle; what comes beyond
 * that is decided by the overflow policy, never by growing memory.
 */
import {
  checkOptions,
  pickOptions,
  PipelineError,
  read,
  READ_OPTIONS,
  type OptionNames,
  type PCollection,
  type PTransform,
  type PushSource,
  type ReadOptions,
  type Root,
  type WatermarkStrategy,
} from '@tidemark/core'
import { takeWhile, type Observable } from 'rxjs'

/**
 * What happens to elements that come while a full bundle waits and the job cannot take it, because an asynchronous write is
 * pending or because they come from inside a bundle; one of:
 * - `fail` (default): the job fails with code `OVERFLOW`;
 * - `drop`: the element goes to the ledger, reason `overflow`;
 * - `buffer`: up to `limit` elements wait; the one after them fails the job.
 */
export type OverflowOptions =
  | { readonly overflow?: 'fail' | 'drop'; readonly limit?: never }
  | { readonly overflow: 'buffer'; readonly limit: number }

/** How the elements of an observable meet event time. */
export interface EventTimeOptions<T> extends Pick<
  ReadOptions<T>,
  'timestamp' | 'arrival' | 'maxFuture' | 'timestampRange' | 'idleAfter'
> {
  /** How the watermark follows the elements. */
  readonly watermark: WatermarkStrategy
}

/** What to say of an observable that becomes a source. */
export type ObservableOptions<T> = OverflowOptions & EventTimeOptions<T>

/** The names of {@link ObservableOptions}. */
export const OBSERVABLE_OPTIONS: OptionNames<ObservableOptions<never>> = {
  timestamp: true,
  watermark: true,
  arrival: true,
  maxFuture: true,
  timestampRange: true,
  idleAfter: true,
  overflow: true,
  limit: true,
}

/**
 * Reads an observable: subscribes when the job starts, unsubscribes when it ends.
 *
 * **Contract** — Completion moves the watermark to the end of time and closes windows. An error takes its place behind the
 * elements before it and fails the job (code `SOURCE_FAILED`, the error as `cause`) without closing a window.
 */
export function fromObservable<T>(
  name: string,
  observable$: Observable<T>,
  options: ObservableOptions<NoInfer<T>>,
): PTransform<Root, PCollection<T>> {
  checkOptions(`fromObservable(${JSON.stringify(name)})`, options, OBSERVABLE_OPTIONS)
  return read<T>(name, observableSource(name, observable$, options), pickOptions<ReadOptions<T>>(options, READ_OPTIONS))
}

function observableSource<T>(name: string, observable$: Observable<T>, options: OverflowOptions): PushSource<T> {
  return Object.freeze<PushSource<T>>({
    mode: 'push',
    description: `observable ${name}`,
    bounded: false,
    unit: 'element',
    overflow: options.overflow ?? 'fail',
    limit: options.overflow === 'buffer' ? requireLimit(name, options.limit) : 0,
    connect(receiver) {
      // A source that emits without end while it is being subscribed to can only be left from inside.
      const subscription = observable$.pipe(takeWhile(() => !receiver.closed)).subscribe({
        next: (element) => receiver.next(element),
        error: (cause: unknown) => receiver.error(cause),
        complete: () => receiver.complete(),
      })
      return () => subscription.unsubscribe()
    },
  })
}

function requireLimit(name: string, limit: number): number {
  if (Number.isSafeInteger(limit) && limit > 0) return limit
  throw new PipelineError(
    'BAD_LIMIT',
    `The limit of fromObservable("${name}") is ${limit}. It is how many elements may wait before the job fails, so it must be a whole ` +
      "number above zero. State the largest burst that memory may hold, or use overflow: 'drop'.",
  )
}
