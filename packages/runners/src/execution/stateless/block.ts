/**
 * Block: the rows of a bundle on their way through a chain, as columns that its stages rewrite.
 *
 * It starts as the bundle itself and copies nothing: a stage that changes a column puts another in its place. Columns that no
 * stage can change are gathered at the end, by the rows that are left. No row has an object of its own.
 */
import { GLOBAL_WINDOW, MIN_TIMESTAMP, NO_FIRING } from '@tidemark/core'
import type { LedgerEntry, PaneInfo, Timestamp, Window } from '@tidemark/core'
import { positionAt, type Bundle } from '../bundle/bundle.ts'
import { NumberColumn } from '../bundle/number-column.ts'

const NOTHING: Bundle = {
  length: 0,
  keys: undefined,
  values: [],
  timestamps: [],
  windows: undefined,
  signs: undefined,
  panes: [],
  paneOf: undefined,
  watermarks: undefined,
  positions: undefined,
}

/** The rows of one bundle between two stages; used again for the next bundle. */
export class Block {
  length = 0
  /** The row that a stage is at. */
  row = 0
  /** Keys, when elements are keyed and not built as pairs. */
  keys: ArrayLike<unknown> | undefined
  values: ArrayLike<unknown> = []
  timestamps: ArrayLike<Timestamp> = []
  /** Window of each row; all are in the global window when absent. */
  windows: ArrayLike<Window> | undefined
  /** The row of the bundle that each row came from; the one of its own number when absent. */
  #from: ArrayLike<number> | undefined
  #source: Bundle = NOTHING
  /** The values, when they are the block's own. */
  #own: unknown[] | undefined
  readonly #timestamps = new NumberColumn()
  readonly #branchTimestamps = new NumberColumn()
  readonly #signs = new NumberColumn()
  readonly #paneOf = new NumberColumn()
  readonly #watermarks = new NumberColumn()
  readonly #offsets = new NumberColumn()

  /** Starts with the rows of a bundle. */
  begin(bundle: Bundle): void {
    this.#source = bundle
    this.length = bundle.length
    this.row = 0
    this.keys = bundle.keys
    this.values = bundle.values
    this.timestamps = bundle.timestamps
    this.windows = bundle.windows
    this.#from = undefined
    this.#own = undefined
  }

  /** Lets go of the bundle and of everything made from it. */
  end(): void {
    this.begin(NOTHING)
  }

  /** The element of a row, as a function sees it. */
  elementAt(row: number): unknown {
    return this.keys === undefined ? this.values[row] : [this.keys[row], this.values[row]]
  }

  windowAt(row: number): Window {
    return this.windows === undefined ? GLOBAL_WINDOW : this.windows[row]!
  }

  paneAt(row: number): PaneInfo {
    const { panes, paneOf } = this.#source
    return paneOf === undefined ? NO_FIRING : panes[paneOf[this.fromAt(row)]!]!.info
  }

  /** The row of the bundle that a row came from. */
  fromAt(row: number): number {
    return this.#from === undefined ? row : this.#from[row]!
  }

  /** What the ledger is told of a row, whatever the reason. */
  describe(row: number): Pick<LedgerEntry, 'element' | 'timestamp' | 'watermark' | 'position'> {
    const from = this.fromAt(row)
    return {
      element: this.elementAt(row),
      timestamp: this.timestamps[row],
      watermark: this.#source.watermarks?.[from] ?? MIN_TIMESTAMP,
      position: positionAt(this.#source, from),
    }
  }

  /** A list to write a new value for each row into; it may be the list of the present values itself. */
  newValues(): unknown[] {
    return this.#own ?? new Array<unknown>(this.length)
  }

  /** Takes over new elements, one for each row. */
  replace(values: unknown[], keys: ArrayLike<unknown> | undefined): void {
    this.values = values
    this.keys = keys
    this.#own = values
  }

  /** A column to write a new timestamp for each row into; it holds the present ones. */
  ownTimestamps(): Float64Array {
    const timestamps = this.#timestamps.make(this.length)
    for (let row = 0; row < this.length; row++) timestamps[row] = this.timestamps[row]!
    this.timestamps = timestamps
    return timestamps
  }

  /** Leaves the given rows, in this order; a row may be named several times. */
  select(rows: ArrayLike<number>, length: number): void {
    const values = pick(this.values, rows, length)
    this.#select(values, this.keys && pick(this.keys, rows, length), rows)
  }

  /** Puts values in place of the elements: each has timestamp, window and origin of the row that it came from. */
  spread(values: unknown[], rows: ArrayLike<number>): void {
    this.#select(values, undefined, rows)
  }

  #select(values: unknown[], keys: ArrayLike<unknown> | undefined, rows: ArrayLike<number>): void {
    const { length } = values
    this.replace(values, keys)
    this.timestamps = this.#timestamps.gather(this.timestamps, rows, length)
    this.windows &&= pick(this.windows, rows, length)
    this.#from = this.#origins(rows, length)
    this.length = length
  }

  /** The rows as a bundle, with the other columns of the rows they came from. It is borrowed from the block. */
  bundle(): Bundle {
    const { length, keys, values, timestamps, windows } = this
    return this.#bundle(length, keys, values, timestamps, windows, this.#from)
  }

  /** Values as {@link spread} would put them, as a bundle of one of several outputs. The block stays as it is. */
  branch(values: ArrayLike<unknown>, rows: ArrayLike<number>): Bundle {
    const { length } = values
    const timestamps = this.#branchTimestamps.gather(this.timestamps, rows, length)
    const windows = this.windows && pick(this.windows, rows, length)
    return this.#bundle(length, undefined, values, timestamps, windows, this.#origins(rows, length))
  }

  #bundle(
    length: number,
    keys: Bundle['keys'],
    values: Bundle['values'],
    timestamps: Bundle['timestamps'],
    windows: Bundle['windows'],
    from: ArrayLike<number> | undefined,
  ): Bundle {
    const { signs, panes, paneOf, watermarks, positions } = this.#source
    const all = from === undefined
    return {
      length,
      keys,
      values,
      timestamps,
      windows,
      signs: all ? signs : signs && this.#signs.gather(signs, from, length),
      panes,
      paneOf: all ? paneOf : paneOf && this.#paneOf.gather(paneOf, from, length),
      watermarks: all ? watermarks : watermarks && this.#watermarks.gather(watermarks, from, length),
      positions: all
        ? positions
        : positions && { ...positions, offsets: this.#offsets.gather(positions.offsets, from, length) },
    }
  }

  #origins(rows: ArrayLike<number>, length: number): ArrayLike<number> {
    return this.#from === undefined ? rows : pick(this.#from, rows, length)
  }
}

function pick<T>(column: ArrayLike<T>, rows: ArrayLike<number>, length: number): T[] {
  const picked = new Array<T>(length)
  for (let row = 0; row < length; row++) picked[row] = column[rows[row]!]!
  return picked
}
