/**
 * Pipelines that construction calls drift-safe and that are not: what the property has found, and leaves out until construction
 * refuses them or the engine runs them right. Each has a failing test in found.test.ts.
 */
import { isMerging } from '@tidemark/core'
import type { PipelineGraph } from '@tidemark/core/graph'

/**
 * Says whether a graph groups changes into sessions: an element that is taken back has joined sessions, and they stay as wide as
 * they were with it.
 */
export function hasGap({ steps, collections }: PipelineGraph): boolean {
  return steps.some(({ payload, inputs }) => {
    if (payload.primitive !== 'groupByKey' && payload.primitive !== 'combinePerKey') return false
    return inputs.some((input) => collections[input]!.panes === 'changes' && isMerging(collections[input]!.windowing))
  })
}

/**
 * Says whether a graph has two ways from one source to one flatten. The rows of a bundle come over one way after the other, so the
 * watermark inside the bundle is not that of its elements, and the size of bundles shows in what expires.
 */
export function hasDiamond(graph: PipelineGraph): boolean {
  return graph.steps.some(({ payload, inputs }) => {
    if (payload.primitive !== 'flatten') return false
    const sources = inputs.flatMap((input) => sourcesOf(graph, input))
    return new Set(sources).size < sources.length
  })
}

function sourcesOf(graph: PipelineGraph, collection: number): readonly number[] {
  const step = graph.steps[graph.collections[collection]!.step]!
  if (step.inputs.length === 0) return [step.id]
  return [...new Set(step.inputs.flatMap((input) => sourcesOf(graph, input)))]
}
