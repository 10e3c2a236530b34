/**
 * BatchResult: what a batch run gives: the pipeline's record of collections as a record of results.
 */
import { PipelineError, type LedgerEntry, type PCollection, type Window, type WindowedValue } from '@tidemark/core'
import type { Outputs, PipelineGraph } from '@tidemark/core/graph'
import type { Engine } from '../execution/engine.ts'
import type { Explanation } from '../execution/explain/explanation.ts'
import type { StepCounters } from '../execution/ledger/step-log.ts'
import type { SettledResult } from '../settled/settled-result.ts'

/** Type of the elements of a collection. */
export type ElementOf<C> = C extends PCollection<infer T> ? T : never

/** What a run took. */
export interface BatchElapsed {
  readonly milliseconds: number
  /** Records read, malformed ones among them. */
  readonly records: number
  /** Bytes read, as they are stored. */
  readonly bytes: number
}

/** The result of a run that succeeded. */
export interface BatchResult<out O extends Outputs> {
  /** The elements of each output, in the order in which they were emitted. */
  readonly outputs: { readonly [N in keyof O]: readonly WindowedValue<ElementOf<O[N]>>[] }
  /** Ledger entries in the order in which they were made, up to the runner's `ledgerLimit`. */
  readonly ledger: readonly LedgerEntry[]
  /** How many ledger entries there were, by `step reason`; exact, also beyond the limit. */
  readonly ledgerCounts: ReadonlyMap<string, number>
  /** What remains of each output. Throws (code `NOT_SETTLED`) unless the runner was made with `settled: true`. */
  readonly settled: { readonly [N in keyof O]: SettledResult }
  /** What each step has counted. */
  readonly counters: readonly StepCounters[]
  /**
   * How a key and window stand at a step after the run: what they settled on (with `settled: true`), which of their elements are in the
   * ledger, and whether the step is drift-safe. `formatExplanation` writes it as text. Throws as `StreamingJob.explain` does.
   */
  explain(key: unknown, window: Window, step?: string): Explanation
  /** How often each source had to be read again after a failure, by the path of its step; sources that never failed are left out. */
  readonly retries: ReadonlyMap<string, number>
  readonly elapsed: BatchElapsed
}

/** Gathers the result of one run while it goes on. */
export class ResultBuilder {
  readonly #outputs = new Map<string, WindowedValue<unknown>[]>()
  readonly #ledger: LedgerEntry[] = []
  readonly #ledgerLimit: number

  constructor(graph: PipelineGraph, ledgerLimit: number) {
    for (const name of Object.keys(graph.outputs)) this.#outputs.set(name, [])
    this.#ledgerLimit = ledgerLimit
  }

  /** Takes elements of a named output. */
  addOutput(name: string, values: readonly WindowedValue<unknown>[]): void {
    const output = this.#outputs.get(name)
    for (const value of values) output?.push(value)
  }

  /** The ledger entries kept so far. */
  get ledger(): readonly LedgerEntry[] {
    return this.#ledger
  }

  /** Takes a ledger entry; beyond the limit it is counted by the engine only. */
  addEntry(entry: LedgerEntry): void {
    if (this.#ledger.length < this.#ledgerLimit) this.#ledger.push(entry)
  }

  /** The result, once the run has succeeded. */
  finish(
    engine: Engine,
    isSettled: boolean,
    retries: ReadonlyMap<string, number>,
    elapsed: BatchElapsed,
  ): BatchResult<Outputs> {
    const settled = isSettled
      ? Object.fromEntries([...this.#outputs.keys()].map((name) => [name, engine.settled(name)]))
      : undefined
    return Object.freeze({
      outputs: Object.freeze(Object.fromEntries(this.#outputs)),
      ledger: this.#ledger,
      ledgerCounts: engine.ledgerCounts,
      get settled(): Readonly<Record<string, SettledResult>> {
        return settled ?? notSettled()
      },
      counters: engine.counters(),
      explain: (key: unknown, window: Window, step?: string) => withoutUnread(engine.explain(key, window, step)),
      retries,
      elapsed: Object.freeze(elapsed),
    }) as BatchResult<Outputs>
  }
}

// What stands for the splits that are not read yet is complete as well in the end, and none of the source's own.
function withoutUnread(explanation: Explanation): Explanation {
  const { sources } = explanation
  return {
    ...explanation,
    sources: sources.map((source) => ({ ...source, completeSplits: source.completeSplits - 1 })),
  }
}

function notSettled(): never {
  throw new PipelineError(
    'NOT_SETTLED',
    'Settled results were not kept, as they cost memory for every key and window. Run with batchRunner({ settled: true }).',
  )
}
