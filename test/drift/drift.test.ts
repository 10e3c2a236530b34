/**
 * The promise, tried: random pipelines over random arrivals settle on the same live, in batch and by the evaluator.
 *
 * `TIDEMARK_SEED=17 npm test -- test/drift` runs one scenario again; `TIDEMARK_RUNS=20000` tries more of them.
 */
import { expect, it } from 'vitest'
import { checkDrift } from './check-drift.ts'
import { FEATURES, featuresOf, type Feature } from './coverage.ts'
import { randomScenario } from './random-arrival.ts'
import { randomPipeline } from './random-graph.ts'
import { Random } from './random.ts'
import { formatScenario, type Scenario } from './scenario.ts'
import { shrunk } from './shrink.ts'

const ONE = process.env['TIDEMARK_SEED']
const RUNS = Number(process.env['TIDEMARK_RUNS'] ?? 1000)
const LEAST: readonly Feature[] = [
  'groupings in series',
  'late session bridge',
  'retracting',
  'late but accepted',
  'stateful',
]

function scenarioOf(seed: number): Scenario {
  const random = new Random(seed)
  return randomScenario(randomPipeline(random), random)
}

async function expectNoDrift(seed: number): Promise<readonly Feature[]> {
  const scenario = scenarioOf(seed)
  const { live, faults } = await checkDrift(scenario)
  if (faults.length > 0 || live === undefined) {
    const smallest = await shrunk(scenario, async (candidate) => (await checkDrift(candidate)).faults.length > 0)
    const { faults: left } = await checkDrift(smallest)
    throw new Error(
      `Drift. Run it again with: TIDEMARK_SEED=${seed} npm test -- test/drift\n\n` +
        `${left.join('\n\n')}\n\nSmallest scenario found:\n${formatScenario(smallest)}\n\n` +
        `The scenario itself failed with:\n${faults.join('\n\n')}\n${formatScenario(scenario)}`,
    )
  }
  return featuresOf(scenario, live)
}

it.runIf(ONE !== undefined)(`settles on the same result everywhere, for seed ${ONE}`, async () => {
  expect(await expectNoDrift(Number(ONE))).toBeDefined()
})

it.runIf(ONE === undefined)(
  `settles on the same result live, in batch and by the evaluator, for seeds 1 to ${RUNS}`,
  async () => {
    const counts = new Map<Feature, number>(FEATURES.map((feature) => [feature, 0]))
    for (let seed = 1; seed <= RUNS; seed += 1) {
      for (const feature of await expectNoDrift(seed)) counts.set(feature, counts.get(feature)! + 1)
    }
    const shares = [...counts].map(([feature, count]) => `${feature} ${Math.round((100 * count) / RUNS)} %`)
    console.log(`drift: ${RUNS} runs, seeds 1 to ${RUNS}: ${shares.join(', ')}`)
    expect(LEAST.filter((feature) => counts.get(feature)! < 0.15 * RUNS)).toEqual([])
  },
  600_000,
)
