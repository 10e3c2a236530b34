/**
 * What the conformance suite runs: anything that takes a graph and a script and says what came out, and what was dropped.
 */
import type { PipelineGraph } from '@tidemark/core/graph'
import { evaluatePanes, playScript, type PaneResult, type Script } from '@tidemark/runners/testing'

/** Runs a script over a graph. */
export type PipelineUnderTest = (graph: PipelineGraph, script: Script) => PaneResult

/** The reference evaluator. */
export const evaluator: PipelineUnderTest = evaluatePanes

/** All that the suite runs, by name. */
export const PIPELINES_UNDER_TEST: Readonly<Record<string, PipelineUnderTest>> = {
  'the reference evaluator': evaluator,
  'the engine': playScript,
}
