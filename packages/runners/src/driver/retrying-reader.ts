/**
 * RetryingReader: one split of a pull source, read to its end although reads fail.
 *
 * A position is data: after a failure the split is opened anew where the last batch ended, so what came before is neither read nor
 * processed a second time, and what the broken reader had not yet given is not lost. Both runners read through it.
 */
import {
  PipelineError,
  type Json,
  type PullSource,
  type SourceBatch,
  type SourceReader,
  type SourceSplit,
} from '@tidemark/core'
import type { Step } from '@tidemark/core/graph'
import type { SourceRetries } from './source-retries.ts'

/** What is read, and by which rules. */
export interface RetryingReaderOptions {
  readonly step: Step
  readonly source: PullSource<unknown>
  readonly split: SourceSplit
  readonly retries: SourceRetries
  /** Told that a read has failed and the split waits to be opened anew. */
  readonly onFailure?: () => void
  /** Told that the split is being read again. */
  readonly onRetry?: () => void
}

/** Reads one split. One `read` at a time. */
export class RetryingReader implements SourceReader<unknown> {
  readonly #options: RetryingReaderOptions
  #reader: SourceReader<unknown> | undefined
  #position: Json | undefined
  /** The largest offset given so far. */
  #last = -Infinity
  /** Whether the split was opened anew and has given nothing since. */
  #reopened = false
  #failures = 0
  #closed = false
  #callOff: (() => void) | undefined
  /** The closing of a reader that broke, which never rejects. */
  #dropping: Promise<void> | undefined

  constructor(options: RetryingReaderOptions) {
    this.#options = options
  }

  /**
   * Reads at most `credits` elements; waits and reads again when that fails. Fails (code `SOURCE_FAILED`, or that of a PipelineError,
   * which is never retried) when it goes on failing.
   */
  read(credits: number): SourceBatch<unknown> | Promise<SourceBatch<unknown>> {
    let read: SourceBatch<unknown> | Promise<SourceBatch<unknown>>
    try {
      this.#reader ??= this.#open()
      read = this.#reader.read(credits)
      if (!('then' in read)) return this.#taken(read)
    } catch (cause) {
      return this.#readAgain(credits, cause)
    }
    return read.then(
      (batch) => this.#taken(batch),
      (cause: unknown) => this.#readAgain(credits, cause),
    )
  }

  /** Closes the split even while a read or a wait is under way; what was asked for then never comes. */
  close(): void | Promise<void> {
    this.#closed = true
    this.#callOff?.()
    const reader = this.#reader
    this.#reader = undefined
    return reader === undefined ? this.#dropping : reader.close()
  }

  #open(): SourceReader<unknown> {
    const { source, split } = this.#options
    return this.#position === undefined ? source.open(split) : source.open(split, this.#position)
  }

  #taken(batch: SourceBatch<unknown>): SourceBatch<unknown> {
    const { elements, offsets, rejected } = batch
    if (elements.length + rejected.length > 0) {
      if (this.#reopened) this.#requireNew(batch)
      this.#reopened = false
      this.#failures = 0
      this.#last = Math.max(this.#last, offsets[elements.length - 1] ?? -Infinity, rejected.at(-1)?.offset ?? -Infinity)
    }
    this.#position = batch.position
    return batch
  }

  // Sync where it can be, so that without a retry an error is thrown where it arises.
  #readAgain(credits: number, cause: unknown): Promise<SourceBatch<unknown>> {
    const { step, retries, onFailure } = this.#options
    if (cause instanceof PipelineError) throw cause
    this.#failures++
    const delay = this.#closed ? undefined : retries.next(step.path, this.#failures)
    if (delay === undefined) throw this.#failure(cause)
    onFailure?.()
    this.#dropping = this.#dropReader()
    return Promise.all([this.#dropping, this.#wait(delay)]).then(() => {
      this.#dropping = undefined
      if (this.#closed) throw this.#failure(cause)
      this.#reopened = true
      this.#options.onRetry?.()
      return this.read(credits)
    })
  }

  #wait(delay: number): Promise<void> {
    return new Promise((resolve) => {
      this.#callOff = this.#options.retries.time.after(delay, () => {
        this.#callOff = undefined
        resolve()
      })
    })
  }

  // Two readers of one split are never open at once. That a broken one cannot be closed properly is no news.
  async #dropReader(): Promise<void> {
    const reader = this.#reader
    this.#reader = undefined
    try {
      await reader?.close()
    } catch {
      // The failure that broke it is the one that matters.
    }
  }

  /** Throws (code `SOURCE_REPEATED`) when a source that was opened anew gives what it had given before. */
  #requireNew({ elements, offsets, rejected }: SourceBatch<unknown>): void {
    const first = Math.min(elements.length > 0 ? offsets[0]! : Infinity, rejected[0]?.offset ?? Infinity)
    if (first > this.#last) return
    const { step, source, split } = this.#options
    throw new PipelineError(
      'SOURCE_REPEATED',
      `The source of step "${step.path}" failed, was opened again at the position ${JSON.stringify(this.#position)} of "${split.id}", ` +
        `and then gave ${source.unit} ${first}, although it had given all up to ${this.#last}. Its elements would count twice. Make ` +
        "open(split, position) begin at the position, or switch this off with retry: 'off'.",
      { step: step.path },
    )
  }

  #failure(cause: unknown): PipelineError {
    const { step, split } = this.#options
    const tried = this.#failures - 1
    const again =
      tried === 0
        ? ''
        : ` It was read again ${tried} times from where it had come to in "${split.id}", and failed each time.`
    return new PipelineError(
      'SOURCE_FAILED',
      `The source of step "${step.path}" failed: ${cause instanceof Error ? cause.message : String(cause)}.${again} What it would have ` +
        'given is missing, so no window is closed for it and nothing is published. Mend the source and run again, or have it tried for ' +
        'longer with the option retry of the runner.',
      { step: step.path, cause },
    )
  }
}
