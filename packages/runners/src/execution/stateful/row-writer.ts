/**
 * RowWriter: collects what a stateful step emits into one bundle.
 */
import { GLOBAL_WINDOW, type Timestamp, type Window } from '@tidemark/core'
import type { Bundle } from '../bundle/bundle.ts'
import type { Output } from '../plan/output.ts'

/** Rows that are handed on as one bundle while more is due. */
const FULL = 4096

/** Builds bundles of plain elements. */
export class RowWriter {
  #values: unknown[] = []
  #timestamps: number[] = []
  #windows: Window[] = []
  #watermarks: Timestamp[] = []
  #windowed = false
  /**
   * What the output watermark comes to where the step is inside the bundle it reads; `undefined` when that is not told. Changes only
   * between bundles, or from one time to another.
   */
  watermark: Timestamp | undefined = undefined

  /** Whether the rows are enough for a bundle, though more is due. */
  get isFull(): boolean {
    return this.#values.length >= FULL
  }

  /** Adds everything that a call emits, and says how much it was. When the iterable throws, none of it stays. */
  add(results: Iterable<unknown>, timestamp: Timestamp, window: Window): number {
    const before = this.#values.length
    try {
      for (const value of results) {
        this.#values.push(value)
        this.#timestamps.push(timestamp)
        this.#windows.push(window)
        if (this.watermark !== undefined) this.#watermarks.push(this.watermark)
      }
    } catch (cause) {
      this.#values.length = before
      this.#timestamps.length = before
      this.#windows.length = before
      this.#watermarks.length = this.watermark === undefined ? 0 : before
      throw cause
    }
    if (window.end !== GLOBAL_WINDOW.end || window.start !== GLOBAL_WINDOW.start) this.#windowed = true
    return this.#values.length - before
  }

  /** Hands the rows on as one bundle and starts the next; returns how many there were. */
  flush(output: Output): number {
    const { length } = this.#values
    if (length === 0) return 0
    const bundle: Bundle = {
      length,
      keys: undefined,
      values: this.#values,
      timestamps: this.#timestamps,
      windows: this.#windowed ? this.#windows : undefined,
      signs: undefined,
      panes: [],
      paneOf: undefined,
      watermarks: this.watermark === undefined ? undefined : this.#watermarks,
      positions: undefined,
    }
    this.#values = []
    this.#timestamps = []
    this.#windows = []
    this.#watermarks = []
    this.#windowed = false
    output.emit(bundle)
    return length
  }
}
