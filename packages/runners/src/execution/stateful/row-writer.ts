/**
 * RowWriter: collects what a stateful step emits into one bundle.
 *
 * Bundles are borrowed, so its columns are written over when the bundle has gone.
 */
import { GLOBAL_WINDOW, MIN_TIMESTAMP, type Timestamp, type Window } from '@tidemark/core'
import type { Bundle } from '../bundle/bundle.ts'
import type { Output } from '../plan/output.ts'

// See StepClock: an imported constant is slow where every element passes.
const NO_WINDOW: Window = GLOBAL_WINDOW
/** Rows that are handed on as one bundle while more is due. */
const FULL = 16_384
/** Room for rows that a step begins with. */
const ROOM = 64

/** Builds bundles of plain elements. */
export class RowWriter {
  #length = 0
  #values: unknown[] = []
  #timestamps = new Float64Array(ROOM)
  #watermarks = new Float64Array(ROOM)
  /** Window of each row; empty while all are in the global window. */
  #windows: Window[] = []
  /** Whether rows tell what the output watermark is before them: all rows of a bundle do, or none. */
  tellsWatermark = false
  /** Timestamp of the rows that are added. A field, as a number that is passed on is an object to the engine below. */
  timestamp: Timestamp = MIN_TIMESTAMP
  /** What the output watermark comes to where the step is inside the bundle that it reads. */
  watermark: Timestamp = MIN_TIMESTAMP

  /** Whether the rows are enough for a bundle, though more is due. */
  get isFull(): boolean {
    return this.#length >= FULL
  }

  /** Adds everything that a call emits, and says how much it was. When the iterable throws, none of it stays. */
  add(results: Iterable<unknown>, window: Window): number {
    const before = this.#length
    // Most calls return a list, and its iterator would cost more than all the rest.
    if (isList(results)) {
      for (let index = 0; index < results.length; index++) this.#put(results[index], window)
      return results.length
    }
    try {
      for (const value of results) this.#put(value, window)
    } catch (cause) {
      this.#length = before
      if (this.#windows.length > before) this.#windows.length = before
      throw cause
    }
    return this.#length - before
  }

  #put(value: unknown, window: Window): void {
    const row = this.#length
    if (row === this.#timestamps.length) this.#makeRoom()
    this.#values[row] = value
    this.#timestamps[row] = this.timestamp
    this.#watermarks[row] = this.watermark
    if (window !== NO_WINDOW || this.#windows.length > 0) this.#putWindow(window, row)
    this.#length = row + 1
  }

  // A window that was restored is not the same object.
  #putWindow(window: Window, row: number): void {
    const windows = this.#windows
    if (windows.length === 0 && window.end === GLOBAL_WINDOW.end && window.start === GLOBAL_WINDOW.start) return
    while (windows.length < row) windows.push(GLOBAL_WINDOW)
    windows.push(window)
  }

  #makeRoom(): void {
    this.#timestamps = twice(this.#timestamps)
    this.#watermarks = twice(this.#watermarks)
  }

  /** Hands the rows on as one bundle and starts the next; returns how many there were. */
  flush(output: Output): number {
    const length = this.#length
    if (length === 0) return 0
    const bundle: Bundle = {
      length,
      keys: undefined,
      values: this.#values,
      timestamps: this.#timestamps.subarray(0, length),
      windows: this.#windows.length > 0 ? this.#windows : undefined,
      signs: undefined,
      panes: [],
      paneOf: undefined,
      watermarks: this.tellsWatermark ? this.#watermarks.subarray(0, length) : undefined,
      positions: undefined,
    }
    this.#length = 0
    output.emit(bundle)
    // What is not written over soon must not be kept alive.
    this.#values.fill(undefined, 0, length)
    if (this.#windows.length > 0) this.#windows = []
    return length
  }
}

function isList(results: Iterable<unknown>): results is readonly unknown[] {
  return Array.isArray(results) && results[Symbol.iterator] === Array.prototype.values
}

function twice(column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(2 * column.length)
  longer.set(column)
  return longer
}
