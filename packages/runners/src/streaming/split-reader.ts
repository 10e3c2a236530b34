/**
 * SplitReader: one split of a pull source, read a bundle at a time.
 *
 * It reads only when asked, holds what it has read until the job offers it, and is silent only while a read waits: a split that
 * the job has no room for is not idle, nor is one that has failed and waits to be read again.
 */
import type { PullSource, SourceBatch, SourceSplit } from '@tidemark/core'
import { RetryingReader } from '../driver/retrying-reader.ts'
import type { EngineInput } from '../execution/engine.ts'
import type { InputHost } from './job-input.ts'

/** What a split needs of its source. */
export interface SplitHost extends Pick<InputHost, 'now' | 'wake' | 'offer' | 'retries'> {
  readonly source: PullSource<unknown>
  readonly input: EngineInput
  fail(cause: unknown): void
}

/** Reads one split. */
export class SplitReader {
  isComplete = false
  readonly #split: SourceSplit
  readonly #host: SplitHost
  #reader: RetryingReader | undefined
  #reading = false
  #batch: SourceBatch<unknown> | undefined
  #closing: Promise<void> = Promise.resolve()
  #halted: 'ending' | 'let-go' | undefined
  #isFailing = false
  #waitingSince = Infinity
  #silence = 0
  #idle = false

  constructor(split: SourceSplit, host: SplitHost) {
    this.#split = split
    this.#host = host
  }

  /** Whether something can be offered: a bundle, or the end. */
  get ready(): boolean {
    return !this.isComplete && (this.#batch !== undefined || this.#halted === 'ending')
  }

  /** Processing time from which a waiting read makes the split silent; Infinity when none waits, or the split is idle already. */
  get silentSince(): number {
    return this.#idle ? Infinity : this.#waitingSince - this.#silence
  }

  /** Whether the split is left out of the watermark. */
  get isIdle(): boolean {
    return this.#idle
  }

  /** Asks for at most `credits` elements, unless a bundle is on its way or waits. */
  request(credits: number): void {
    if (this.isComplete || this.#reading || this.#batch !== undefined || this.#halted !== undefined) return
    try {
      this.#reader ??= this.#open()
      const read = this.#reader.read(credits)
      if ('then' in read) this.#await(read)
      else this.#take(read)
    } catch (cause) {
      this.#host.fail(cause)
    }
  }

  /** Hands the engine what was read, and the end when it has come. */
  offer(): boolean {
    if (!this.ready) return false
    const batch = this.#batch
    this.#batch = undefined
    const { input } = this.#host
    // A read that brought nothing says nothing: an idle split stays idle.
    if (batch !== undefined && batch.elements.length + batch.rejected.length > 0) {
      this.#idle = false
      this.#host.offer(input, this.#split.id, batch)
    }
    if (batch?.done === true || this.#halted === 'ending') {
      this.isComplete = true
      input.complete(this.#split.id)
      this.#close()
    }
    return true
  }

  /** Leaves the split out of the watermark until its next element. */
  markIdle(): void {
    this.#idle = true
    this.#host.input.markIdle(this.#split.id)
  }

  /** Reads no further, and closes the reader even if a read is under way. What has been read is still offered when `ending`. */
  halt(ending: boolean): void {
    this.#halted = ending ? 'ending' : 'let-go'
    if (!ending) this.#batch = undefined
    this.#close()
  }

  /** Settles when the reader is closed; rejects when it could not be. */
  released(): Promise<void> {
    return this.#closing
  }

  #open(): RetryingReader {
    const { source, input, retries } = this.#host
    return new RetryingReader({
      step: input.step,
      source,
      split: this.#split,
      retries,
      onFailure: () => {
        this.#isFailing = true
        this.#waitingSince = Infinity
      },
      // What came while nobody could read is not known, so silence begins anew.
      onRetry: () => {
        this.#isFailing = false
        this.#waitingSince = this.#host.now()
        this.#silence = 0
      },
    })
  }

  #await(read: Promise<SourceBatch<unknown>>): void {
    this.#reading = true
    if (!this.#isFailing) this.#waitingSince = this.#host.now()
    read.then(
      (batch) => {
        this.#reading = false
        this.#silence = this.#host.now() - (this.#waitingSince - this.#silence)
        this.#waitingSince = Infinity
        this.#take(batch)
      },
      (cause: unknown) => {
        this.#reading = false
        if (this.#halted === undefined) this.#host.fail(cause)
      },
    )
  }

  #take(batch: SourceBatch<unknown>): void {
    // What a read brings after the source was told to stop was never asked for: its position has not moved.
    if (this.#halted !== undefined) return
    if (batch.elements.length > 0) this.#silence = 0
    this.#batch = batch
    this.#host.wake()
  }

  #close(): void {
    const reader = this.#reader
    this.#reader = undefined
    if (reader === undefined) return
    this.#closing = (async () => reader.close())()
    // Whoever asks whether all is released hears of a failure; until then, it is not an unhandled one.
    this.#closing.catch(() => undefined)
  }
}
