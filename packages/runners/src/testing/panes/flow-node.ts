/**
 * The watermarks of a graph's steps (54): never ahead of what waits, of what is held, or of the steps above; never back.
 *
 * A silent input is left out where others speak; where all are silent, the one that is furthest counts. A step is silent when all
 * of its inputs are and nothing of its own is still to come.
 */
import { MAX_TIMESTAMP, type Timestamp } from '@tidemark/core'
import type { PipelineGraph, Step } from '@tidemark/core/graph'
import type { Bundle, InputClock, StepRunner } from './step-runner.ts'

/** One step with its watermarks and the bundles that wait for it. */
export interface FlowNode {
  readonly step: Step
  readonly runner: StepRunner | undefined
  input: Timestamp
  output: Timestamp
  /** Watermark of a source, as told. */
  source: Timestamp
  /** Of a source, as told; of a step, computed. */
  silent: boolean
  waiting: Bundle[]
}

/** Computes all watermarks anew. Steps stand in the order in which elements flow, so one pass is enough. */
export function refreshWatermarks(graph: PipelineGraph, nodes: readonly FlowNode[]): void {
  for (const node of nodes) {
    const { runner, step } = node
    const upstream = step.inputs.map((id) => nodes[graph.collections[id]!.step]!)
    runner?.learn?.(upstream.map((writer, port) => inputClock(writer, node, port)))
    const leading = upstream.slice(0, runner?.leading ?? upstream.length)
    const waiting = node.waiting.filter(({ port }) => port < leading.length)
    const source = step.inputs.length === 0 ? node.source : MAX_TIMESTAMP
    node.input = Math.max(node.input, least([...timesOf(waiting), leastSpeaking(leading), source]))
    node.output = Math.max(node.output, Math.min(node.input, runner?.hold(node.input) ?? MAX_TIMESTAMP))
    if (upstream.length > 0) node.silent = isSilent(leading) && waiting.length === 0 && runner?.isOpen !== true
  }
}

function inputClock({ output, silent }: FlowNode, { waiting }: FlowNode, port: number): InputClock {
  const onTheirWay = waiting.filter((bundle) => bundle.port === port)
  return { watermark: least([output, ...timesOf(onTheirWay)]), silent: silent && onTheirWay.length === 0 }
}

function timesOf(bundles: readonly Bundle[]): readonly Timestamp[] {
  return bundles.flatMap(({ values }) => values.map(({ timestamp }) => timestamp))
}

function leastSpeaking(upstream: readonly FlowNode[]): Timestamp {
  const running = upstream.filter(({ output }) => output < MAX_TIMESTAMP)
  if (running.length > 0 && isSilent(upstream)) return Math.max(...running.map(({ output }) => output))
  return least(upstream.filter(({ silent, output }) => !silent || output === MAX_TIMESTAMP).map(({ output }) => output))
}

/** Whether all that have not ended are silent, and there is one. */
function isSilent(upstream: readonly FlowNode[]): boolean {
  const running = upstream.filter(({ output }) => output < MAX_TIMESTAMP)
  return running.length > 0 && running.every(({ silent }) => silent)
}

function least(times: readonly Timestamp[]): Timestamp {
  return times.reduce((a, b) => Math.min(a, b), MAX_TIMESTAMP)
}
