/**
 * A live run: a scenario's events, one after the other, into the engine.
 */
import type { LedgerEntry } from '@tidemark/core'
import { buildGraph, type PipelineGraph } from '@tidemark/core/graph'
import type { Engine, EngineInput, EngineOptions } from '../../packages/runners/src/execution/engine.ts'
import type { SettledResult } from '@tidemark/runners/testing'
import { pipelineOf } from './pipeline-of.ts'
import { endAllCalls, endCalls } from './open-calls.ts'
import { sourceName, type Element } from './pipeline-spec.ts'
import { RestoredEngine } from './restored-engine.ts'
import type { Scenario, ScenarioEvent } from './scenario.ts'

/** What a run has come to. */
export interface Run {
  readonly graph: PipelineGraph
  readonly settled: Readonly<Record<string, SettledResult>>
  readonly ledger: readonly LedgerEntry[]
  /** Elements that came behind the watermark of their source, in the order of arrival. */
  readonly late: readonly Element[]
}

/** Runs a scenario live, to the end of time. Conservation is asserted. */
export async function runLive(scenario: Scenario): Promise<Run> {
  const graph = buildGraph(pipelineOf(scenario.pipeline, 'live'))
  return inTimeZone(scenario.zone, () =>
    runEngine(graph, optionsOf(scenario), (run) => {
      const late: Element[] = []
      for (const call of callsOf(scenario)) {
        if (call === 'restore') run.restore()
        else late.push(...call(run.engine))
      }
      return late
    }),
  )
}

/** The options of an engine that runs a scenario live. */
export function optionsOf({ pipeline, maxFuture, shards = 1 }: Scenario): EngineOptions {
  return { now: pipeline.base, shards, ...(maxFuture === undefined ? {} : { maxFuture: maxFuture * pipeline.unit }) }
}

/** What happens to an engine; gives the elements that come behind the watermark of their source. */
export type Call = 'restore' | ((engine: Engine) => readonly Element[])

/** What happens to an engine in a scenario, one call after the other, from the opening of its splits to the end of the last call. */
export function* callsOf({ pipeline, events }: Scenario): Generator<Call> {
  const offsets = new Map<string, number>()
  const splits = pipeline.sources.map((source) => splitsOf(source.splits))
  yield ({ inputs }) => {
    inputs.forEach((input, index) => input.openSplits(splits[index]!))
    return []
  }
  for (const event of events) {
    if (event.kind === 'restore') {
      yield event.kind
      continue
    }
    yield (engine) => {
      const watermark = event.kind === 'offer' ? engine.outputWatermark(sourceName(event.source)) : 0
      if (event.kind === 'answer') endCalls(engine, event)
      else play(engine, engine.inputs, event, offsets)
      return event.kind === 'offer' ? event.elements.filter(([at]) => at < watermark) : []
    }
  }
  for (const [index, ids] of splits.entries()) {
    for (const split of ids) {
      yield ({ inputs }) => {
        inputs[index]!.complete(split)
        return []
      }
    }
  }
  yield (engine) => {
    endAllCalls(engine)
    return []
  }
}

/** Runs the body of a run in an engine over a graph, and collects what comes out. */
export async function runEngine(
  graph: PipelineGraph,
  options: EngineOptions,
  body: (run: RestoredEngine) => readonly Element[],
): Promise<Run> {
  const run = new RestoredEngine(graph, { ...options, settled: true })
  await run.engine.setup()
  const late = body(run)
  await run.engine.teardown()
  run.engine.assertConserved()
  const names = Object.keys(graph.outputs)
  const settled = Object.fromEntries(names.map((name) => [name, run.engine.settled(name)]))
  return { graph, settled, ledger: run.transcript.ledger, late }
}

/** Runs with the machine's clock on the wall of another place. */
export async function inTimeZone<T>(zone: string, body: () => Promise<T>): Promise<T> {
  const home = process.env['TZ']
  process.env['TZ'] = zone
  try {
    return await body()
  } finally {
    if (home === undefined) delete process.env['TZ']
    else process.env['TZ'] = home
  }
}

function splitsOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => String(index))
}

function play(
  engine: Engine,
  inputs: readonly EngineInput[],
  event: Exclude<ScenarioEvent, { kind: 'restore' | 'answer' }>,
  offsets: Map<string, number>,
): void {
  switch (event.kind) {
    case 'offer': {
      const { source, split, elements } = event
      const place = `${source}.${split}`
      const start = offsets.get(place) ?? 0
      offsets.set(place, start + elements.length)
      inputs[source]!.offer(String(split), {
        elements,
        offsets: elements.map((_, index) => start + index),
        rejected: [],
        position: start + elements.length,
        bytes: 0,
        done: false,
      })
      return
    }
    case 'watermark':
      inputs[event.source]!.advanceWatermark(String(event.split), event.to)
      return
    case 'idle':
      inputs[event.source]!.markIdle(String(event.split))
      return
    case 'tick':
      engine.advanceProcessingTime(event.to)
  }
}
