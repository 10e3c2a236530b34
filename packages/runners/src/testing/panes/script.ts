/**
 * Scripts: what the world does to a pipeline, one event after the other, and what came of it.
 *
 * Each event runs to quiescence before the next (statement 77), so every result can be traced to the event that caused it. A
 * script is data: the reference evaluator and the engine take the same one. Test streams write its events.
 */
import type { LedgerEntry, PCollection, Timestamp, WindowedValue } from '@tidemark/core'
import type { Outputs } from '@tidemark/core/graph'

/** Which stream an event is about: the path of a `read` step, or the name of a test stream. */
export type StreamName = string

/** A value, and its timestamp; without one it happens when its source says, or else at the current watermark (77). */
export type ScriptRow = readonly [value: unknown, timestamp?: Timestamp]

/** One bundle of elements. */
export interface ElementsEvent {
  readonly elements: StreamName
  /** The split that they come from (the first). */
  readonly split?: string
  readonly rows: readonly ScriptRow[]
}
/**
 * A watermark moves to `t`, and never back: of a test stream that is refused, of another source it changes nothing. To the end of
 * time only completion leads (77).
 */
export interface WatermarkEvent {
  readonly watermark: StreamName
  /** The split that it belongs to (all that are not complete). */
  readonly split?: string
  readonly t: Timestamp
}
/** A split falls silent: the watermark goes on without it until its next event. */
export interface IdleEvent {
  readonly idle: StreamName
  /** The split (all that are not complete). */
  readonly split?: string
}
/** Processing time moves on by so many milliseconds. It starts at 0. */
export interface ProcessingTimeEvent {
  readonly processingTime: number
}
/** A split is complete; when all are, the watermark moves to the end of time. */
export interface CompleteEvent {
  readonly complete: StreamName
  /** The split (all). */
  readonly split?: string
}

/** One event of a script. */
export type ScriptEvent = ElementsEvent | WatermarkEvent | IdleEvent | ProcessingTimeEvent | CompleteEvent

/** A script. Elements of `create` steps come before its first event, at index -1. */
export type Script = readonly ScriptEvent[]

/** An element of an output, and the index of the event that caused it. */
export interface OutputAt<T = unknown> {
  readonly at: number
  readonly element: WindowedValue<T>
}

/** The type of a collection's elements. */
export type ElementOf<C> = C extends PCollection<infer T> ? T : never

/** What a script led to. */
export interface PaneResult<O extends Outputs = Outputs> {
  /** Elements of each named output, in order; only the order within one key and window is promised. */
  readonly outputs: { readonly [N in keyof O]: readonly OutputAt<ElementOf<O[N]>>[] }
  readonly ledger: readonly LedgerEntry[]
}

/** An entry of the ledger, and the index of the event that caused it. */
export interface EntryAt extends LedgerEntry {
  readonly at: number
}

/** What a script led to, the ledger traced to its events too. */
export interface TracedResult<O extends Outputs = Outputs> extends PaneResult<O> {
  readonly ledger: readonly EntryAt[]
}
