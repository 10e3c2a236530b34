/**
 * Replays: from its time log and its elements, a live run can be told again, to the last pane and in the same order.
 */
import type { LedgerEntry, WindowedValue } from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { replay, type Decision, type TimeLog } from '@tidemark/runners/streaming'
import { describe, expect, it } from 'vitest'
import { timeLogOf } from '../../packages/runners/src/execution/time-log/time-log.ts'
import { pipelineOf } from './pipeline-of.ts'
import { randomScenario } from './random-arrival.ts'
import { randomPipeline } from './random-graph.ts'
import { Random } from './random.ts'
import { RestoredEngine } from './restored-engine.ts'
import { callsOf, optionsOf } from './run-live.ts'
import { splitsOf } from './run-runners.ts'
import { formatScenario, type Scenario } from './scenario.ts'

const one = process.env['TIDEMARK_SEED']
const seeds = one === undefined ? Array.from({ length: 200 }, (_, index) => index + 1) : [Number(one)]

interface Told {
  readonly outputs: Readonly<Record<string, readonly WindowedValue<unknown>[]>>
  readonly ledger: readonly LedgerEntry[]
}

/** Runs a scenario live, with its restores, and gives what it said and its time log. */
function live(scenario: Scenario): { readonly told: Told; readonly log: TimeLog } {
  const graph = buildGraph(pipelineOf(scenario.pipeline, 'live'))
  const decisions: Decision[] = []
  const options = optionsOf(scenario)
  const run = new RestoredEngine(graph, { ...options, onDecision: (decision) => decisions.push(decision) })
  for (const call of callsOf(scenario)) {
    if (call === 'restore') run.restore()
    else call(run.engine)
  }
  const outputs: Record<string, WindowedValue<unknown>[]> = Object.fromEntries(
    Object.keys(graph.outputs).map((name) => [name, []]),
  )
  for (const [name, values] of run.transcript.outputs) outputs[name]!.push(...values)
  const log = timeLogOf(
    graph,
    { now: options.now ?? 0, shards: options.shards ?? 1, maxFuture: options.maxFuture },
    decisions,
  )
  // A log is kept as text.
  return { told: { outputs, ledger: run.transcript.ledger }, log: JSON.parse(JSON.stringify(log)) as TimeLog }
}

describe('a time log', () => {
  // Mutation: packages/runners/src/execution/time-log/calls.ts: `this.#tick = wall === now` → `if (due) this.#tick = wall === now`
  // Mutation: packages/runners/src/execution/source/source-input.ts: `this.#calls.begin(['idle', this.#ordinal, split])` → `void split`
  it('tells a run again, whatever the pipeline and its arrival', async () => {
    for (const seed of seeds) {
      const random = new Random(seed)
      const scenario = randomScenario(randomPipeline(random), random)
      const { told, log } = live(scenario)
      const again = await replay(
        pipelineOf(scenario.pipeline, 'live', (source) => splitsOf(scenario, source)),
        log,
      )
      const about = `TIDEMARK_SEED=${seed}\n${formatScenario(scenario)}`
      expect({ about, outputs: again.outputs, ledger: again.ledger }).toEqual({ about, ...told })
    }
  })
})
