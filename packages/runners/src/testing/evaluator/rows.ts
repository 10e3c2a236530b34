/**
 * Rows: what a collection holds when everything has come, an element at a time, once per window.
 *
 * The evaluator computes each collection whole, as rows. There is no arrival, no watermark and no pane but the last one.
 */
import { NO_FIRING, type KV, type LedgerEntry, type PaneInfo, type Timestamp, type Window } from '@tidemark/core'

/** One settled element in one window. */
export interface Row {
  readonly value: unknown
  readonly timestamp: Timestamp
  readonly window: Window
  /** For `parDo`: that of an element which met no grouping, or that of a grouping's only pane. */
  readonly pane: PaneInfo
}

/** An (element, window) pair that data alone keeps out of every pane: in no window, a dead letter, or ahead of its arrival. */
export type EvaluatedEntry = Pick<LedgerEntry, 'reason' | 'step' | 'element' | 'timestamp' | 'window'>

/** The pane of a row that a grouping made: there is only one, and nothing was early or late. */
export const ONLY_PANE: PaneInfo = Object.freeze({ ...NO_FIRING, timing: 'on-time' })

/** Returns the key and the value of a keyed row. */
export function keyedValue(row: Row): KV<unknown, unknown> {
  return row.value as KV<unknown, unknown>
}

/** Parts rows into those of equal text; parts and rows stay in the order in which they stand. */
export function partition(rows: readonly Row[], textOf: (row: Row) => string): readonly (readonly Row[])[] {
  const parts = new Map<string, Row[]>()
  for (const row of rows) {
    const text = textOf(row)
    const part = parts.get(text)
    if (part === undefined) parts.set(text, [row])
    else part.push(row)
  }
  return [...parts.values()]
}

/** Returns a text that is the same for equal windows. */
export function textOfWindow(window: Window): string {
  return `${window.start} ${window.end}`
}
