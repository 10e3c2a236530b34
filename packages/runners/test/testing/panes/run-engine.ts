/**
 * The engine under a script: for tests that hold it against the reference evaluator.
 */
import type { LedgerEntry } from '@tidemark/core'
import type { PipelineGraph } from '@tidemark/core/graph'
import { Engine } from '../../../src/execution/engine.ts'
import type { OutputAt, PaneResult, Script } from '../../../src/testing/panes/script.ts'

/** Runs a script through the engine. */
export function runEngine(graph: PipelineGraph, script: Script): PaneResult {
  const outputs: Record<string, OutputAt[]> = Object.fromEntries(Object.keys(graph.outputs).map((name) => [name, []]))
  const ledger: LedgerEntry[] = []
  let at = -1
  let now = 0
  const engine = new Engine(graph, {
    onOutput: (name, values) => outputs[name]!.push(...values.map((element) => ({ at, element }))),
    onLedger: (entry) => ledger.push(entry),
  })
  const inputs = new Map(engine.inputs.map((input) => [input.step.path, input]))
  for (const input of inputs.values()) input.openSplits(['0'])
  for (const event of script) {
    at += 1
    if ('processingTime' in event) {
      now += event.processingTime
      engine.advanceProcessingTime(now)
    } else if ('elements' in event) {
      const elements = event.rows.map(([value]) => value)
      const offsets = elements.map((_, index) => index)
      inputs.get(event.elements)!.offer('0', { elements, offsets, rejected: [], position: null, bytes: 0, done: false })
    } else if ('watermark' in event) {
      inputs.get(event.watermark)!.advanceWatermark('0', event.t)
    } else {
      inputs.get(event.complete)!.complete('0')
    }
  }
  engine.assertConserved()
  return { outputs, ledger }
}
