/**
 * TimeLine: a script and the panes expected of it, as read from the notation that {@link expectPanes} defines.
 *
 * A time line is a table: its columns are steps, one after the other; its rows are lines, each about one thing. Parsing, playing,
 * comparing and printing all go by this form.
 */
import type { LedgerReason, PaneTiming, Timestamp, Window } from '@tidemark/core'
import type { Place } from './time-line-error.ts'

/** A value as it is written: a word, number or list, a record; a key and its value are a list of two. */
export type Written =
  string | number | bigint | boolean | null | readonly Written[] | { readonly [name: string]: Written }

/** What a line is about. */
export type LineKind = 'elements' | 'watermark' | 'processing' | 'idle' | 'complete' | 'panes' | 'ledger'

/** An element: its value, and its time where one is written. */
export interface ElementItem {
  readonly value: Written
  readonly time: Timestamp | undefined
  readonly place: Place
}

/** A pane, as far as it is written. */
export interface PaneItem {
  /** Absent for an element that met no grouping. */
  readonly timing: PaneTiming | undefined
  readonly sign: 1 | -1
  readonly value: Written
  readonly window?: Window
  readonly timestamp?: Timestamp
  readonly index?: number
  readonly isLast?: true
  readonly place: Place
}

/** An entry of the ledger. */
export interface LedgerItem {
  readonly reason: LedgerReason
  readonly value: Written
  readonly place: Place
}

/** A row of the table. */
export interface Label {
  readonly kind: LineKind
  /** What the line names in brackets: a stream, with or without a split, or an output. */
  readonly subject: string | undefined
  /** Where it stands first. */
  readonly place: Place
}

/** What stands in one cell of the table: in the row of a label, in the column of a step. */
export interface Cell {
  readonly label: Label
  /** As it was written, without spaces around. */
  readonly text: string
  readonly place: Place
}

/** How times are written. */
export interface TimeScale {
  /** What `+0s` stands for; its day is that of `10:00:05`. */
  readonly base: Timestamp
  /** Whether times are written as lengths since the base. */
  readonly relative: boolean
}

/** A script and what is expected of it. */
export interface TimeLine {
  readonly notation: string
  /** The rows, in the order in which they come first. One object for each: cells refer to it. */
  readonly labels: readonly Label[]
  /** The cells of each step, from top to bottom. Empty ones are left out. */
  readonly steps: readonly (readonly Cell[])[]
}
