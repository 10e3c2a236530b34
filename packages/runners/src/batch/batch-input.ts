/**
 * BatchInput: one source of a run, read split after split.
 *
 * A split is read to its end before the next is opened, so one file is open at a time. Without a promise about order the splits
 * come in the order listed and the watermark waits for the last of them; with `eventTimeOrder.partition` they come in the order of
 * their partitions, and those not yet read hold the watermark at their beginning only.
 */
import {
  MIN_TIMESTAMP,
  PipelineError,
  type PullSource,
  type SourceBatch,
  type SourceSplit,
  type Timestamp,
} from '@tidemark/core'
import type { ReadPayload, Step } from '@tidemark/core/graph'
import { RetryingReader } from '../driver/retrying-reader.ts'
import type { SourceRetries } from '../driver/source-retries.ts'
import type { EngineInput } from '../execution/engine.ts'

/** What elements of `create` stand under. */
const ONLY_SPLIT = '0'

/** Stands for all splits that are not open yet: it holds the watermark where the earliest of them may begin. No element is in it. */
const UNREAD = ''

/** A split, and a time before which none of its elements lies. */
interface Part {
  readonly split: SourceSplit
  readonly from: Timestamp
}

/** One source at work. */
export class BatchInput {
  /** Whether all of it was read. */
  done = false
  /** Bytes of all splits, where the source knows. */
  totalBytes: number | undefined
  readonly #input: EngineInput
  readonly #source: PullSource<unknown>
  #parts: readonly Part[] = []
  #next = 0
  readonly #retries: SourceRetries
  #reader: RetryingReader | undefined

  constructor(input: EngineInput, retries: SourceRetries) {
    this.#input = input
    this.#retries = retries
    this.#source = sourceOf(input.step)
  }

  get step(): Step {
    return this.#input.step
  }

  /** The source's watermark. */
  get watermark(): Timestamp {
    return this.#input.watermark
  }

  /** Lists the splits and tells the engine. */
  async open(): Promise<void> {
    const { payload } = this.#input
    const order = payload.primitive === 'read' ? payload.eventTimeOrder : undefined
    const listed = await named(this.step, () => this.#source.splits())
    this.#parts = inOrder(this.step, listed, order)
    const sizes = listed.map(({ bytes }) => bytes)
    this.totalBytes = sizes.reduce<number | undefined>(
      (sum, size) => (sum === undefined || size === undefined ? undefined : sum + size),
      0,
    )
    this.#input.openSplits([UNREAD])
    this.#begin()
  }

  /** Reads a batch of the split at hand. A promise only when the source has to wait, or to be read again. */
  read(credits: number): SourceBatch<unknown> | Promise<SourceBatch<unknown>> {
    const [step, source, split, retries] = [this.step, this.#source, this.#split, this.#retries]
    this.#reader ??= new RetryingReader({ step, source, split, retries })
    return this.#reader.read(credits)
  }

  /** Runs a batch through the graph, and the end of its split. A promise only when closing the split has to wait. */
  offer(batch: SourceBatch<unknown>): void | Promise<void> {
    const { id } = this.#split
    if (batch.elements.length + batch.rejected.length > 0) this.#input.offer(id, batch)
    if (!batch.done) return undefined
    this.#next++
    this.#begin()
    this.#input.complete(id)
    return this.close()
  }

  /** Lets go of the split at hand. */
  close(): void | Promise<void> {
    const reader = this.#reader
    this.#reader = undefined
    return reader === undefined ? undefined : named(this.step, () => reader.close())
  }

  get #split(): SourceSplit {
    return this.#parts[this.#next]!.split
  }

  // Splits are opened one by one: the engine would look at all of them for each batch.
  #begin(): void {
    const part = this.#parts[this.#next]
    const following = this.#parts[this.#next + 1]
    if (part === undefined) this.done = true
    else {
      this.#input.openSplits([part.split.id])
      this.#input.advanceWatermark(part.split.id, part.from)
    }
    if (following === undefined) this.#input.complete(UNREAD)
    else this.#input.advanceWatermark(UNREAD, following.from)
  }
}

function inOrder(step: Step, splits: readonly SourceSplit[], order: ReadPayload['eventTimeOrder']): readonly Part[] {
  if (order?.partition === undefined) return splits.map((split) => ({ split, from: MIN_TIMESTAMP }))
  const { partition, disorder } = order
  const parts = splits.map((split) => ({ split, from: partition(split.id) - disorder }))
  const wrong = parts.find(({ from }) => !Number.isFinite(from))
  if (wrong === undefined) return parts.toSorted((a, b) => a.from - b.from)
  throw new PipelineError(
    'BAD_PARTITION',
    `eventTimeOrder.partition of "${step.path}" gives no time for the split "${wrong.split.id}". It says from when on a split can hold elements; ` +
      'without that, windows would close too early. Return a timestamp for every split.',
    { step: step.path },
  )
}

/** The source of a read or create step. Throws (code `NOT_BOUNDED`) for one that never ends. */
function sourceOf({ path, payload }: Step): PullSource<unknown> {
  if (payload.primitive === 'create') return createSource(payload.elements)
  if (payload.primitive === 'read' && payload.source.mode === 'pull' && payload.source.bounded) return payload.source
  const source = payload.primitive === 'read' ? payload.source : undefined
  throw new PipelineError(
    'NOT_BOUNDED',
    `The source of "${path}" (${source?.description ?? payload.primitive}) ${source?.mode === 'push' ? 'delivers by itself and ' : ''}has no end, so a batch ` +
      'run would never give a result. Run the pipeline with streamingRunner of @tidemark/runners/streaming, or read a bounded source.',
    { step: path },
  )
}

function createSource(elements: readonly unknown[]): PullSource<unknown> {
  return {
    mode: 'pull',
    description: 'create',
    bounded: true,
    unit: 'element',
    splits: () => Promise.resolve([{ id: ONLY_SPLIT, restriction: null, bytes: 0 }]),
    open() {
      let next = 0
      return {
        read(credits) {
          const first = next
          const taken = elements.slice(first, first + credits)
          next = first + taken.length
          const offsets = taken.map((_, i) => first + i)
          return { elements: taken, offsets, rejected: [], position: next, bytes: 0, done: next === elements.length }
        },
        close: () => undefined,
      }
    },
  }
}

/** Calls a source; what it throws or rejects with becomes an error that names the step. */
function named<T>(step: Step, call: () => T | Promise<T>): T | Promise<T> {
  try {
    const result = call()
    if (typeof result !== 'object' || result === null || !('then' in result)) return result
    return result.catch((cause: unknown) => Promise.reject(failure(step, cause)))
  } catch (cause) {
    throw failure(step, cause)
  }
}

function failure(step: Step, cause: unknown): PipelineError {
  if (cause instanceof PipelineError) return cause
  return new PipelineError(
    'SOURCE_FAILED',
    `The source of step "${step.path}" failed: ${cause instanceof Error ? cause.message : String(cause)}. What it would have given ` +
      'is missing, so nothing is published. Mend the source and run again.',
    { step: step.path, cause },
  )
}
