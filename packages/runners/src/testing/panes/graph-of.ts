/**
 * The graph of whatever is played: a pipeline is built, a graph is one already.
 */
import { buildGraph, type Outputs, type Pipeline, type PipelineGraph } from '@tidemark/core/graph'

/** Builds a pipeline, or returns the graph that was given. */
export function graphOf(pipeline: Pipeline<Outputs> | PipelineGraph): PipelineGraph {
  return typeof pipeline === 'function' ? buildGraph(pipeline) : pipeline
}
