/**
 * The ledger: every (element, window) that left the graph without reaching a settled pane, with its reason.
 *
 * Nothing is lost silently: what is not in a pane, was not filtered out by the user and is not waiting, stands here.
 */
import type { Timestamp } from '../time/timestamp.ts'
import type { Window } from '../window/window.ts'

/**
 * Why an element is in the ledger; one of: `expired` (its window had expired), `closed-window` (its trigger had finished),
 * `too-late` (behind the clock of an ordered step), `no-window` (the window function gave none), `overflow` (a push source
 * outran the job), `duplicate` (a file that was read under another name), `dead-letter` (malformed, or a step threw), `future` (ahead of the skew guard),
 * `session-split` (a note: batch would have joined two sessions), `frozen` (a note: a row of a dimension came after elements that it would
 * have answered differently), `same-instant` (a note: another row of its key and instant stands for this one), `sampled`.
 */
export type LedgerReason =
  | 'expired'
  | 'closed-window'
  | 'too-late'
  | 'no-window'
  | 'overflow'
  | 'duplicate'
  | 'dead-letter'
  | 'future'
  | 'session-split'
  | 'frozen'
  | 'same-instant'
  | 'sampled'

/** Where an element came from: a split of a source and a place in it, such as a file and a line. */
export interface SourcePosition {
  readonly split: string
  /** Ordinal within the split, from 0 in reading order; a file's line number from 1 when `unit` is `line`. */
  readonly offset: number
  readonly unit: 'element' | 'line'
}

/** One entry of the ledger. */
export interface LedgerEntry {
  readonly reason: LedgerReason
  /** Path of the step at which the element left. */
  readonly step: string
  /** The element, or the raw text of a malformed record. */
  readonly element: unknown
  readonly timestamp: Timestamp | undefined
  readonly window: Window | undefined
  /** Input watermark of the step at that moment. */
  readonly watermark: Timestamp
  readonly position: SourcePosition | undefined
  /** What was wrong, for people. */
  readonly detail: string | undefined
}

/** The reasons that depend on arrival: with none of them, live and historical results agree. */
export const DROP_REASONS: readonly LedgerReason[] = Object.freeze([
  'expired',
  'closed-window',
  'too-late',
  'overflow',
  'future',
  'session-split',
  'frozen',
])

/** The reasons of entries that are notes: what they name has not left. */
export const NOTE_REASONS: readonly LedgerReason[] = Object.freeze(['session-split', 'frozen', 'same-instant'])
