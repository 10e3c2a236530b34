/**
 * RecordedLog: elements with their arrivals, in arrival order, from an array or from what can be streamed.
 *
 * Every log that is opened gives arrivals that never go back; a replay relies on it.
 */
import {
  formatTimestamp,
  MIN_TIMESTAMP,
  PipelineError,
  requireTimestamp,
  type PullSource,
  type RejectedRecord,
  type SourceReader,
  type SourceSplit,
  type Timestamp,
} from '@tidemark/core'

/** An element and when it arrived. */
export interface Arrived<T> {
  readonly element: T
  readonly arrival: Timestamp
}

/** A log that is being read. */
export interface RecordedLog<T> {
  /** The next elements, or undefined after the last. A promise only when it has to wait. */
  next(): readonly Arrived<T>[] | undefined | Promise<readonly Arrived<T>[] | undefined>
  close(): void
}

/** What a log can be recorded in. */
export type LogInput<T> = readonly T[] | Iterable<T> | AsyncIterable<T> | PullSource<T>

/** Most elements that are read ahead. */
const READ_AHEAD = 1000

/** Takes a record that a source rejects, and the id of its split. */
export type RejectListener = (record: RejectedRecord, split: string) => void

/** Opens a log at its beginning. What a source rejects goes to `onReject`, or fails the log with `LOG_REJECTED`. */
export function openLog<T>(
  log: LogInput<T>,
  arrival: (element: T) => Timestamp,
  onReject?: RejectListener,
): RecordedLog<T> {
  const arrived = (element: T): Arrived<T> => ({
    element,
    arrival: requireTimestamp(arrival(element), 'The arrival of an element'),
  })
  if (isArray(log)) return sortedLog(log, arrived)
  if (isPullSource(log)) return new SourceLog(log, inOrder(arrived), onReject)
  return Symbol.asyncIterator in log ? asyncLog(log, inOrder(arrived)) : iterableLog(log, inOrder(arrived))
}

/** Takes the arrival of each element in turn, and refuses one that lies before the one before it. */
function inOrder<T>(arrived: (element: T) => Arrived<T>): (element: T) => Arrived<T> {
  let latest = MIN_TIMESTAMP
  return (element) => {
    const next = arrived(element)
    if (next.arrival < latest) {
      throw new PipelineError(
        'LOG_OUT_OF_ORDER',
        `An element of the log arrived at ${formatTimestamp(next.arrival)}, but the one before it at ${formatTimestamp(latest)}. ` +
          'A streamed log is replayed as it is read, so it has to be in order of arrival. Sort it, or give it as an array, which is sorted.',
      )
    }
    latest = next.arrival
    return next
  }
}

function sortedLog<T>(elements: readonly T[], arrived: (element: T) => Arrived<T>): RecordedLog<T> {
  let rest: readonly Arrived<T>[] | undefined
  return {
    next() {
      const sorted = rest ?? elements.map(arrived).toSorted((a, b) => a.arrival - b.arrival)
      rest = []
      return sorted.length > 0 ? sorted : undefined
    },
    close() {
      rest = []
    },
  }
}

function iterableLog<T>(elements: Iterable<T>, arrived: (element: T) => Arrived<T>): RecordedLog<T> {
  const iterator = elements[Symbol.iterator]()
  return {
    next() {
      const { done, value } = iterator.next()
      return done === true ? undefined : [arrived(value)]
    },
    close() {
      iterator.return?.()
    },
  }
}

function asyncLog<T>(elements: AsyncIterable<T>, arrived: (element: T) => Arrived<T>): RecordedLog<T> {
  const iterator = elements[Symbol.asyncIterator]()
  return {
    async next() {
      const { done, value } = await iterator.next()
      return done === true ? undefined : [arrived(value)]
    },
    close() {
      void iterator.return?.()
    },
  }
}

/** A pull source, read split after split. */
class SourceLog<T> implements RecordedLog<T> {
  readonly #source: PullSource<T>
  readonly #arrived: (element: T) => Arrived<T>
  readonly #onReject: RejectListener
  #splits: SourceSplit[] | undefined
  #reader: SourceReader<T> | undefined

  constructor(source: PullSource<T>, arrived: (element: T) => Arrived<T>, onReject?: RejectListener) {
    this.#source = source
    this.#arrived = arrived
    this.#onReject = onReject ?? ((record, split) => this.#refuse(record, split))
  }

  async next(): Promise<readonly Arrived<T>[] | undefined> {
    this.#splits ??= [...(await this.#source.splits())]
    for (;;) {
      const split = this.#splits[0]
      if (split === undefined) return undefined
      this.#reader ??= this.#source.open(split)
      const batch = await this.#reader.read(READ_AHEAD)
      for (const record of batch.rejected) this.#onReject(record, split.id)
      if (batch.done) {
        this.#splits.shift()
        await this.#closeReader()
      }
      if (batch.elements.length > 0) return batch.elements.map(this.#arrived)
    }
  }

  close(): void {
    this.#splits = []
    void this.#closeReader()
  }

  async #closeReader(): Promise<void> {
    const reader = this.#reader
    this.#reader = undefined
    await reader?.close()
  }

  #refuse({ offset, code, detail }: RejectedRecord, split: string): never {
    throw new PipelineError(
      'LOG_REJECTED',
      `The record at ${this.#source.unit} ${offset} of "${split}" (${this.#source.description}) is malformed: ${code}, ${detail}. ` +
        'A replay has no ledger, so the record would be lost without a trace. Mend the log, take such records with onReject, or read the ' +
        'log with a connector in a pipeline.',
    )
  }
}

function isArray<T>(log: LogInput<T>): log is readonly T[] {
  return Array.isArray(log)
}

function isPullSource<T>(log: LogInput<T>): log is PullSource<T> {
  return 'mode' in log && log.mode === 'pull'
}
