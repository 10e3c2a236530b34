/**
 * Plan: how a metric computes its values, as steps of a pipeline and as plain loops.
 *
 * Both ways are written side by side and share no code but the measure's own functions, so that one can be held against the other.
 */
import type { PCollection, Trigger, Window, WindowFn } from '@tidemark/core'
import type { Parts, RawValue, RowsByInput, TimedRow } from './metric-value.ts'

/** How values are wanted. */
export interface Wanted {
  /** The dimensions to slice by: names of some that the metric has. */
  readonly dimensions: readonly string[]
  /** Whether only final values are wanted, one pane of each window: for a formula over several metrics. */
  readonly finalOnly: boolean
  /** How long after the end of a window its values become final, in milliseconds. */
  readonly finality: number
  /** When values come before they are final. */
  readonly trigger: Trigger | undefined
}

/** Rows as collections, those of one source or of several by input. */
export type Rows = PCollection<unknown> | RowsByInput

/** Rows as lists, those of one source or of several by input. */
export type RowLists = readonly TimedRow[] | Readonly<Record<string, readonly TimedRow[]>>

/** The parts of a value, and where they belong. */
export type ToldParts = Pick<RawValue, 'window' | 'slice' | 'parts'>

/** How a metric computes its values. */
export interface Plan {
  /** The window function of the values. */
  readonly windows: WindowFn
  /** Names of the dimensions. */
  readonly dimensions: readonly string[]
  /** Whether slices can be put together. */
  readonly addsUp: boolean
  /** Whether the value itself is all that has to be kept. */
  readonly valueIsPart: boolean
  /** The steps that make values of rows. */
  readonly steps: (rows: Rows, wanted: Wanted) => PCollection<RawValue>
  /** The same values by plain loops, in no particular order. */
  readonly loops: (rows: RowLists, wanted: Pick<Wanted, 'dimensions'>) => readonly RawValue[]
  /** Puts the parts of two slices of one window together. */
  readonly merge: (a: Parts, b: Parts) => Parts
  /** Adds the parts of slices that are not told where they have not changed; of levels. */
  readonly fill?: (told: readonly ToldParts[]) => readonly ToldParts[]
  /** The value of parts in a window. */
  readonly valueOf: (parts: Parts, window: Window) => unknown
}
