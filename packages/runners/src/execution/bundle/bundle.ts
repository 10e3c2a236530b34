/**
 * Bundle: elements on their way through the graph, as columns.
 *
 * A column that is the same for all rows is not there. Bundles are borrowed: a step reads one during the call and keeps
 * nothing of it but the values themselves.
 */
import { GLOBAL_WINDOW, type SourcePosition, type Timestamp, type Window } from '@tidemark/core'
import type { Pane } from './pane.ts'

/** Where the rows of a bundle came from. */
export interface RowPositions {
  readonly split: string
  readonly unit: SourcePosition['unit']
  /** Place in the split, by row. */
  readonly offsets: ArrayLike<number>
  /** Of rows that have waited, and may come from several splits: their positions, in which `offsets` are then places. */
  readonly kept?: readonly (SourcePosition | undefined)[]
}

/** Elements as columns of equal length. */
export interface Bundle {
  readonly length: number
  /** Keys, when elements are keyed and not yet built as pairs: the element of row i is then [keys[i], values[i]]. */
  readonly keys: ArrayLike<unknown> | undefined
  readonly values: ArrayLike<unknown>
  readonly timestamps: ArrayLike<number>
  /** Window of each row; all are in the global window when absent. */
  readonly windows: ArrayLike<Window> | undefined
  /** -1 for rows that take an element back; all +1 when absent. */
  readonly signs: ArrayLike<number> | undefined
  /** Panes that rows refer to; a pane may have no row. */
  readonly panes: readonly Pane[]
  /** Index into `panes` of each row; rows belong to no pane when absent. */
  readonly paneOf: ArrayLike<number> | undefined
  /** Watermark of the source before each row: expiry is tested by it, so that results do not depend on bundle size. */
  readonly watermarks: ArrayLike<Timestamp> | undefined
  readonly positions: RowPositions | undefined
}

/** The element of a row: the pair, when keys stand in a column of their own. */
export function elementAt(bundle: Bundle, row: number): unknown {
  return bundle.keys === undefined ? bundle.values[row] : [bundle.keys[row], bundle.values[row]]
}

/** The window of a row. */
export function windowAt(bundle: Bundle, row: number): Window {
  return bundle.windows === undefined ? GLOBAL_WINDOW : bundle.windows[row]!
}

/** The sign of a row. */
export function signAt(bundle: Bundle, row: number): 1 | -1 {
  return bundle.signs !== undefined && bundle.signs[row]! < 0 ? -1 : 1
}

/** Where a row came from, for the ledger; `undefined` below a grouping. */
export function positionAt({ positions }: Bundle, row: number): SourcePosition | undefined {
  if (positions === undefined) return undefined
  const offset = positions.offsets[row]!
  return positions.kept === undefined
    ? { split: positions.split, offset, unit: positions.unit }
    : positions.kept[offset]
}
