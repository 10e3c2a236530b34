/**
 * BatchRun: one run of a graph over history, from opening its sinks to publishing them.
 *
 * The engine does the work; this reads the sources in its stead, one batch at a time, and sees to it that all or nothing is
 * published. Of several sources the one whose watermark is least behind is never read first, so sources that promise order go
 * through time together and windows that need both close early. Those that are only seen as side inputs come first where that is of use.
 */
import { PipelineError, type RetryPolicy } from '@tidemark/core'
import type { Outputs, PipelineGraph } from '@tidemark/core/graph'
import { AsyncCalls } from '../driver/async-calls.ts'
import { closingReport } from '../driver/closing-report.ts'
import { DeadLetterBreaker, type DeadLetterLimit } from '../driver/dead-letter-breaker.ts'
import type { ProgressMode, ProgressTarget } from '../driver/progress-target.ts'
import { SourceRetries } from '../driver/source-retries.ts'
import type { Env } from '../env/env.ts'
import { Engine } from '../execution/engine.ts'
import { BatchInput } from './batch-input.ts'
import { ResultBuilder, type BatchResult } from './batch-result.ts'
import { BatchSinks } from './batch-sinks.ts'
import { Progress } from './progress.ts'
import { readFirst } from './reading-order.ts'

/** How long the thread is kept before others have their turn. */
const SLICE = 50

/** The options of a run, complete. */
export interface BatchRunOptions {
  readonly progress: ProgressMode
  readonly progressTo: ProgressTarget
  readonly bundleSize: number
  readonly deadLetters: DeadLetterLimit
  readonly retry: RetryPolicy
  readonly ledgerLimit: number
  readonly shards: number
  readonly settled: boolean
  readonly signal: AbortSignal | undefined
  readonly env: Env
}

/** Runs a graph once. */
export class BatchRun {
  readonly #graph: PipelineGraph
  readonly #options: BatchRunOptions
  readonly #engine: Engine
  readonly #inputs: readonly BatchInput[]
  /** Those that are read before the others. */
  readonly #first: readonly BatchInput[]
  readonly #sinks = new BatchSinks()
  readonly #breaker: DeadLetterBreaker
  readonly #result: ResultBuilder
  readonly #progress: Progress
  readonly #retries: SourceRetries
  readonly #calls: AsyncCalls
  /** Goes on with a run that waits for a call to end. */
  #wake: () => void = () => undefined
  readonly #start: number
  #sliceEnd: number
  #records = 0
  #bytes = 0
  #totalBytes: number | undefined = 0

