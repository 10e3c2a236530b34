/**
 * Sources: how elements enter, in the shape of splittable DoFns.
 *
 * A source lists its splits; a split is read on its own, from a position that is data, as many elements at a time as the
 * runner has credits for. A push source (an observable) cannot be asked: it delivers, and the runner decides on overflow.
 */
import type { Json } from './json.ts'

/** One part of a source that is read on its own. */
export interface SourceSplit {
  /** Stable name, such as a path and byte range; stands in ledger positions. */
  readonly id: string
  /** What to read, as data. */
  readonly restriction: Json
  /** Size in bytes, when known: for progress. */
  readonly bytes?: number
}

/** A record that a source could not make an element of. */
export interface RejectedRecord {
  readonly offset: number
  /** The record as it stood, shortened when very long. */
  readonly raw: string
  /** Stable code, such as `BAD_JSON`. */
  readonly code: string
  readonly detail: string
  /** `duplicate` for what was read before under another name: it is no fault of the data, and counts for no flood (`dead-letter`). */
  readonly reason?: 'dead-letter' | 'duplicate'
}

/** What one read gave. */
export interface SourceBatch<T> {
  readonly elements: readonly T[]
  /** Place of each element in its split (an ordinal or a line number); same length as `elements`. */
  readonly offsets: ArrayLike<number>
  readonly rejected: readonly RejectedRecord[]
  /** Where the next read begins. */
  readonly position: Json
  /** Bytes consumed by this read. */
  readonly bytes: number
  /** Whether the split is exhausted. */
  readonly done: boolean
}

/** Reads one split. One `read` at a time. */
export interface SourceReader<T> {
  /** Reads at most `credits` elements. A promise only when it has to wait. */
  read(credits: number): SourceBatch<T> | Promise<SourceBatch<T>>
  close(): void | Promise<void>
}

/** A source that is asked. */
export interface PullSource<T> {
  readonly mode: 'pull'
  /** What it reads, for people: `ndjson orders/*.ndjson`. */
  readonly description: string
  readonly bounded: boolean
  /** What offsets count. */
  readonly unit: 'element' | 'line'
  splits(): Promise<readonly SourceSplit[]>
  open(split: SourceSplit, position?: Json): SourceReader<T>
}

/** What a push source calls. */
export interface PushReceiver<T> {
  /** Whether nothing more is wanted: a source that delivers in a loop looks here, as it cannot be left from outside. */
  readonly closed: boolean
  next(element: T): void
  error(cause: unknown): void
  complete(): void
}

/** What to do with elements that a push source delivers faster than the job takes them. */
export type Overflow = 'fail' | 'drop' | 'buffer'

/** A source that delivers. */
export interface PushSource<T> {
  readonly mode: 'push'
  readonly description: string
  readonly bounded: false
  readonly unit: 'element'
  readonly overflow: Overflow
  /** How many elements may wait. */
  readonly limit: number
  /** Starts delivery; the returned function ends it. */
  connect(receiver: PushReceiver<T>): () => void
}

/** Any source. */
export type Source<T> = PullSource<T> | PushSource<T>
