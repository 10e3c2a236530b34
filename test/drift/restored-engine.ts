/**
 * Restores: a scenario's live run in which the engine is put away and made anew from its snapshot between events.
 */
import type { LedgerEntry, WindowedValue } from '@tidemark/core'
import type { PipelineGraph } from '@tidemark/core/graph'
import { Engine, type EngineOptions } from '../../packages/runners/src/execution/engine.ts'

/** Everything that an engine has said, in order. */
export interface Transcript {
  readonly outputs: (readonly [output: string, values: readonly WindowedValue<unknown>[]])[]
  readonly ledger: LedgerEntry[]
}

/** An engine that can be replaced by one made from its snapshot; what it says goes on in one transcript. */
export class RestoredEngine {
  engine: Engine
  readonly transcript: Transcript = { outputs: [], ledger: [] }
  readonly #graph: PipelineGraph
  readonly #options: EngineOptions

  constructor(graph: PipelineGraph, options: EngineOptions) {
    this.#graph = graph
    this.#options = {
      ...options,
      onOutput: (name, values) => this.transcript.outputs.push([name, values]),
      onLedger: (entry) => this.transcript.ledger.push(entry),
    }
    this.engine = new Engine(graph, this.#options)
  }

  /** Goes on in a new engine. */
  restore(): void {
    const snapshot = this.engine.snapshot()
    this.engine = new Engine(this.#graph, this.#options)
    this.engine.restore(snapshot)
  }
}
