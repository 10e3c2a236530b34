/**
 * Key shards: whatever the pipeline and its arrival, what drift-safe steps settle on and which elements are dropped does not depend on
 * how many shards keyed steps run as.
 */
import { describe, expect, it } from 'vitest'
import { againstRun } from './check-drift.ts'
import { randomScenario } from './random-arrival.ts'
import { randomPipeline } from './random-graph.ts'
import { Random } from './random.ts'
import { runLive } from './run-live.ts'
import { formatScenario } from './scenario.ts'

const one = process.env['TIDEMARK_SEED']
const seeds = one === undefined ? Array.from({ length: 250 }, (_, index) => index + 1) : [Number(one)]

describe('key shards', () => {
  // Mutation: packages/runners/src/execution/shard/partition.ts: `signs: signs && numbers(signs)` → `signs: undefined`
  it('change nothing that is settled or dropped, be they 1, 2 or 8', async () => {
    for (const seed of seeds) {
      const random = new Random(seed)
      const drawn = randomScenario(randomPipeline(random), random)
      const scenario = { ...drawn, events: drawn.events.filter(({ kind }) => kind !== 'restore') }
      const [single, ...several] = [
        await runLive({ ...scenario, shards: 1 }),
        await runLive({ ...scenario, shards: 2 }),
        await runLive({ ...scenario, shards: 8 }),
      ]
      const faults = several.flatMap((run, index) => againstRun(`${[2, 8][index]} shards`, single, run))
      expect(faults, `TIDEMARK_SEED=${seed}\n${formatScenario(scenario)}`).toEqual([])
    }
  })
})
