/**
 * Engine: a graph that runs. Synchronous and deterministic; drivers feed it batches, watermarks and processing time.
 *
 * It reads no clock, keeps no queue of its own and waits for nobody: the batch runner and the streaming runner differ only in
 * who calls it, and when. That is why their settled results are the same.
 */
import { PipelineError } from '@tidemark/core'
import type { LedgerEntry, Timestamp, Window, WindowedValue } from '@tidemark/core'
import { describeGraph, type PipelineGraph } from '@tidemark/core/graph'
import type { SettledResult } from '../settled/settled-result.ts'
import type { AsyncStep } from './async/async-step.ts'
import { explain } from './explain/explain.ts'
import type { Explanation } from './explain/explanation.ts'
import { LedgerMemory } from './ledger/ledger-memory.ts'
import type { StepCounters } from './ledger/step-log.ts'
import { Collector } from './plan/collector.ts'
import { plan, type Plan } from './plan/plan.ts'
import type { WriteListener } from './sink/write-operator.ts'
import { SettledTable } from './settled/settled-table.ts'
import { decodeSnapshot, encodeSnapshot, requireFitting } from './snapshot/engine-snapshot.ts'
import { SNAPSHOT_FORMAT, type SnapshotFormat } from './snapshot/engine-snapshot.ts'
import { loadParts, saveParts, type Part } from './snapshot/parts.ts'
import type { EngineClock } from './source/event-time.ts'
import type { SourceInput } from './source/source-input.ts'
import { lifeCycleError } from './stateless/user-code.ts'
import { Calls } from './time-log/calls.ts'
import type { DecisionListener } from './time-log/decision.ts'

/** The entrance of one source. */
export type EngineInput = SourceInput

/** Who listens to an engine, and what it keeps. */
export interface EngineOptions {
  /** Called with the elements of a named output, in order; the array is the listener's to keep. */
  readonly onOutput?: (name: string, values: readonly WindowedValue<unknown>[]) => void
  readonly onLedger?: (entry: LedgerEntry) => void
  /** Called with what the sink of a write step is to be handed, by what it takes; the array is the listener's to keep. */
  readonly onWrite?: WriteListener
  /** Keeps the settled result of every named output. */
  readonly settled?: boolean
  /** Processing time at the start, milliseconds (0). */
  readonly now?: number
  /** One of: `stream` (default), `history`: the clock stands still, and only what a source has promised moves its watermark before its end. */
  readonly mode?: 'stream' | 'history'
  /** How far ahead of processing time an element may lie (milliseconds) when its source states neither arrival nor limit. */
  readonly maxFuture?: number
  /** How many shards keyed steps run as, each with keys of its own (1). What drift-safe steps settle on, and which elements are dropped, does not depend on it. */
  readonly shards?: number
  /** Told what is done to the engine, each thing before it takes effect: enough to replay the run over the same elements. */
  readonly onDecision?: DecisionListener
  /** The version of snapshots that is written, and those that are read (this engine's). */
  readonly snapshotFormat?: SnapshotFormat
}

/** Ledger entries from which windows are explained: enough to see what happens, few enough to forget. */
const EXPLAINED = 1000

/** Runs one graph once. */
export class Engine {
  readonly inputs: readonly EngineInput[]
  /** The steps whose calls the driver is to make, in the order of the graph. */
  readonly asyncSteps: readonly AsyncStep[]
  readonly #graph: PipelineGraph
  readonly #plan: Plan
  /** All that a snapshot holds, by name. */
  readonly #parts: Map<string, Part>
  readonly #clock: { -readonly [N in keyof EngineClock]: EngineClock[N] }
  readonly #calls: Calls
  readonly #ledger = new LedgerMemory(EXPLAINED)
  readonly #format: SnapshotFormat
  readonly #shards: number
  readonly #settled = new Map<string, SettledTable>()

