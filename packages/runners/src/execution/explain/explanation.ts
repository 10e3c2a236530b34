/**
 * Explanation: why a window has fired or not, as data.
 *
 * Everything that the answer depends on at one moment: watermarks and what holds them, the group with its trigger, the ledger, and
 * whether the step's answer depends on arrival at all. `formatExplanation` writes it for people.
 */
import type { LedgerEntry, LedgerReason, TimeDomain, Timestamp, Window } from '@tidemark/core'
import type { DriftSafety } from '@tidemark/core/graph'
import type { AsyncInspection, GateInspection, JoinInspection } from './inspection.ts'

/** The watermark of one split. */
export interface SplitWatermark {
  readonly id: string
  readonly watermark: Timestamp
  /** Whether it is waited for; one of: `read`, `idle` (silent, and left out), `complete`. */
  readonly state: 'read' | 'idle' | 'complete'
}

/** The watermark of a source, and of its splits, the slowest first; of splits that are complete none but their number. */
export interface SourceWatermark {
  readonly step: string
  readonly watermark: Timestamp
  readonly splits: readonly SplitWatermark[]
  readonly completeSplits: number
}

/** Something that keeps the output watermark of a step from going on. */
export interface WatermarkHold {
  readonly step: string
  readonly timestamp: Timestamp
  /** In words. */
  readonly owner: string
}

/** A node of a trigger's tree, in preorder, and what it waits for, in words. */
export interface TriggerNode {
  readonly depth: number
  readonly trigger: string
  readonly waitsFor: string
}

/**
 * A step at which elements of the window wait for something else than its end, by kind; one of: `gate` (side inputs), `join` (the other
 * side), `async` (answers of calls).
 */
export type AwaitingStep = { readonly step: string } & (GateInspection | AwaitingJoin | AsyncInspection)

/** A join, and the sides whose clocks its elements may wait for: those behind the time of the earliest answer. */
export interface AwaitingJoin extends JoinInspection {
  readonly partners: readonly ('left' | 'right')[]
}

/** Why a key and window have fired at a step, or not. */
export interface Explanation {
  readonly step: string
  readonly key: unknown
  /** The window found; of sessions the first that the window asked for overlaps. */
  readonly window: Window
  /**
   * Where the key and window stand; one of: `open`, `closed` (the trigger has finished, and the window has not expired), `expired` (what it
   * held was emitted, and nothing is kept), `unseen` (no element has come, or its state was empty, or what came has gone on).
   */
  readonly status: 'open' | 'closed' | 'expired' | 'unseen'
  /** Why, in one or two sentences. */
  readonly because: string
  /** The watermark past which the window takes no element; `undefined` at a step whose elements do not go by the end of a window. */
  readonly expiry: Timestamp | undefined
  readonly inputWatermark: Timestamp
  readonly outputWatermark: Timestamp
  readonly processingTime: number
  /** Where elements of the window wait for something else than its end: at this step; for side inputs and calls also above it. */
  readonly awaits: readonly AwaitingStep[]
  /** Sources that the step depends on. */
  readonly sources: readonly SourceWatermark[]
  /** What holds watermarks at this step and those above it, the earliest first; a few of each step. */
  readonly holds: readonly WatermarkHold[]
  /** Panes so far, and elements since the last of them; of a grouping. */
  readonly panes: { readonly emitted: number; readonly last: string | undefined; readonly pending: number } | undefined
  readonly trigger: readonly TriggerNode[]
  /** Elements that wait for the step's clock, and cells that hold something; of a stateful step. */
  readonly state: { readonly waiting: number; readonly cells: readonly string[] } | undefined
  readonly timers: readonly { readonly name: string; readonly domain: TimeDomain; readonly time: Timestamp }[]
  /** How long ordered steps and joins, this one and those above it, wait for late elements; milliseconds of event time. */
  readonly waits: readonly { readonly step: string; readonly milliseconds: number }[]
  readonly ledger: {
    /** The latest entries of this key and window at this step. */
    readonly entries: readonly LedgerEntry[]
    /** All entries at this step and those above it. */
    readonly counts: readonly { readonly step: string; readonly reason: LedgerReason; readonly count: number }[]
  }
  /** What the key and window have settled on so far; `undefined` where the run does not keep it, or the step is no named output. */
  readonly settled: readonly unknown[] | undefined
  readonly drift: DriftSafety
}
