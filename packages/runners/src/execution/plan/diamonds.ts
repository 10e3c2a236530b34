/**
 * Diamonds: sources from which two ways lead to one step: a flatten, a join, or a step whose side input comes from where its elements do.
 */
import type { PipelineGraph } from '@tidemark/core/graph'

/** Returns the ids of the sources that some step sees over more than one of its inputs. */
export function sourcesThatMeetThemselves(graph: PipelineGraph): ReadonlySet<number> {
  const sources: ReadonlySet<number>[] = []
  const meeting = new Set<number>()
  for (const step of graph.steps) {
    const ofInputs = step.inputs.map((input) => sources[input]!)
    const all = new Set(ofInputs.flatMap((ids) => [...ids]))
    for (const id of all) if (ofInputs.filter((ids) => ids.has(id)).length > 1) meeting.add(id)
    for (const output of step.outputs) sources[output] = step.inputs.length === 0 ? new Set([step.id]) : all
  }
  return meeting
}
