/**
 * The reference evaluator, pane half: what a pipeline emits, pane by pane, while the world does what a script says.
 *
 * It interprets the graph from the statements of semantics.md, named by number where each is applied: every watermark is
 * computed anew after every move, every window is looked at, nothing is fast. It shares no code with the engine, which must
 * agree with it. Watermarks come from the script alone; strategies of sources are not applied.
 */
import type { Outputs, Pipeline, PipelineGraph } from '@tidemark/core/graph'
import { readScript, streamsOf } from '../test-stream/read-script.ts'
import { bareElement } from '../test-stream/timestamped-element.ts'
import { AT_ONCE, type CallAnswers } from '../evaluator/call-answers.ts'
import { Flow } from './flow.ts'
import { graphOf } from './graph-of.ts'
import type { EntryAt, OutputAt, Script, TracedResult } from './script.ts'

/**
 * Runs a script over a pipeline, or over its graph.
 *
 * **Contract** — Deterministic. Each event runs to quiescence (77). Streams that the script does not complete stay open.
 *
 * ```ts
 * evaluatePanes((root) => ({ revenue: root.pipe(orders, revenuePerRegion) }), [
 *   orders.addElementsAt(1_000, order),
 *   orders.complete(),
 * ]).outputs.revenue
 * ```
 */
export function evaluatePanes<O extends Outputs = Outputs>(
  pipeline: Pipeline<O> | PipelineGraph,
  script: Script,
): TracedResult<O> {
  return evaluatePanesWith(pipeline, script, AT_ONCE)
}

/** The same with those answers; where one is not known, what comes of it is of no use. */
export function evaluatePanesWith<O extends Outputs = Outputs>(
  pipeline: Pipeline<O> | PipelineGraph,
  script: Script,
  answers: CallAnswers,
): TracedResult<O> {
  const graph = graphOf(pipeline)
  const outputs: Record<string, OutputAt[]> = Object.fromEntries(Object.keys(graph.outputs).map((name) => [name, []]))
  const ledger: EntryAt[] = []
  let at = -1
  const flow = new Flow(
    graph,
    (name, elements) => outputs[name]!.push(...elements.map((element) => ({ at, element }))),
    (entry) => ledger.push({ ...entry, at, element: bareElement(entry.element) }),
    answers,
  )
  flow.start()
  readScript(streamsOf(graph, script), script, {
    begin: (index) => {
      at = index
    },
    addElements: ({ step, clock }, _, rows) => {
      // An element ends the silence of its stream before it is there.
      flow.advanceWatermark(step, clock.watermark, clock.isIdle)
      flow.offer(
        step,
        rows.map(({ element, timestamp }) => [element, timestamp] as const),
      )
    },
    advanceWatermark: ({ step, clock }) => flow.advanceWatermark(step, clock.watermark, clock.isIdle),
    markIdle: ({ step, clock }) => flow.advanceWatermark(step, clock.watermark, clock.isIdle),
    complete: ({ step, clock }) => flow.advanceWatermark(step, clock.watermark, clock.isIdle),
    advanceProcessingTime: (by) => flow.advanceProcessingTime(by),
  })
  return { outputs, ledger } as unknown as TracedResult<O>
}
