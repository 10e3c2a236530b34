/**
 * The reference evaluator, pane half: what a pipeline emits, pane by pane, while the world does what a script says.
 *
 * It interprets the graph from the statements of semantics.md, named by number where each is applied: every watermark is
 * computed anew after every move, every window is looked at, nothing is fast. It shares no code with the engine, which must
 * agree with it. Watermarks come from the script alone; strategies of sources are not applied.
 */
import { isTimestamp, PipelineError, type LedgerEntry } from '@tidemark/core'
import type { PipelineGraph } from '@tidemark/core/graph'
import { Flow } from './flow.ts'
import type { OutputAt, PaneResult, Script, ScriptEvent } from './script.ts'

/**
 * Runs a script over a pipeline.
 *
 * **Contract** — Deterministic. Each event runs to quiescence (77). Sources that the script does not complete stay open.
 *
 * ```ts
 * evaluatePanes(graph, [{ elements: 'Orders', rows: [[order, 1_000]] }, { complete: 'Orders' }]).outputs['revenue']
 * ```
 */
export function evaluatePanes(graph: PipelineGraph, script: Script): PaneResult {
  const outputs: Record<string, OutputAt[]> = Object.fromEntries(Object.keys(graph.outputs).map((name) => [name, []]))
  const ledger: LedgerEntry[] = []
  let at = -1
  const flow = new Flow(
    graph,
    (name, elements) => outputs[name]!.push(...elements.map((element) => ({ at, element }))),
    (entry) => ledger.push(entry),
  )
  flow.start()
  for (const event of script) {
    at += 1
    play(flow, event)
  }
  return { outputs, ledger }
}

function play(flow: Flow, event: ScriptEvent): void {
  if ('elements' in event) flow.offer(event.elements, event.rows)
  else if ('watermark' in event) flow.advanceWatermark(event.watermark, requireWatermark(event.t))
  else if ('processingTime' in event) flow.advanceProcessingTime(event.processingTime)
  else flow.complete(event.complete)
}

function requireWatermark(t: number): number {
  if (isTimestamp(t)) return t
  throw new PipelineError(
    'BAD_SCRIPT',
    `The script moves a watermark to ${String(t)}, which is no timestamp. Give whole milliseconds.`,
  )
}
