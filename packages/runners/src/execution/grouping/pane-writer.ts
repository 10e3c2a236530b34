/**
 * PaneWriter: collects the panes of a grouping into one bundle.
 */
import type { Timestamp, Window } from '@tidemark/core'
import type { Bundle } from '../bundle/bundle.ts'
import type { Pane } from '../bundle/pane.ts'
import type { Output } from '../plan/output.ts'

/** Panes that are handed on as one bundle while more is due. */
const FULL = 4096

/** Builds bundles of panes. */
export class PaneWriter {
  readonly #keyed: boolean
  #keys: unknown[] = []
  #values: unknown[] = []
  #timestamps: number[] = []
  #windows: Window[] = []
  #signs: number[] = []
  #paneOf: number[] = []
  #panes: Pane[] = []
  #anyNegative = false
  #earliest = Infinity

  constructor(keyed: boolean) {
    this.#keyed = keyed
  }

  /** Begins a pane; rows written next belong to it. */
  pane(pane: Pane): void {
    this.#panes.push(pane)
    // One that has no row, as everything was taken back, must be known below before its window is over there.
    if (pane.absorbedBy === undefined) this.#earliest = Math.min(this.#earliest, pane.origin.window.end - 1)
  }

  get isEmpty(): boolean {
    return this.#panes.length === 0
  }

  /** Whether the panes are enough for a bundle, though more is due. */
  get isFull(): boolean {
    return this.#panes.length >= FULL
  }

  /** Least timestamp of the rows and last timestamp of the panes' windows, Infinity when there is none. */
  get earliest(): Timestamp {
    return this.#earliest
  }

  /** Adds a row to the pane begun last. */
  row(key: unknown, value: unknown, timestamp: Timestamp, window: Window, sign: 1 | -1): void {
    this.#keys.push(key)
    this.#values.push(value)
    this.#timestamps.push(timestamp)
    this.#windows.push(window)
    this.#signs.push(sign)
    this.#paneOf.push(this.#panes.length - 1)
    if (sign < 0) this.#anyNegative = true
    if (timestamp < this.#earliest) this.#earliest = timestamp
  }

  /** Hands the panes on as one bundle and starts the next; returns how many rows it had. */
  flush(output: Output): number {
    if (this.#panes.length === 0) return 0
    const bundle: Bundle = {
      length: this.#values.length,
      keys: this.#keyed ? this.#keys : undefined,
      values: this.#values,
      timestamps: this.#timestamps,
      windows: this.#windows,
      signs: this.#anyNegative ? this.#signs : undefined,
      panes: this.#panes,
      paneOf: this.#paneOf,
      watermarks: undefined,
      positions: undefined,
    }
    this.#keys = []
    this.#values = []
    this.#timestamps = []
    this.#windows = []
    this.#signs = []
    this.#paneOf = []
    this.#panes = []
    this.#anyNegative = false
    this.#earliest = Infinity
    output.emit(bundle)
    return bundle.length
  }
}
