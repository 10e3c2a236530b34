/**
 * UnitWriter: collects the units that leave an asynchronous step into one bundle.
 *
 * Each row has its own window, sign and timestamp, and its unit's pane. A unit is never parted between two bundles. A bundle has units of
 * one kind, with a pane or without, and of one key and window one pane: whoever takes a bundle looks at its panes before its rows.
 */
import { GLOBAL_WINDOW, type Timestamp, type Window } from '@tidemark/core'
import type { Bundle } from '../bundle/bundle.ts'
import type { Pane } from '../bundle/pane.ts'
import type { Output } from '../plan/output.ts'
import type { PendingUnit } from './pending-unit.ts'

/** Builds bundles of units. */
export class UnitWriter {
  readonly #output: Output
  /** Whose panes are in the bundle. */
  readonly #origins = new Set<string>()
  #values: unknown[] = []
  #timestamps: number[] = []
  #windows: Window[] = []
  #signs: number[] = []
  #panes: Pane[] = []
  #paneOf: number[] = []
  #watermarks: Timestamp[] = []
  #windowed = false
  #signed = false
  /**
   * What the output watermark comes to where the step is inside the bundle it reads; `undefined` when that is not told. Changes only
   * between bundles, or from one time to another.
   */
  watermark: Timestamp | undefined = undefined

  constructor(output: Output) {
    this.#output = output
  }

  /** Adds a unit whose elements have their answers. */
  add({ pane, elements }: PendingUnit): void {
    if (!this.#fits(pane)) this.flush()
    if (pane !== undefined) {
      this.#panes.push(pane)
      this.#origins.add(pane.origin.id)
    }
    for (const { answer, timestamp, window, sign } of elements) {
      this.#values.push(answer)
      this.#timestamps.push(timestamp)
      this.#windows.push(window)
      this.#signs.push(sign)
      if (pane !== undefined) this.#paneOf.push(this.#panes.length - 1)
      if (this.watermark !== undefined) this.#watermarks.push(this.watermark)
      if (sign < 0) this.#signed = true
      if (window.end !== GLOBAL_WINDOW.end || window.start !== GLOBAL_WINDOW.start) this.#windowed = true
    }
  }

  #fits(pane: Pane | undefined): boolean {
    if (pane === undefined) return this.#panes.length === 0
    return this.#values.length === this.#paneOf.length && !this.#origins.has(pane.origin.id)
  }

  /** Hands the units on as one bundle and starts the next. */
  flush(): void {
    const { length } = this.#values
    if (length === 0 && this.#panes.length === 0) return
    const bundle: Bundle = {
      length,
      keys: undefined,
      values: this.#values,
      timestamps: this.#timestamps,
      windows: this.#windowed ? this.#windows : undefined,
      signs: this.#signed ? this.#signs : undefined,
      panes: this.#panes,
      paneOf: this.#panes.length === 0 ? undefined : this.#paneOf,
      watermarks: this.watermark === undefined ? undefined : this.#watermarks,
      positions: undefined,
    }
    this.#values = []
    this.#timestamps = []
    this.#windows = []
    this.#signs = []
    this.#panes = []
    this.#origins.clear()
    this.#paneOf = []
    this.#watermarks = []
    this.#windowed = false
    this.#signed = false
    this.#output.emit(bundle)
  }
}
