/**
 * The watermarks of a graph's steps (54): never ahead of what waits, of what is held, or of the steps above; never back.
 */
import { MAX_TIMESTAMP, type Timestamp } from '@tidemark/core'
import type { PipelineGraph, Step } from '@tidemark/core/graph'
import type { Bundle, StepRunner } from './step-runner.ts'

/** One step with its watermarks and the bundles that wait for it. */
export interface FlowNode {
  readonly step: Step
  readonly runner: StepRunner | undefined
  input: Timestamp
  output: Timestamp
  /** Watermark of a source, as told. */
  source: Timestamp
  waiting: Bundle[]
}

/** Computes all watermarks anew. Steps stand in the order in which elements flow, so one pass is enough. */
export function refreshWatermarks(graph: PipelineGraph, nodes: readonly FlowNode[]): void {
  for (const node of nodes) {
    const { runner, step, waiting } = node
    const elements = waiting.flatMap((bundle) => bundle.values.map((element) => element.timestamp))
    const upstream = step.inputs.map((id) => nodes[graph.collections[id]!.step]!.output)
    const source = step.inputs.length === 0 ? node.source : MAX_TIMESTAMP
    node.input = Math.max(node.input, least([...elements, ...upstream, source]))
    node.output = Math.max(node.output, Math.min(node.input, runner?.hold(node.input) ?? MAX_TIMESTAMP))
  }
}

function least(times: readonly Timestamp[]): Timestamp {
  return times.reduce((a, b) => Math.min(a, b), MAX_TIMESTAMP)
}