  constructor(graph: PipelineGraph, options: EngineOptions = {}) {
    this.#graph = graph
    this.#clock = {
      now: options.now ?? 0,
      wall: options.now ?? 0,
      history: options.mode === 'history',
      maxFuture: options.maxFuture,
    }
    this.#calls = new Calls(options.onDecision)
    this.#format = options.snapshotFormat ?? SNAPSHOT_FORMAT
    this.#shards = requireShards(options.shards ?? 1)
    this.#plan = plan(graph, {
      clock: this.#clock,
      calls: this.#calls,
      shards: this.#shards,
      onLedger: (entry) => {
        this.#ledger.add(entry)
        options.onLedger?.(entry)
      },
      onWrite: options.onWrite,
    })
    this.inputs = this.#plan.inputs
    this.asyncSteps = this.#plan.asyncSteps
    this.#parts = new Map(this.#plan.parts)
    for (const [name, collection] of Object.entries(graph.outputs)) {
      const output = this.#plan.outputs[collection]!
      const { onOutput } = options
      // Settled first: whoever hears of a value can already ask for the result it changes.
      if (options.settled === true) {
        const table = settledTable(graph, collection)
        this.#settled.set(name, table)
        this.#parts.set(`settled ${name}`, { saved: table, owner: `the settled output "${name}"` })
        output.connect(table, 0)
      }
      if (onOutput !== undefined) output.connect(new Collector((values) => onOutput(name, values)), 0)
    }
  }

  /** Runs the setup of every parDo. */
  async setup(): Promise<void> {
    for (const { payload, step } of this.#plan.parDos) {
      try {
        await payload.doFn.setup?.()
      } catch (cause) {
        throw lifeCycleError('setup', step.path, cause)
      }
    }
  }

  /** Runs the teardown of every parDo, also after a failure; throws the first error when all have run. */
  async teardown(): Promise<void> {
    const errors: PipelineError[] = []
    for (const { payload, step } of this.#plan.parDos) {
      try {
        await payload.doFn.teardown?.()
      } catch (cause) {
        errors.push(lifeCycleError('teardown', step.path, cause))
      }
    }
    if (errors[0] !== undefined) throw errors[0]
  }

  /**
   * Moves processing time and fires the processing-time timers that are due. A time before the present one changes nothing. `wall` is the
   * time of the day where it is ahead of processing time: only the skew guard goes by it.
   */
  advanceProcessingTime(now: number, wall: number = now): void {
    if (now <= this.#clock.now) return
    const guarded = Math.max(now, wall)
    this.#calls.beginTick(now, guarded, (this.nextProcessingTime() ?? Infinity) < now)
    this.#clock.now = now
    this.#clock.wall = guarded
    // Downstream first: what was due there before this tick does not wait for what the tick brings from above.
    for (const { operator } of this.#plan.timed.toReversed()) operator.advanceProcessingTime(now)
    this.#calls.end()
  }

  /** The processing time strictly above which something is due, or `undefined`. */
  nextProcessingTime(): number | undefined {
    const next = Math.min(Infinity, ...this.#plan.timed.map(({ operator }) => operator.nextProcessingTime()))
    return next === Infinity ? undefined : next
  }

  /** Watermark of a named output. */
  outputWatermark(name: string): Timestamp {
    return this.#plan.outputs[this.#collectionOf(name)]!.watermark
  }

  /** The settled result of a named output so far; needs the option `settled`. */
  settled(name: string): SettledResult {
    this.#collectionOf(name)
    const table = this.#settled.get(name)
    if (table !== undefined) return table.result()
    throw new PipelineError(
      'NOT_SETTLED',
      `The settled result of "${name}" was not kept, as it costs memory for every key and window. Run with settled: true.`,
    )
  }

  /** How many ledger entries each step and reason has, as "step reason". */
  get ledgerCounts(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>()
    for (const { step, reasons } of this.#plan.logs)
      for (const [reason, count] of reasons) counts.set(`${step.path} ${reason}`, count)
    return counts
  }

  /** What each step has counted. */
  counters(): readonly StepCounters[] {
    this.#countWaiting()
    return this.#plan.logs.map((log) => ({ ...log.counters }))
  }

  /** Throws (code `NOT_CONSERVED`) when an element is unaccounted for. */
  assertConserved(): void {
    this.#countWaiting()
    for (const log of this.#plan.logs) log.assertConserved()
  }

  /** Explains why a key and window have fired at a step, or not; see {@link explain}. */
  explain(key: unknown, window: Window, step?: string): Explanation {
    const { entries } = this.#ledger
    const explained = {
      graph: this.#graph,
      plan: this.#plan,
      processingTime: this.#clock.now,
      ledger: entries,
      settledOf: (collection: number) => {
        const output = Object.entries(this.#graph.outputs).find(([, id]) => id === collection)
        return output && this.#settled.get(output[0])?.result()
      },
    }
    return explain(explained, key, window, step)
  }

  /**
   * The state of the whole engine: groups, state, timers, holds, watermarks, counters and settled results, in canonical bytes.
   *
   * **Contract** — Between two calls of the engine, not from a listener inside one (code `SNAPSHOT_INSIDE_BUNDLE`). Keys and values
   * without a coder must be plain data (codes of EncodingError). What parDos keep for themselves is not part of it.
   */
  snapshot(): Uint8Array {
    if (this.#calls.busy) {
      throw new PipelineError(
        'SNAPSHOT_INSIDE_BUNDLE',
        'A snapshot was asked for while a bundle was on its way through the graph, or after one has failed on its way: some steps have seen it, ' +
          'others have not. Take it when the call that brought the bundle has returned.',
      )
    }
    this.#calls.noteTick()
    const { now, wall } = this.#clock
    const about = { graph: describeGraph(this.#graph), shards: this.#shards, settled: [...this.#settled.keys()] }
    return encodeSnapshot(
      { ...about, now, wall, decisions: this.#calls.noted, parts: saveParts(this.#parts) },
      this.#format,
    )
  }

  /**
   * Goes on from a snapshot. What follows is as if the engine that took it had gone on, to the last pane and in the same order. Only
   * {@link Engine.explain} has forgotten the ledger entries from before, and records among the values come back with their fields in
   * code unit order.
   *
   * **Contract** — Before anything else was done with this engine, over a graph with the same fingerprint and with as many shards.
   * Throws a PipelineError whose code begins with `SNAPSHOT_` otherwise. An engine whose restore has thrown is of no use any more.
   */
  restore(snapshot: Uint8Array): void {
    if (this.#calls.used) {
      throw new PipelineError(
        'SNAPSHOT_INTO_USED_ENGINE',
        'A snapshot was to be restored into an engine that has been called before, or restored already. What it has come to since would be mixed with ' +
          'what it is to go on from. Make a new engine over the same pipeline and restore it first.',
      )
    }
    this.#calls.used = true
    const { now, wall, decisions, parts, ...about } = decodeSnapshot(snapshot, this.#format)
    const settled = [...this.#settled.keys()]
    requireFitting(about, { graph: describeGraph(this.#graph), shards: this.#shards, settled })
    this.#clock.now = now
    this.#clock.wall = wall
    this.#calls.noted = decisions
    loadParts(this.#parts, parts)
  }

  #countWaiting(): void {
    for (const { operator, log } of this.#plan.timed) log.counters.waiting = operator.waiting()
  }

  #collectionOf(name: string): number {
    const collection = this.#graph.outputs[name]
    if (collection !== undefined) return collection
    throw new PipelineError(
      'UNKNOWN_OUTPUT',
      `The pipeline has no output "${name}"; its outputs are [${Object.keys(this.#graph.outputs).join(', ')}].`,
    )
  }
}

function requireShards(shards: number): number {
  if (Number.isSafeInteger(shards) && shards >= 1) return shards
  throw new PipelineError(
    'BAD_OPTION',
    `The option shards is ${shards}. Keys are spread over that many parts, so it must be a whole number of at least 1. Leave it out for one.`,
  )
}

function settledTable(graph: PipelineGraph, collection: number): SettledTable {
  const { payload, inputs } = graph.steps[graph.collections[collection]!.step]!
  // A reshuffle hands panes on as they are.
  if (payload.primitive === 'stateless' && payload.form === 'reshuffle') return settledTable(graph, inputs[0]!)
  if (payload.primitive !== 'combinePerKey') return new SettledTable(undefined, false)
  return new SettledTable(payload.combineFn.mergeOutputs, payload.keyed)
}
