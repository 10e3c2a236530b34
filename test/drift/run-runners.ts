/**
 * Runs of the two runners themselves, over a scenario's elements in its order of arrival.
 *
 * The batch runner reads them as history. The streaming runner reads the same splits live, bundle by bundle in virtual time, and
 * estimates watermarks as the sources say; explicit watermarks, idleness and ticks of a scenario are for the engine alone.
 */
import type { LedgerEntry, PullSource } from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { memorySource } from '@tidemark/io/memory'
import { batchRunner } from '@tidemark/runners/batch'
import { streamingRunner } from '@tidemark/runners/streaming'
import { VirtualTimeScheduler } from 'rxjs'
import { pipelineOf } from './pipeline-of.ts'
import type { Element } from './pipeline-spec.ts'
import type { Run } from './run-live.ts'
import type { Scenario } from './scenario.ts'

/** Runs a scenario's elements as history, a few at a time. */
export async function runBatchRunner(scenario: Scenario, bundleSize: number): Promise<Run> {
  const pipeline = pipelineOf(scenario.pipeline, 'batch', (source) => splitsOf(scenario, source))
  const { settled, ledger } = await batchRunner({
    progress: 'never',
    settled: true,
    bundleSize,
    deadLetters: 'off',
  }).run(pipeline)
  return { graph: buildGraph(pipeline), settled: { ...settled }, ledger, late: [] }
}

/** Runs a scenario's elements live, a few at a time. */
export async function runStreamingRunner(scenario: Scenario, bundleSize: number): Promise<Run> {
  const { sources } = scenario.pipeline
  const pipeline = pipelineOf(scenario.pipeline, 'live', (source) => ({
    ...splitsOf(scenario, source),
    bounded: sources[source]!.bounded,
  }))
  const scheduler = new VirtualTimeScheduler()
  const job = streamingRunner({ scheduler, settled: true, bundleSize, autoStart: false }).run(pipeline)
  const ledger: LedgerEntry[] = []
  job.ledger.subscribe((entry) => ledger.push(entry))
  job.start()
  const state = { done: false }
  const finished = job.done.finally(() => {
    state.done = true
  })
  // Reading a split waits for promises, virtual time for its turn.
  while (!state.done) {
    scheduler.flush()
    await Promise.race([finished, new Promise((resolve) => setImmediate(resolve))])
  }
  await finished
  return { graph: buildGraph(pipeline), settled: { ...job.settled }, ledger, late: [] }
}

/** The elements of a source, split as they came. */
export function splitsOf({ pipeline, events }: Scenario, source: number): PullSource<Element> {
  const splits: Record<string, Element[]> = {}
  for (let split = 0; split < pipeline.sources[source]!.splits; split++) splits[String(split)] = []
  for (const event of events) {
    if (event.kind === 'offer' && event.source === source) splits[String(event.split)]!.push(...event.elements)
  }
  return memorySource<Element>(splits)
}
