/**
 * Pipelines that construction calls drift-safe and that are not: what the property has found, and leaves out until construction
 * refuses them or the engine runs them right. Each has a test in found.test.ts.
 */
import { isMerging } from '@tidemark/core'
import type { PipelineGraph, Step } from '@tidemark/core/graph'

/** Says whether a step of the graph is in a gap. */
export function hasGap(graph: PipelineGraph): boolean {
  return graph.steps.some((step) => isGap(graph, step))
}

/** Says whether a graph has two ways from one source to one flatten: then bundles show in what expires. */
export function hasDiamond(graph: PipelineGraph): boolean {
  return graph.steps.some(({ payload, inputs }) => {
    if (payload.primitive !== 'flatten') return false
    const sources = inputs.map((input) => sourcesOf(graph, input))
    return new Set(sources.flat()).size < sources.flat().length
  })
}

function isGap(graph: PipelineGraph, { payload, inputs }: Step): boolean {
  const collections = inputs.map((input) => graph.collections[input]!)
  switch (payload.primitive) {
    case 'groupByKey':
    case 'combinePerKey':
      // Elements that are taken back leave the sessions that they have joined.
      return collections.some(({ panes, windowing }) => panes === 'changes' && isMerging(windowing))
    case 'flatten': {
      // Panes of one kind count as panes of another.
      const panes = new Set(
        collections.map(
          ({ panes, windowing }) => `${panes} ${panes === 'several-panes' ? windowing.accumulationMode : ''}`,
        ),
      )
      return (
        [...panes].some((kind) => kind === 'several-panes discarding') ||
        (panes.size > 1 && [...panes].some((kind) => kind.startsWith('several')))
      )
    }
    default:
      return false
  }
}

function sourcesOf(graph: PipelineGraph, collection: number): readonly number[] {
  const step = graph.steps[graph.collections[collection]!.step]!
  if (step.inputs.length === 0) return [step.id]
  return [...new Set(step.inputs.flatMap((input) => sourcesOf(graph, input)))]
}
