/**
 * View rank: how many views lie between a step and the outputs, by the shortest way.
 *
 * What leads to an output only by way of a view is needed before what reads the view, and nothing waits for it but that. So a source of
 * history that is only seen is read first; and where one source is both read and seen, its watermark reaches those who read it first,
 * as if it had reached both at once: who waits for a view follows the watermark of what it reads.
 */
import type { PipelineGraph, Step } from '@tidemark/core/graph'

/** The rank of each step, by id. 0 for those from which a way leads to an output or a sink that crosses no view. */
export function viewRanks(graph: PipelineGraph): readonly number[] {
  const named = new Set(Object.values(graph.outputs))
  const ranks = graph.steps.map(() => Infinity)
  const least = (step: number, rank: number): void => {
    if (rank < ranks[step]!) ranks[step] = rank
  }
  // Readers stand behind what they read.
  for (const step of graph.steps.toReversed()) {
    if (step.outputs.length === 0 || step.outputs.some((output) => named.has(output))) least(step.id, 0)
    // What nobody reads is nobody's view.
    const rank = ranks[step.id] === Infinity ? 0 : ranks[step.id]!
    ranks[step.id] = rank
    for (const [input, collection] of step.inputs.entries())
      least(graph.collections[collection]!.step, isSeen(step, input) ? rank + 1 : rank)
  }
  return ranks
}

/** Whether a step sees an input as a side input. */
function isSeen({ payload }: Step, input: number): boolean {
  return input > 0 && (payload.primitive === 'stateless' || payload.primitive === 'parDo')
}
