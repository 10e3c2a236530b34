/**
 * The promise through the runners themselves: random pipelines settle on the same in batch, streaming and by the evaluator.
 *
 * `TIDEMARK_SEED=17 npm test -- test/drift/runners` runs one scenario again.
 */
import { describe, expect, it } from 'vitest'
import { againstEvaluator } from './check-drift.ts'
import { randomScenario } from './random-arrival.ts'
import { randomPipeline } from './random-graph.ts'
import { Random } from './random.ts'
import { runBatchRunner, runStreamingRunner } from './run-runners.ts'
import { formatScenario } from './scenario.ts'

const one = process.env['TIDEMARK_SEED']
const seeds = one === undefined ? Array.from({ length: 1000 }, (_, index) => index + 1) : [Number(one)]

describe('a drift-safe pipeline', () => {
  it(`settles on the same by both runners as by the evaluator: ${one === undefined ? 'seeds 1 to 1000' : `seed ${one}`}`, async () => {
    let dropping = 0
    for (const seed of seeds) {
      const random = new Random(seed)
      const scenario = randomScenario(randomPipeline(random), random)
      const size = 1 + (seed % 7)
      const batch = await runBatchRunner(scenario, size)
      const streaming = await runStreamingRunner(scenario, size)
      if (streaming.ledger.length > 0) dropping++
      const faults = [
        ...againstEvaluator('batch runner', scenario, batch),
        ...againstEvaluator('streaming runner', scenario, streaming),
      ]
      if (faults.length === 0) continue
      throw new Error(
        `Drift. Run it again with: TIDEMARK_SEED=${seed} npm test -- test/drift/runners\n\n${formatScenario(scenario)}\n\n${faults.join('\n\n')}`,
      )
    }
    console.log(`runners: ${seeds.length} runs, in ${dropping} of them the stream dropped elements`)
    // Without late elements the streaming runner would not be tried.
    expect(one === undefined ? dropping : seeds.length).toBeGreaterThan(0)
  }, 600_000)
})
