/**
 * One pipeline, run as history over files and live over a stream: the same function of collections, two runners.
 */
import { stripVTControlCharacters } from 'node:util'
import type { LedgerEntry, PCollection } from '@tidemark/core'
import type { Outputs, Pipeline } from '@tidemark/core/graph'
import { batchRunner } from '@tidemark/runners/batch'
import { streamingRunner, type StreamingJob } from '@tidemark/runners/streaming'
import type { SettledEntry } from '@tidemark/runners/testing'
import type { Screen } from './print/screen.ts'

/** Type of the elements of a collection. */
type ElementOf<C> = C extends PCollection<infer T> ? T : never

/** What remains of an output when everything has come, with the type of its elements. */
export interface SettledOf<C> {
  readonly entries: readonly (SettledEntry & { readonly value: ElementOf<C> })[]
}

/** What one run gave. */
export interface Run<O extends Outputs> {
  readonly settled: { readonly [N in keyof O]: SettledOf<O[N]> }
  /** How many ledger entries there are, by `step reason`. */
  readonly ledgerCounts: ReadonlyMap<string, number>
  /** The first entries of each step and reason, as examples. */
  readonly ledgerExamples: readonly LedgerEntry[]
  /** Elements that came in, malformed records among them. */
  readonly elements: number
  readonly milliseconds: number
}

/** How many ledger entries of each step and reason are kept to be shown. */
const EXAMPLES = 3

const BUNDLE_SIZE = 100

/** Runs a pipeline over history, to its end, and shows progress in the status line. */
export async function runHistory<O extends Outputs>(pipeline: Pipeline<O>, screen: Screen): Promise<Run<O>> {
  // The runner's own line is taken over: it ends with the run, and what it took stands in the report.
  const progressTo = {
    isTTY: true,
    columns: screen.columns,
    write: (text: string) => screen.status(stripVTControlCharacters(text).trim()),
  }
  const progress = screen.interactive ? 'always' : 'never'
  const result = await batchRunner({ settled: true, progress, progressTo }).run(pipeline)
  const examples = new LedgerExamples()
  for (const entry of result.ledger) examples.take(entry)
  return {
    settled: result.settled as Run<O>['settled'],
    ledgerCounts: result.ledgerCounts,
    ledgerExamples: examples.kept,
    elements: result.elapsed.records,
    milliseconds: result.elapsed.milliseconds,
  }
}

/**
 * Runs a pipeline live, until its sources are complete. `watch` is given the job before it starts.
 *
 * The elements are recorded ones, so they are not compared with today's clock. Bundles are small, so that what is measured of the
 * job from outside is as fine as they are.
 */
export async function runLive<O extends Outputs>(
  pipeline: Pipeline<O>,
  watch: (job: StreamingJob<O>) => void = () => undefined,
): Promise<Run<O>> {
  const start = performance.now()
  const job = streamingRunner({ settled: true, maxFuture: 'off', autoStart: false, bundleSize: BUNDLE_SIZE }).run(
    pipeline,
  )
  const examples = new LedgerExamples()
  job.ledger.subscribe((entry) => examples.take(entry))
  watch(job)
  job.start()
  await job.done
  return {
    settled: job.settled as Run<O>['settled'],
    ledgerCounts: job.ledgerCounts,
    ledgerExamples: examples.kept,
    elements: elementsRead(job),
    milliseconds: performance.now() - start,
  }
}

/** Elements that the sources of a job have taken in: only they have counted nothing that another step emitted. */
function elementsRead(job: StreamingJob<Outputs>): number {
  return Math.max(0, ...job.counters.slice(0, 1).map((counters) => counters.in))
}

/** Keeps the first few entries of each step and reason. */
class LedgerExamples {
  readonly kept: LedgerEntry[] = []
  readonly #counts = new Map<string, number>()

  take(entry: LedgerEntry): void {
    const place = `${entry.step} ${entry.reason}`
    const count = this.#counts.get(place) ?? 0
    if (count < EXAMPLES) this.kept.push(entry)
    this.#counts.set(place, count + 1)
  }
}
