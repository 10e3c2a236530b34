/**
 * StreamingJob: a pipeline at work on live sources, seen from outside.
 */
import type { LedgerEntry, PCollection, Timestamp, Window, WindowedValue } from '@tidemark/core'
import type { Outputs } from '@tidemark/core/graph'
import type { Observable } from 'rxjs'
import type { Explanation } from '../execution/explain/explanation.ts'
import type { StepCounters } from '../execution/ledger/step-log.ts'
import type { SettledResult } from '../settled/settled-result.ts'
import type { TimeLog } from '../execution/time-log/time-log.ts'

/**
 * Where a job stands; one of: `created`, `running`, `done` (all windows are closed, sinks have published), `stopped` (windows
 * were open), `failed`.
 */
export type JobState = 'created' | 'running' | 'done' | 'stopped' | 'failed'

/** Type of the elements of a collection. */
export type ElementOf<C> = C extends PCollection<infer T> ? T : never

/** A running pipeline. */
export interface StreamingJob<out O extends Outputs> {
  /**
   * The elements of each output, emitted after the bundle that made them. Multicast: all subscribers see the same elements,
   * a late one only those to come, and unsubscribing does not stop the job. They complete when the job is done, carry the error
   * when it fails, and fall silent when it is stopped.
   */
  readonly outputs: { readonly [N in keyof O]: Observable<WindowedValue<ElementOf<O[N]>>> }
  /** The ledger entries to come; completes when the job ends, however it ends. Entries are counted when nobody listens, too. */
  readonly ledger: Observable<LedgerEntry>
  /** How many ledger entries there are, by `step reason`. */
  readonly ledgerCounts: ReadonlyMap<string, number>
  /** The latest ledger entries, heard or not, up to the runner's `ledgerLimit`; the oldest of them first. */
  readonly ledgerEntries: readonly LedgerEntry[]
  /** How often each source had to be read again after a failure, by the path of its step; sources that never failed are left out. */
  readonly retries: ReadonlyMap<string, number>
  /**
   * The watermark of each output: the present ones on subscription, then all of them whenever one has moved. Completes when the
   * job ends.
   */
  readonly watermark$: Observable<{ readonly [N in keyof O]: Timestamp }>
  /** What remains of each output so far. Throws (code `NOT_SETTLED`) unless the runner was made with `settled: true`. */
  readonly settled: { readonly [N in keyof O]: SettledResult }
  /** What each step has counted. */
  readonly counters: readonly StepCounters[]
  /**
   * Why a key and window have fired at a step, or not: watermarks and what holds them, trigger, timers, ledger, drift-safety.
   * `formatExplanation` writes it as text. `step` is a path, and may be left out where one step alone keeps state by key. Of sessions
   * the one is explained that `window` overlaps. Throws a PipelineError with code `UNKNOWN_STEP` or `AMBIGUOUS_STEP`.
   */
  explain(key: unknown, window: Window, step?: string): Explanation
  /** What the job was told and when, for `replay`. Throws (code `NO_TIME_LOG`) unless the runner was made with `timeLog: true`. */
  readonly timeLog: TimeLog
  /** What the ledger holds and which sources were read again, as one line for people; empty when there is nothing to say. */
  report(): string
  readonly state: JobState
  /**
   * Resolves when all sources are complete, all windows closed and all sinks committed, or when the job was stopped; rejects when it
   * fails. The rejection counts as handled when an output had a subscriber, who has been told.
   */
  readonly done: Promise<void>
  /**
   * Starts the job now rather than on the next macrotask: runs setups, opens sinks, then subscribes to its sources, at once when
   * none of them returns a promise. Does nothing when it has been started.
   */
  start(): void
  /** Stops reading, moves the watermark to the end of time, closes windows and commits. Resolves when the job is done. */
  drain(): Promise<void>
  /**
   * Stops reading and keeps windows open: nothing more is emitted, sinks take back what they have not published. Resolves when all
   * is released. Too late once the job has begun to commit: it is then done.
   */
  stop(): Promise<void>
}
