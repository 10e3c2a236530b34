/**
 * The engine as a pipeline under test: its inputs are fed by the script.
 */
import type { LedgerEntry } from '@tidemark/core'
import { Engine, type EngineInput } from '../../packages/runners/src/execution/engine.ts'
import type { OutputAt, ScriptEvent } from '@tidemark/runners/testing'
import type { PipelineUnderTest } from './pipeline-under-test.ts'

const SPLIT = '0'

/** Runs a script through the engine. */
export const runEngine: PipelineUnderTest = (graph, script) => {
  const outputs: Record<string, OutputAt[]> = Object.fromEntries(Object.keys(graph.outputs).map((name) => [name, []]))
  const ledger: LedgerEntry[] = []
  let at = -1
  let now = 0
  const engine = new Engine(graph, {
    onOutput: (name, values) => outputs[name]!.push(...values.map((element) => ({ at, element }))),
    onLedger: (entry) => ledger.push(entry),
  })
  const inputs = new Map(engine.inputs.map((input) => [input.step.path, input]))
  for (const input of inputs.values()) input.openSplits([SPLIT])
  for (const event of script) {
    at += 1
    if ('processingTime' in event) {
      now += event.processingTime
      engine.advanceProcessingTime(now)
    } else {
      feed(inputs, event)
    }
  }
  engine.assertConserved()
  return { outputs, ledger }
}

function feed(inputs: ReadonlyMap<string, EngineInput>, event: Exclude<ScriptEvent, { processingTime: number }>): void {
  if ('elements' in event) {
    inputs.get(event.elements)!.offer(SPLIT, {
      elements: event.rows.map(([value]) => value),
      offsets: event.rows.map((_, index) => index),
      rejected: [],
      position: null,
      bytes: 0,
      done: false,
    })
  } else if ('watermark' in event) {
    inputs.get(event.watermark)!.advanceWatermark(SPLIT, event.t)
  } else {
    inputs.get(event.complete)!.complete(SPLIT)
  }
}
