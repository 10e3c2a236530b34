/**
 * rowSink: what sinks of result files share: rows in one order, whatever order they came in, published whole or not at all.
 *
 * Rows stand by (window end, window start, canonical bytes of the row's values), so a pair stands by its key and the same
 * results give the same bytes. They are final, unless changes or panes are asked for.
 */
import { fileURLToPath } from 'node:url'
import {
  checkChoice,
  encodeKey,
  encodeValue,
  PipelineError,
  type AnySink,
  type Coder,
  type OptionNames,
  type Sign,
  type SinkWriter,
  type Taken,
  type Window,
} from '@tidemark/core'
import { PublishedFile } from './published-file.ts'
import { completeRow, valueRow, type ResultRow, type RowOptions } from './result-row.ts'
import { RowSorter } from './row-sorter.ts'
import { visible } from './visible-text.ts'

/** What rows are made of. */
type FileTakes = 'final' | 'changes' | 'panes'

/** How result files are written. */
export interface FileWriteOptions<T> extends RowOptions<T> {
  /**
   * Which elements have rows; one of: `final` (default: what remains), `changes` (all that came and all that was taken back), `panes` (every
   * pane as it came). Rows of the last two end with `sign`: 1, or -1 for what is taken back.
   */
  readonly takes?: FileTakes
  /** How elements are kept in a snapshot while they wait to be final; canonical bytes when left out. */
  readonly coder?: Coder<T>
  /** How many bytes of rows are sorted in memory; more go to disk in between, beside the output (64 MiB). */
  readonly memoryBytes?: number
}

/** The names of {@link FileWriteOptions}, for writers that have them beside options of their own. */
export const FILE_WRITE_OPTIONS: OptionNames<FileWriteOptions<never>> = {
  row: true,
  window: true,
  pane: true,
  takes: true,
  coder: true,
  memoryBytes: true,
}

/** Turns rows into lines. One for each run. */
export interface RowFormat {
  /** The line of a row, with its end. */
  line(row: ResultRow): string
  /** What stands before the first row, once all rows are known. */
  header(): string
}

const MEMORY_BYTES = 64 * 1024 * 1024

/** A sink into one file. `kind` names the format for people; `format` makes that of a run. */
export function rowSink<T>(
  kind: string,
  path: string | URL,
  options: FileWriteOptions<T>,
  format: () => RowFormat,
): AnySink<T> {
  const target = typeof path === 'string' ? path : fileURLToPath(path)
  const takes =
    checkChoice(`The ${kind} sink ${target}`, 'takes', options.takes, ['final', 'changes', 'panes']) ?? 'final'
  return Object.freeze({
    description: `${kind} ${target}`,
    takes,
    ...(options.coder !== undefined && { coder: options.coder }),
    open: () => new RowWriter(target, options, format()),
  }) as AnySink<T>
}

class RowWriter<T> implements SinkWriter<T, FileTakes> {
  readonly #path: string
  readonly #options: FileWriteOptions<T>
  readonly #format: RowFormat
  readonly #file: PublishedFile
  readonly #sorter: RowSorter
  /** Whether it has published or taken back: then it does neither again, as what bears the name may be another's by now. */
  #ended = false
  #window: Window | undefined
  #windowBytes: Uint8Array = new Uint8Array()

  constructor(path: string, options: FileWriteOptions<T>, format: RowFormat) {
    this.#path = path
    this.#options = options
    this.#format = format
    // Opened first, so that an output that cannot be written fails the run before anything is read.
    this.#file = new PublishedFile(path)
    this.#sorter = new RowSorter(path, options.memoryBytes ?? MEMORY_BYTES)
  }

  write(elements: readonly Taken<T, FileTakes>[]): void {
    this.#requireOpen('write')
    for (const element of elements) {
      const values = valueRow(element.value, this.#options)
      // A pair is ordered as a pair: by key first.
      const order = this.#options.row === undefined ? element.value : values
      const key = Buffer.concat([this.#bytesOf(element.window), encodeValue(order)])
      const row = Buffer.from(this.#format.line(completeRow(values, element, this.#options, this.#signOf(element))))
      this.#sorter.add({ key, row })
    }
  }

  commit(): void {
    this.#requireOpen('commit')
    this.#file.write(Buffer.from(this.#format.header()))
    for (const row of this.#sorter.sorted()) this.#file.write(row)
    this.#file.publish()
    this.#ended = true
    this.#sorter.discard()
  }

  abort(): void {
    if (this.#ended) return
    this.#ended = true
    this.#sorter.discard()
    this.#file.discard()
  }

  #requireOpen(what: string): void {
    if (!this.#ended) return
    throw new PipelineError(
      'WRITER_ENDED',
      `A ${what} came to a writer of ${visible(this.#path)} that has committed or aborted. The file is whole as it was published, and nothing ` +
        'can be added to it. Open another writer.',
    )
  }

  // What is final is never taken back, and a column that says so would say nothing.
  #signOf(element: Taken<T, FileTakes>): Sign | undefined {
    const { takes } = this.#options
    return takes === undefined || takes === 'final' || !('sign' in element) ? undefined : element.sign
  }

  #bytesOf(window: Window): Uint8Array {
    if (window.start !== this.#window?.start || window.end !== this.#window.end) {
      this.#window = window
      this.#windowBytes = Buffer.concat([encodeKey(window.end), encodeKey(window.start)])
    }
    return this.#windowBytes
  }
}
