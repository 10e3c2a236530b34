/**
 * The promise, tried: random pipelines over random arrivals settle on the same live, in batch and by the evaluator.
 *
 * `TIDEMARK_SEED=17 npm test -- test/drift` runs one scenario again; `TIDEMARK_RUNS=20000 npm test -- test/drift` tries more.
 */
import { describe, expect, it } from 'vitest'
import { checkDrift } from './check-drift.ts'
import { FEATURES, featuresOf, type Feature } from './coverage.ts'
import { randomScenario } from './random-arrival.ts'
import { randomPipeline } from './random-graph.ts'
import { Random } from './random.ts'
import { inTimeZone } from './run-live.ts'
import { formatScenario, type Scenario } from './scenario.ts'
import { shrunk } from './shrink.ts'

const one = process.env['TIDEMARK_SEED']
const runs = Number(process.env['TIDEMARK_RUNS'] ?? 1000)
const seeds = one === undefined ? Array.from({ length: runs }, (_, index) => index + 1) : [Number(one)]
const title = one === undefined ? `seeds 1 to ${runs}` : `seed ${one}`

/** What at least 15 % of all runs must be about. */
const needed: readonly Feature[] = [
  'groupings in series',
  'late session bridge',
  'retracting',
  'late but accepted',
  'stateful',
]

describe('a drift-safe pipeline', () => {
  it(`settles on the same result live, in batch and by the evaluator: ${title}`, async () => {
    const counts = new Map<Feature, number>(FEATURES.map((feature) => [feature, 0]))
    for (const seed of seeds) {
      for (const feature of await assertNoDrift(seed)) counts.set(feature, counts.get(feature)! + 1)
    }
    const shares = [...counts].map(([feature, count]) => `${feature} ${Math.round((100 * count) / seeds.length)} %`)
    console.log(`drift: ${title}: ${shares.join(', ')}`)
    const seldom = needed.filter((feature) => counts.get(feature)! < 0.15 * seeds.length)
    expect(one === undefined ? seldom : []).toEqual([])
  }, 3_600_000)

  it('is tried on machines whose clocks hang in other places', async () => {
    const offset = (): Promise<number> => Promise.resolve(new Date(Date.UTC(2026, 0)).getTimezoneOffset())
    expect(await inTimeZone('Asia/Kathmandu', offset)).toBe(-345)
    expect(await inTimeZone('America/St_Johns', offset)).toBe(210)
  })
})

function scenarioOf(seed: number): Scenario {
  const random = new Random(seed)
  return randomScenario(randomPipeline(random), random)
}

/** Checks the scenario of a seed and returns what it was about; throws with the smallest scenario that still fails. */
async function assertNoDrift(seed: number): Promise<readonly Feature[]> {
  const scenario = scenarioOf(seed)
  const { live, faults } = await checkDrift(scenario)
  if (faults.length === 0 && live !== undefined) return featuresOf(scenario, live)
  const smallest = await shrunk(scenario, async (candidate) => (await checkDrift(candidate)).faults.length > 0)
  const { faults: left } = await checkDrift(smallest)
  throw new Error(
    `Drift. Run it again with: TIDEMARK_SEED=${seed} npm test -- test/drift\n\n` +
      `The smallest scenario that fails:\n${formatScenario(smallest)}\n\n${left.join('\n\n')}\n\n` +
      `The scenario of the seed:\n${formatScenario(scenario)}\n\n${faults.join('\n\n')}`,
  )
}
