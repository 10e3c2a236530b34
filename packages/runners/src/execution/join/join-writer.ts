/**
 * JoinWriter: collects the rows that a join emits into one bundle.
 *
 * Rows are keyed and belong to no pane; where a row takes one back, all tell their sign. Joins by time rely on it.
 */
import { GLOBAL_WINDOW, type Timestamp, type Window } from '@tidemark/core'
import type { Bundle } from '../bundle/bundle.ts'
import type { Output } from '../plan/output.ts'

/** Rows that are handed on as one bundle while more is due. */
const FULL = 4096

/** Builds bundles of keyed rows with a sign. */
export class JoinWriter {
  #length = 0
  #keys: unknown[] = []
  #values: unknown[] = []
  #timestamps = new Float64Array(FULL)
  #signs = new Float64Array(FULL)
  #watermarks = new Float64Array(FULL)
  #windows: Window[] = []
  #windowed = false
  #anyNegative = false
  /**
   * What the output watermark comes to where the step is inside the bundle it reads; `undefined` when that is not told. Changes only
   * between bundles, or from one time to another.
   */
  watermark: Timestamp | undefined = undefined

  /** Whether the rows are enough for a bundle, though more is due: then {@link JoinWriter.flush} comes before the next row. */
  get isFull(): boolean {
    return this.#length === FULL
  }

  /** Adds a row: `sign` times `[key, value]`. */
  row(key: unknown, value: unknown, timestamp: Timestamp, window: Window, sign: 1 | -1): void {
    const row = this.#length++
    this.#keys.push(key)
    this.#values.push(value)
    this.#timestamps[row] = timestamp
    this.#signs[row] = sign
    if (sign < 0) this.#anyNegative = true
    if (this.watermark !== undefined) this.#watermarks[row] = this.watermark
    if (!this.#windowed) {
      if (window.end === GLOBAL_WINDOW.end && window.start === GLOBAL_WINDOW.start) return
      this.#windowed = true
      for (let before = 0; before < row; before++) this.#windows.push(GLOBAL_WINDOW)
    }
    this.#windows.push(window)
  }

  /** Hands the rows on as one bundle and starts the next; returns how many there were. */
  flush(output: Output): number {
    const length = this.#length
    if (length === 0) return 0
    const bundle: Bundle = {
      length,
      keys: this.#keys,
      values: this.#values,
      timestamps: this.#timestamps.subarray(0, length),
      windows: this.#windowed ? this.#windows : undefined,
      signs: this.#anyNegative ? this.#signs.subarray(0, length) : undefined,
      panes: [],
      paneOf: undefined,
      watermarks: this.watermark === undefined ? undefined : this.#watermarks.subarray(0, length),
      positions: undefined,
    }
    // Bundles are borrowed: the numbers may be written over when this one has gone through the graph, not before.
    output.emit(bundle)
    this.#length = 0
    this.#keys = []
    this.#values = []
    this.#windows = []
    this.#windowed = false
    this.#anyNegative = false
    return length
  }
}
