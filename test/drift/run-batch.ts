/**
 * A batch run: all elements of a scenario, one split a source, with no watermark until the source is complete.
 */
import { buildGraph } from '@tidemark/core/graph'
import { pipelineOf } from './pipeline-of.ts'
import { runEngine, type Run } from './run-live.ts'
import { elementsOf, type Scenario } from './scenario.ts'

/** Runs a scenario's elements as history. Conservation is asserted. */
export function runBatch({ pipeline, events }: Scenario): Promise<Run> {
  return runEngine(buildGraph(pipelineOf(pipeline, false)), (_, inputs) => {
    for (const input of inputs) input.openSplits(['history'])
    inputs.forEach((input, source) => {
      const elements = elementsOf(events, source)
      input.offer('history', {
        elements,
        offsets: elements.map((_, index) => index),
        rejected: [],
        position: elements.length,
        bytes: 0,
        done: true,
      })
      input.complete('history')
    })
    return []
  })
}