  constructor(graph: PipelineGraph, options: BatchRunOptions) {
    this.#graph = graph
    this.#options = options
    const { clock, random } = options.env
    this.#start = clock.mono()
    this.#sliceEnd = this.#start + SLICE
    this.#retries = new SourceRetries(options.retry, { after: (delay, run) => clock.after(delay, run), random })
    this.#result = new ResultBuilder(graph, options.ledgerLimit)
    this.#breaker = new DeadLetterBreaker(options.deadLetters)
    this.#engine = new Engine(graph, {
      mode: 'history',
      settled: options.settled,
      shards: options.shards,
      onOutput: (name, values) => this.#result.addOutput(name, values),
      onWrite: (step, values) => this.#sinks.collect(step, values),
      onLedger: (entry) => {
        this.#result.addEntry(entry)
        this.#breaker.count(entry)
      },
    })
    this.#calls = new AsyncCalls(this.#engine.asyncSteps, {
      ...this.#retries.time,
      abortable: () => new AbortController(),
      wake: () => this.#wake(),
    })
    this.#inputs = this.#engine.inputs.map((input) => new BatchInput(input, this.#retries))
    this.#first = readFirst(graph, this.#inputs)
    for (const { step } of this.#inputs) this.#breaker.watch(step.path)
    this.#progress = new Progress(options.progress, options.progressTo, this.#start)
  }

  /** Runs to the end, or takes back what was written and throws. */
  async run(): Promise<BatchResult<Outputs>> {
    try {
      await this.#compute()
      await this.#sinks.commit()
    } catch (error) {
      this.#progress.leave(this.#report)
      await this.#release()
      throw error
    }
    const now = this.#options.env.clock.mono()
    const milliseconds = now - this.#start
    this.#progress.finish(this.#counts, now, this.#report)
    return this.#result.finish(this.#engine, this.#options.settled, this.#retries.counts, {
      milliseconds,
      records: this.#records,
      bytes: this.#bytes,
    })
  }

  async #compute(): Promise<void> {
    this.#requireNotAborted()
    // Sinks first: an output that cannot be written is known before hours of reading.
    await this.#sinks.open(this.#graph)
    await this.#useParDos(async () => {
      for (const input of this.#inputs) {
        await input.open()
        this.#totalBytes = sum(this.#totalBytes, input.totalBytes)
        await this.#sinks.flush()
      }
      for (let input = this.#least(); input !== undefined; input = this.#least()) await this.#step(input)
      await this.#answered(() => !this.#calls.isPending)
      this.#engine.assertConserved()
    })
  }

  async #step(input: BatchInput): Promise<void> {
    const read = input.read(this.#options.bundleSize)
    const batch = 'then' in read ? await this.#unlessAborted(read) : read
    const closed = input.offer(batch)
    if (closed !== undefined) await closed
    this.#records += batch.elements.length + batch.rejected.length
    this.#bytes += batch.bytes
    this.#breaker.afterBatch(input.step.path, batch)
    this.#calls.run()
    const written = this.#sinks.flush()
    if (written !== undefined) await written
    if (this.#calls.isFull) await this.#answered(() => !this.#calls.isFull)
    await this.#pause()
  }

  /** Waits for calls to end until `isEnough`. */
  async #answered(isEnough: () => boolean): Promise<void> {
    for (;;) {
      this.#calls.run()
      const written = this.#sinks.flush()
      if (written !== undefined) await written
      if (isEnough()) return
      // One may have ended while the sinks took their time.
      if (!this.#calls.hasEnded) await this.#unlessAborted(new Promise<void>((resolve) => (this.#wake = resolve)))
      this.#requireNotAborted()
    }
  }

  /** The source to read next: of those not at their end, one that comes first, or else one with the least watermark. */
  #least(): BatchInput | undefined {
    let least = this.#first.find(({ done }) => !done)
    if (least !== undefined) return least
    for (const input of this.#inputs) {
      if (!input.done && (least === undefined || input.watermark < least.watermark)) least = input
    }
    return least
  }

  // Reading plain files never waits, so without this no timer or signal of the program would get its turn.
  async #pause(): Promise<void> {
    const { clock, defer } = this.#options.env
    const now = clock.mono()
    this.#progress.update(this.#counts, now)
    if (now < this.#sliceEnd) return
    await new Promise<void>((resolve) => defer(resolve))
    this.#sliceEnd = clock.mono() + SLICE
    this.#requireNotAborted()
  }

  /** What the source gives, unless the signal is given before: a source may wait for long, and be waited for before it is read again. */
  #unlessAborted<T>(waiting: Promise<T>): Promise<T> {
    const { signal } = this.#options
    if (signal === undefined) return waiting
    return new Promise<T>((resolve, reject) => {
      const abort = (): void => reject(aborted(signal))
      if (signal.aborted) abort()
      signal.addEventListener('abort', abort, { once: true })
      const settle = (): void => signal.removeEventListener('abort', abort)
      waiting.finally(settle).then(resolve, reject)
    })
  }

  async #useParDos(body: () => Promise<void>): Promise<void> {
    try {
      await this.#engine.setup()
      await body()
    } catch (error) {
      // The first error is the one that matters.
      await this.#engine.teardown().catch(() => undefined)
      throw error
    }
    await this.#engine.teardown()
  }

  async #release(): Promise<void> {
    this.#calls.stop(new PipelineError('STOPPED', 'The run has ended, so nobody waits for the answer of this call.'))
    for (const input of this.#inputs) {
      try {
        await input.close()
      } catch {
        // The run has failed already, for a reason that came first.
      }
    }
    await this.#sinks.abort()
  }

  #requireNotAborted(): void {
    const { signal } = this.#options
    if (signal?.aborted === true) throw aborted(signal)
  }

  get #report(): string {
    const { ledgerCounts } = this.#engine
    return closingReport({ ledgerCounts, entries: this.#result.ledger, retries: this.#retries.counts })
  }

  get #counts(): { readonly bytes: number; readonly totalBytes: number | undefined; readonly records: number } {
    return { bytes: this.#bytes, totalBytes: this.#totalBytes, records: this.#records }
  }
}

function aborted(signal: AbortSignal): PipelineError {
  return new PipelineError(
    'ABORTED',
    'The run was aborted by its signal before it had read everything, so nothing is published. Run it again for a result.',
    { cause: signal.reason },
  )
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b
}
