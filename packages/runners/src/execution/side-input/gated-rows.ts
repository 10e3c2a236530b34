/**
 * Gated rows: bundles of what a gate lets through, and what each row of them sees.
 *
 * Rows that need not wait go on as rows of the bundle that they came in; those that have waited are made into a bundle of their own, with
 * the sign, pane and position that they came with.
 */
import {
  GLOBAL_WINDOW,
  type SideInputs,
  type SideValues,
  type SourcePosition,
  type Timestamp,
  type Window,
} from '@tidemark/core'
import type { Bundle, RowPositions } from '../bundle/bundle.ts'
import type { Pane } from '../bundle/pane.ts'
import type { WaitingRow } from './waiting-units.ts'

/** What the rows of a bundle see, one for each. */
export type SideOfRows = readonly SideValues<SideInputs>[]

/** The rows of a bundle without panes that go on at once. */
export class PassingRows {
  readonly #bundle: Bundle
  #rows: number[] = []
  #side: SideValues<SideInputs>[] = []
  #watermarks: Timestamp[] = []

  constructor(bundle: Bundle) {
    this.#bundle = bundle
  }

  /** Adds a row, what it sees, and the watermark below at that row. */
  add(row: number, side: SideValues<SideInputs>, watermark: Timestamp): void {
    this.#rows.push(row)
    this.#side.push(side)
    if (this.#bundle.watermarks !== undefined) this.#watermarks.push(watermark)
  }

  /** The rows as a bundle, and what they see; the next ones begin anew. `held` says whether anything waits. */
  take(held: boolean): readonly [bundle: Bundle, side: SideOfRows] | undefined {
    const rows = this.#rows
    if (rows.length === 0) return undefined
    const side = this.#side
    const watermarks = this.#bundle.watermarks && this.#watermarks
    this.#rows = []
    this.#side = []
    this.#watermarks = []
    if (rows.length < this.#bundle.length) return [selectRows(this.#bundle, rows, watermarks), side]
    return [held ? { ...this.#bundle, watermarks } : this.#bundle, side]
  }
}

function selectRows(bundle: Bundle, rows: readonly number[], watermarks: readonly Timestamp[] | undefined): Bundle {
  const { keys, values, timestamps, windows, signs, positions } = bundle
  const pick = <T>(column: ArrayLike<T>): T[] => rows.map((row) => column[row]!)
  return {
    length: rows.length,
    keys: keys && pick(keys),
    values: pick(values),
    timestamps: pick(timestamps),
    windows: windows && pick(windows),
    signs: signs && pick(signs),
    panes: [],
    paneOf: undefined,
    watermarks,
    positions: positions && { ...positions, offsets: pick(positions.offsets) },
  }
}

/** Rows that are handed on as one bundle while more are due. */
const FULL = 4096

/** Collects rows that have waited. */
export class GatedRows {
  #values: unknown[] = []
  #timestamps: number[] = []
  #windows: Window[] = []
  #signs: number[] = []
  #panes: Pane[] = []
  #paneOf: number[] = []
  readonly #origins = new Set<string>()
  #positions: (SourcePosition | undefined)[] = []
  #side: SideValues<SideInputs>[] = []
  #windowed = false
  #signed = false
  #placed = false

  get isEmpty(): boolean {
    return this.#values.length === 0 && this.#panes.length === 0
  }

  /** Whether the rows are enough for a bundle, though more are due. */
  get isFull(): boolean {
    return this.#values.length >= FULL || this.#panes.length >= FULL
  }

  /** Whether a unit must be in another bundle: rows with a pane and rows without are, and of two panes of one key and window the later one decides for all rows of a bundle. */
  isClosedTo(pane: Pane | undefined): boolean {
    return pane === undefined
      ? this.#panes.length > 0
      : this.#values.length > this.#paneOf.length || this.#origins.has(pane.origin.id)
  }

  /** Begins a pane; rows added next belong to it. */
  pane(pane: Pane): void {
    this.#panes.push(pane)
    if (pane.effect !== 'change') this.#origins.add(pane.origin.id)
  }

  /** Adds a row and what it sees. */
  row({ value, timestamp, window, sign, position }: WaitingRow, side: SideValues<SideInputs>): void {
    this.#values.push(value)
    this.#timestamps.push(timestamp)
    this.#windows.push(window)
    this.#signs.push(sign)
    this.#positions.push(position)
    this.#side.push(side)
    if (this.#panes.length > 0) this.#paneOf.push(this.#panes.length - 1)
    if (sign < 0) this.#signed = true
    if (position !== undefined) this.#placed = true
    if (window.end !== GLOBAL_WINDOW.end || window.start !== GLOBAL_WINDOW.start) this.#windowed = true
  }

  /** The rows as a bundle, and what they see; the next ones begin anew. `watermark` is the one below. */
  take(watermark: Timestamp): readonly [bundle: Bundle, side: SideOfRows] {
    const { length } = this.#values
    const bundle: Bundle = {
      length,
      keys: undefined,
      values: this.#values,
      timestamps: this.#timestamps,
      windows: this.#windowed ? this.#windows : undefined,
      signs: this.#signed ? this.#signs : undefined,
      panes: this.#panes,
      paneOf: this.#panes.length === 0 ? undefined : this.#paneOf,
      watermarks: new Float64Array(length).fill(watermark),
      positions: this.#placed ? keptPositions(this.#positions) : undefined,
    }
    const side = this.#side
    this.#values = []
    this.#timestamps = []
    this.#windows = []
    this.#signs = []
    this.#panes = []
    this.#paneOf = []
    this.#origins.clear()
    this.#positions = []
    this.#side = []
    this.#windowed = false
    this.#signed = false
    this.#placed = false
    return [bundle, side]
  }
}

function keptPositions(kept: readonly (SourcePosition | undefined)[]): RowPositions {
  return { split: '', unit: 'element', offsets: Int32Array.from(kept.keys()), kept }
}
