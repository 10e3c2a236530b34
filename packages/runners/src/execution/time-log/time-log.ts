/**
 * TimeLog: what a live run was told, and when, apart from the elements.
 *
 * How many elements of which split came between two looks at the clock, which splits were taken to be silent, what overflowed: with the
 * elements read again from where they are kept, this is all that a run depends on, so it can be replayed to the last pane.
 */
import { PipelineError } from '@tidemark/core'
import { describeGraph, fingerprintOf, type PipelineGraph } from '@tidemark/core/graph'
import type { Decision } from './decision.ts'

/** The time log of a job, as JSON. */
export interface TimeLog {
  /** 2 where calls of asynchronous steps are among the decisions; otherwise 1, as it was before there were any. */
  readonly version: 1 | 2
  /** Fingerprint of the pipeline, whatever its sources read from. */
  readonly graph: string
  /** Processing time at the start, in milliseconds. */
  readonly now: number
  /** Number of key shards: panes come in another order, and late ones may be called otherwise, when there are others. */
  readonly shards: number
  /** The live skew guard, in milliseconds; null for none. */
  readonly maxFuture: number | null
  /** Paths of the sources; decisions name them by their place. */
  readonly sources: readonly string[]
  /** Paths of the asynchronous steps; decisions name them by their place. Of version 2. */
  readonly asyncSteps?: readonly string[]
  readonly decisions: readonly Decision[]
}

/** Begins the time log of a graph; the decisions are added to the array that is given. */
export function timeLogOf(
  graph: PipelineGraph,
  start: { readonly now: number; readonly shards: number; readonly maxFuture: number | undefined },
  decisions: readonly Decision[],
): TimeLog {
  const sources = graph.steps.filter(({ inputs }) => inputs.length === 0).map(({ path }) => path)
  const asyncSteps = graph.steps.filter(({ payload }) => payload.primitive === 'mapAsync').map(({ path }) => path)
  const calling = asyncSteps.length > 0
  return {
    version: calling ? 2 : 1,
    graph: pipelineOf(graph),
    now: start.now,
    shards: start.shards,
    maxFuture: start.maxFuture ?? null,
    sources,
    ...(calling && { asyncSteps }),
    decisions,
  }
}

/** Throws (code `TIME_LOG_OF_ANOTHER_GRAPH`, or `TIME_LOG_VERSION`) unless a log is one of this graph. */
export function requireLogOf(log: TimeLog, graph: PipelineGraph): void {
  const version: unknown = log.version
  if (version !== 1 && version !== 2) {
    throw new PipelineError(
      'TIME_LOG_VERSION',
      `The time log has version ${String(version)}, and this runner reads versions 1 and 2. Its decisions may mean something else. ` +
        'Replay it with the version of Tidemark that wrote it.',
    )
  }
  if (log.graph === pipelineOf(graph)) return
  throw new PipelineError(
    'TIME_LOG_OF_ANOTHER_GRAPH',
    `The time log was written by a pipeline with the fingerprint ${log.graph}, and this one has ${pipelineOf(graph)}. Its decisions would be ` +
      'applied to steps that never made them. Replay it with the pipeline as it was; only where its sources read from may differ.',
  )
}

/** Throws (code `NO_TIME_LOG`), for a job that keeps none. */
export function noTimeLog(): never {
  throw new PipelineError(
    'NO_TIME_LOG',
    'The job keeps no time log, as it grows with every bundle and tick of the clock. Run with streamingRunner({ timeLog: true }).',
  )
}

// What is read from is another source when it is read again.
function pipelineOf(graph: PipelineGraph): string {
  const { steps, ...rest } = describeGraph(graph)
  return fingerprintOf({ ...rest, steps: steps.map((step) => (step.kind === 'read' ? { ...step, facts: {} } : step)) })
}
