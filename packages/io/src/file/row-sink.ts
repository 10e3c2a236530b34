/**
 * rowSink: what sinks of result files share: rows in one order, whatever order they came in, published whole or not at all.
 *
 * Rows stand by (window end, window start, canonical bytes of the row's values), so a pair stands by its key and the same
 * results give the same bytes. Of a retracting grouping only what remains is written.
 */
import { fileURLToPath } from 'node:url'
import {
  encodeKey,
  encodeValue,
  type OptionNames,
  type Sink,
  type SinkWriter,
  type Window,
  type WindowedValue,
} from '@tidemark/core'
import { PublishedFile } from './published-file.ts'
import { completeRow, valueRow, type ResultRow, type RowOptions } from './result-row.ts'
import { RowSorter } from './row-sorter.ts'

/** How result files are written. */
export interface FileWriteOptions<T> extends RowOptions<T> {
  /** How many bytes of rows are sorted in memory; more go to disk in between, beside the output (64 MiB). */
  readonly memoryBytes?: number
}

/** The names of {@link FileWriteOptions}, for writers that have them beside options of their own. */
export const FILE_WRITE_OPTIONS: OptionNames<FileWriteOptions<never>> = {
  row: true,
  window: true,
  pane: true,
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
): Sink<T> {
  const target = typeof path === 'string' ? path : fileURLToPath(path)
  return Object.freeze({
    description: `${kind} ${target}`,
    open: (): SinkWriter<T> => new RowWriter(target, options, format()),
  })
}

class RowWriter<T> implements SinkWriter<T> {
  readonly #options: FileWriteOptions<T>
  readonly #format: RowFormat
  readonly #file: PublishedFile
  readonly #sorter: RowSorter
  #window: Window | undefined
  #windowBytes: Uint8Array = new Uint8Array()

  constructor(path: string, options: FileWriteOptions<T>, format: RowFormat) {
    this.#options = options
    this.#format = format
    // Opened first, so that an output that cannot be written fails the run before anything is read.
    this.#file = new PublishedFile(path)
    this.#sorter = new RowSorter(path, options.memoryBytes ?? MEMORY_BYTES)
  }

  write(elements: readonly WindowedValue<T>[]): void {
    for (const element of elements) {
      const values = valueRow(element.value, this.#options)
      // A pair is ordered as a pair: by key first.
      const order = this.#options.row === undefined ? element.value : values
      const key = Buffer.concat([this.#bytesOf(element.window), encodeValue(order)])
      const row = Buffer.from(this.#format.line(completeRow(values, element, this.#options)))
      this.#sorter.add({ key, row, sign: element.sign })
    }
  }

  commit(): void {
    this.#file.write(Buffer.from(this.#format.header()))
    for (const row of this.#sorter.settled()) this.#file.write(row)
    this.#file.publish()
    this.#sorter.discard()
  }

  abort(): void {
    this.#sorter.discard()
    this.#file.discard()
  }

  #bytesOf(window: Window): Uint8Array {
    if (window.start !== this.#window?.start || window.end !== this.#window.end) {
      this.#window = window
      this.#windowBytes = Buffer.concat([encodeKey(window.end), encodeKey(window.start)])
    }
    return this.#windowBytes
  }
}
