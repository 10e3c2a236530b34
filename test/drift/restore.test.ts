/**
 * Snapshots: an engine made anew from its snapshot says what the one before would have said, to the last pane and in the same order.
 */
import { describe, expect, it } from 'vitest'
import { buildGraph } from '@tidemark/core/graph'
import { pipelineOf } from './pipeline-of.ts'
import { randomScenario } from './random-arrival.ts'
import { randomPipeline } from './random-graph.ts'
import { Random } from './random.ts'
import { RestoredEngine } from './restored-engine.ts'
import { callsOf, optionsOf } from './run-live.ts'
import { formatScenario, type Scenario } from './scenario.ts'

const one = process.env['TIDEMARK_SEED']
const seeds = one === undefined ? Array.from({ length: 150 }, (_, index) => index + 1) : [Number(one)]

/** Plays a scenario, with the engine restored before events for which `restores` says so. */
function transcriptOf(scenario: Scenario, restores: (event: number) => boolean): readonly string[] {
  const graph = buildGraph(pipelineOf(scenario.pipeline, 'live'))
  const restored = new RestoredEngine(graph, { ...optionsOf(scenario), settled: true })
  const said: string[] = []
  let event = 0
  for (const call of callsOf(scenario)) {
    if (call === 'restore') continue
    if (restores(event++)) restored.restore()
    call(restored.engine)
    const { outputs, ledger } = restored.transcript
    for (const [name, values] of outputs.splice(0)) said.push(...values.map((value) => show([event, name, value])))
    said.push(...ledger.splice(0).map((entry) => show([event, entry])))
  }
  restored.engine.assertConserved()
  const { engine } = restored
  return [
    ...said,
    ...Object.keys(graph.outputs).map((name) => show(engine.settled(name).entries)),
    show(engine.counters()),
    show(engine.snapshot()),
  ]
}

function show(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (part instanceof Uint8Array) return Buffer.from(part).toString('hex')
    if (typeof part === 'number' && !Number.isFinite(part)) return String(part)
    return typeof part === 'bigint' ? `${part}n` : Object.is(part, -0) ? '-0' : part
  })
}

describe('an engine that is restored', () => {
  it(`says what it would have said without, whatever the pipeline: restored before every event, seeds 1 to ${seeds.length}`, () => {
    for (const seed of seeds) {
      const random = new Random(seed)
      const scenario = randomScenario(randomPipeline(random), random)
      const expected = transcriptOf(scenario, () => false)
      const restored = transcriptOf(scenario, () => true)
      const about = `TIDEMARK_SEED=${seed}\n${formatScenario(scenario)}`
      expect([about, ...restored]).toEqual([about, ...expected])
    }
  })
})
