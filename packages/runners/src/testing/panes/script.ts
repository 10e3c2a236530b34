/**
 * Scripts: what the world does to a pipeline, one event after the other, and what came of it.
 *
 * Each event runs to quiescence before the next (statement 77), so every result can be traced to the event that caused it.
 */
import type { LedgerEntry, Timestamp, WindowedValue } from '@tidemark/core'

/** One bundle of elements of a source, each with its timestamp. */
export interface ElementsEvent {
  /** Path of the `read` step. */
  readonly elements: string
  readonly rows: readonly (readonly [value: unknown, timestamp: Timestamp])[]
}
/** The watermark of a source moves to `t`. It never moves back: a smaller `t` changes nothing. */
export interface WatermarkEvent {
  /** Path of the `read` step. */
  readonly watermark: string
  readonly t: Timestamp
}
/** Processing time moves on by so many milliseconds. It starts at 0. */
export interface ProcessingTimeEvent {
  readonly processingTime: number
}
/** A source is complete: its watermark moves to the end of time. */
export interface CompleteEvent {
  /** Path of the `read` step. */
  readonly complete: string
}

/** One event of a script. */
export type ScriptEvent = ElementsEvent | WatermarkEvent | ProcessingTimeEvent | CompleteEvent

/** A script. Elements of `create` steps come before its first event, at index -1. */
export type Script = readonly ScriptEvent[]

/** An element of an output, and the index of the event that caused it. */
export interface OutputAt {
  readonly at: number
  readonly element: WindowedValue<unknown>
}

/** What a script led to. */
export interface PaneResult {
  /** Elements of each named output, in order; only the order within one key and window is promised. */
  readonly outputs: Readonly<Record<string, readonly OutputAt[]>>
  readonly ledger: readonly LedgerEntry[]
}
