/**
 * What the conformance suite runs: anything that takes a graph and a script and says what came out, and what was dropped.
 */
import type { PipelineGraph } from '@tidemark/core/graph';
import type { PaneResult, Script } from '../../packages/runners/src/testing/panes/script.ts';
/** Runs a script over a graph. */
export type PipelineUnderTest = (graph: PipelineGraph, script: Script) => PaneResult;
/** The reference evaluator. */
export declare const evaluator: PipelineUnderTest;
/** All that the suite runs, by name. */
export declare const PIPELINES_UNDER_TEST: Readonly<Record<string, PipelineUnderTest>>;
