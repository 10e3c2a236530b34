/**
 * BundleBuilder: the rows that a step passes on, gathered from the bundle it reads.
 *
 * A row is a value, optionally a key, a timestamp, a window, and the number of the row it came from: the other columns are
 * taken over from there, and only when the bundle has them. Buffers are used again for the next bundle.
 */
import { GLOBAL_WINDOW, type Timestamp, type Window } from '@tidemark/core'
import type { Bundle } from './bundle.ts'

/** Collects rows and makes a bundle of them. */
export class BundleBuilder {
  length = 0
  #values: unknown[] = []
  #keys: unknown[] | undefined
  #windows: Window[] | undefined
  #timestamps = new Float64Array(64)
  #rows = new Int32Array(64)
  /** Whether every row so far came from the row of its own number. */
  #inPlace = true

  /** Starts a bundle; `keyed` says whether keys stand in a column of their own. */
  begin(keyed: boolean): void {
    this.#keys = keyed ? [] : undefined
  }

  /** Adds a row that came from row `from`. The key is kept when the bundle is keyed. */
  add(key: unknown, value: unknown, timestamp: Timestamp, window: Window, from: number): void {
    const index = this.length++
    if (index >= this.#rows.length) this.#grow()
    this.#values[index] = value
    if (this.#keys !== undefined) this.#keys[index] = key
    this.#timestamps[index] = timestamp
    this.#rows[index] = from
    if (from !== index) this.#inPlace = false
    if (this.#windows !== undefined) this.#windows[index] = window
    else if (window !== GLOBAL_WINDOW) this.#spreadWindows(window, index)
  }

  /** Makes the bundle of the rows so far, with the remaining columns of `source`, and starts the next. */
  take(source: Bundle): Bundle {
    const { length } = this
    const rows = this.#rows
    const same = this.#inPlace && length === source.length
    const { positions } = source
    const bundle: Bundle = {
      length,
      keys: this.#keys,
      values: this.#values,
      timestamps: this.#timestamps.subarray(0, length),
      windows: this.#windows,
      signs: gather(source.signs, rows, length, same),
      panes: source.panes,
      paneOf: gather(source.paneOf, rows, length, same),
      watermarks: gather(source.watermarks, rows, length, same),
      positions:
        positions && (same ? positions : { ...positions, offsets: gather(positions.offsets, rows, length, false)! }),
    }
    this.length = 0
    this.#inPlace = true
    this.#values = []
    this.#keys = undefined
    this.#windows = undefined
    this.#timestamps = new Float64Array(rows.length)
    return bundle
  }

  #spreadWindows(window: Window, index: number): void {
    const windows: Window[] = []
    for (let row = 0; row < index; row++) windows.push(GLOBAL_WINDOW)
    windows.push(window)
    this.#windows = windows
  }

  #grow(): void {
    const timestamps = new Float64Array(this.#timestamps.length * 2)
    timestamps.set(this.#timestamps)
    this.#timestamps = timestamps
    const rows = new Int32Array(this.#rows.length * 2)
    rows.set(this.#rows)
    this.#rows = rows
  }
}

function gather(
  column: ArrayLike<number> | undefined,
  rows: Int32Array,
  length: number,
  same: boolean,
): ArrayLike<number> | undefined {
  if (column === undefined || same) return column
  const gathered = new Float64Array(length)
  for (let row = 0; row < length; row++) gathered[row] = column[rows[row]!]!
  return gathered
}
