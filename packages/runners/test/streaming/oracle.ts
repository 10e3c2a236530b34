/**
 * Oracle: what the tests of live calls ask, and which answers when a test says so.
 */
import { boundedOutOfOrderness, mapAsync, milliseconds, type MapAsyncOptions, type PCollection } from '@tidemark/core'
import { fromObservable, streamingRunner, type ObservableOptions, type StreamingJob } from '@tidemark/runners/streaming'
import { Subject } from 'rxjs'
import { settle } from './slow-sink.ts'

/** An element to which there is an answer. */
export interface Question {
  readonly at: number
  readonly n: number
}

/** How questions meet event time: in order. */
export const questionTime: ObservableOptions<Question> = {
  timestamp: ({ at }) => at,
  watermark: boundedOutOfOrderness(milliseconds(0)),
}

/** Calls that a test ends. */
export class Oracle {
  readonly asked: number[] = []
  readonly signals: AbortSignal[] = []
  readonly #open = new Map<
    number,
    { readonly resolve: (answer: number) => void; readonly reject: (error: Error) => void }
  >()

  readonly ask = ({ n }: Question, { signal }: { readonly signal: AbortSignal }): Promise<number> => {
    this.asked.push(n)
    this.signals.push(signal)
    return new Promise((resolve, reject) => this.#open.set(n, { resolve, reject }))
  }

  async answer(...numbers: readonly number[]): Promise<void> {
    for (const n of numbers) this.#open.get(n)!.resolve(n * 10)
    await settle()
  }

  async refuse(n: number): Promise<void> {
    this.#open.get(n)!.reject(new Error('no'))
    await settle()
  }
}

/** A job that asks the oracle, with what it has given so far. */
export interface Asking {
  readonly job: StreamingJob<{ readonly answers: PCollection<number> }>
  readonly questions$: Subject<Question>
  readonly oracle: Oracle
  readonly answers: readonly number[]
  readonly watermarks: readonly number[]
  /** Asks, and lets everything go on that can. */
  readonly ask: (...numbers: readonly number[]) => Promise<void>
}

/** Makes a job that asks the oracle about each question. */
export function asking(
  options: MapAsyncOptions<Question> = {},
  own: Partial<ObservableOptions<Question>> = {},
  bundleSize = 1000,
): Asking {
  const questions$ = new Subject<Question>()
  const oracle = new Oracle()
  const job = streamingRunner({ maxFuture: 'off', report: 'never', bundleSize }).run((root) => ({
    answers: root.pipe(
      fromObservable<Question>('Questions', questions$, { ...questionTime, ...own } as ObservableOptions<Question>),
      mapAsync('Oracle', oracle.ask, { retry: 'off', ...options }),
    ),
  }))
  const answers: number[] = []
  const watermarks: number[] = []
  job.outputs.answers.subscribe({ next: ({ value }) => answers.push(value), error: () => undefined })
  job.watermark$.subscribe(({ answers: watermark }) => watermarks.push(watermark))
  const ask = async (...numbers: readonly number[]): Promise<void> => {
    for (const n of numbers) questions$.next({ at: n, n })
    await settle()
  }
  return { job, questions$, oracle, answers, watermarks, ask }
}
