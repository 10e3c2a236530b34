/**
 * A batch run: all elements of a scenario as history, one split a source.
 */
import { buildGraph } from '@tidemark/core/graph'
import { endAllCalls } from './open-calls.ts'
import { pipelineOf } from './pipeline-of.ts'
import { runEngine, type Run } from './run-live.ts'
import { elementsOf, type Scenario } from './scenario.ts'

/**
 * Runs a scenario's elements as history. The watermark stays at the beginning until a source is complete, or, `inOrder`, follows
 * the elements, as for sources that promise no more disorder than they have. Conservation is asserted.
 */
export function runBatch({ pipeline, events }: Scenario, inOrder: boolean): Promise<Run> {
  const history = pipeline.sources.map((_, source) => elementsOf(events, source))
  const disorders = history.map((elements) => disorderOf(elements.map(([at]) => at)))
  return runEngine(buildGraph(pipelineOf(pipeline, inOrder ? disorders : 'batch')), {}, ({ engine }) => {
    const { inputs } = engine
    for (const input of inputs) input.openSplits(['history'])
    inputs.forEach((input, source) => {
      const elements = history[source]!
      input.offer('history', {
        elements,
        offsets: [...elements.keys()],
        rejected: [],
        position: elements.length,
        bytes: 0,
        done: true,
      })
      input.complete('history')
    })
    endAllCalls(engine)
    return []
  })
}

/** How far an element lies behind the latest before it, at most. */
function disorderOf(timestamps: readonly number[]): number {
  let latest = -Infinity
  let disorder = 0
  for (const timestamp of timestamps) {
    latest = Math.max(latest, timestamp)
    disorder = Math.max(disorder, latest - timestamp)
  }
  return disorder
}
