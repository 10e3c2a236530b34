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
// A planted fault is looked for longer: the search ends where it is found.
const isPlanted = (process.env['TIDEMARK_MUTATION'] ?? '') !== ''
const runs = Number(process.env['TIDEMARK_RUNS'] ?? (isPlanted ? 2000 : 1000))
const seeds = one === undefined ? Array.from({ length: runs }, (_, index) => index + 1) : [Number(one)]
const title = one === undefined ? `seeds 1 to ${runs}` : `seed ${one}`

/** Which share of all runs, in percent, must at least be about what. */
const NEEDED: Readonly<Partial<Record<Feature, number>>> = {
  'groupings in series': 30,
  'late session bridge': 20,
  retracting: 20,
  'late but accepted': 30,
  restored: 20,
  stateful: 15,
  sharded: 10,
  'side input': 15,
  coGroupByKey: 10,
  'window join': 10,
  'interval join': 10,
  'as-of join': 10,
  async: 10,
}

describe('a drift-safe pipeline', () => {
  // Mutation: packages/runners/src/execution/grouping/grouping.ts: `Math.min(this.inputWatermark, hold, this.times.earliest())` → `Math.min(this.inputWatermark, hold)`
  // Mutation: packages/runners/src/execution/watermark/input-watermark.ts: `: this.leastBut(-1)` → `: Math.max(...running)`
  // Mutation: packages/runners/src/execution/watermark/window-expiry.ts: `last + allowedLateness, ` → `last + allowedLateness - 1, `
  // Mutation: packages/runners/src/execution/grouping/window-grouping.ts: `open.expiry < this.inputWatermark` → `open.expiry <= this.inputWatermark`
  // Mutation: packages/runners/src/execution/grouping/window-grouping.ts: `if (watermarks !== undefined) this.follow(watermarks[row]!)` → `void watermarks`
  // Mutation: packages/runners/src/execution/grouping/group-times.ts: `else this.setTimer(group, slot, group.timer)` → `else this.updateHold(group, slot)`
  // Mutation: packages/runners/src/execution/grouping/group-data.ts: `if (emitted !== undefined) data.emitted =` → `if (emitted === null) data.emitted =`
  // Mutation: packages/runners/src/execution/grouping/grouping.ts: `this.emitter.origins = saved.origins` → `this.emitter.origins = 0`
  // Mutation: packages/runners/src/execution/stateful/stateful-step.ts: `this.#waiting.load(saved.waiting` → `this.#waiting.load([] as never ?? saved.waiting`
  // Mutation: packages/runners/src/execution/stateful/record-data.ts: `record.times[place] = time` → `record.times[place] = Math.max(time, 8e15)`
  // Mutation: packages/runners/src/execution/grouping/pane-emitter.ts: `writer.row(group.key, value, timestamp, group.window, -1)` → `writer.row(group.key, value, timestamp, group.window, 1)`
  // Mutation: packages/runners/src/execution/grouping/merging-grouping.ts: `this.emitter.absorb(group, into)` → `void group`
  // Mutation: packages/runners/src/execution/grouping/merging-grouping.ts: `into.accumulator = this.#mergeAccumulators(into, group)` → `void group`
  // Mutation: packages/runners/src/execution/grouping/merging-grouping.ts: `this.expiryOf(own) < watermark` → `this.expiryOf(own) <= watermark`
  // Mutation: packages/runners/src/execution/grouping/combine-reducer.ts: `return subtractInput(accumulator, value)` → `return this.#combineFn.addInput(accumulator, value)`
  // Mutation: packages/runners/src/execution/grouping/list-reducer.ts: `if (this.#sorted) items.sort` → `if (!this.#sorted) items.sort`
  // Mutation: packages/runners/src/execution/stateful/step-clock.ts: `watermark - lateness)` → `watermark)`
  // Mutation: packages/runners/src/execution/stateful/due-work.ts: `sortFew(elements, this.order.compare)` → `void elements`
  // Mutation: packages/runners/src/execution/stateful/stateful-step.ts: `if (timestamps[row]! > open.cleared) records.keepUntil(open, timestamps[row]!)` → `void open`
  // Mutation: packages/runners/src/execution/shard/partition.ts: `rowsOf[shardOf(key, coder, shards)]!` → `rowsOf[row % shards]!`
  // Mutation: packages/runners/src/execution/source/source-input.ts: `Math.min(watermark, others)` → `watermark`
  // Mutation: packages/runners/src/execution/source/split-watermarks.ts: `    split.idle = true` → `    split.idle = false`
  // Mutation: packages/runners/src/execution/side-input/waiting-units.ts: `hold = Math.min(hold, waitingHold(row))` → `void row`
  // Mutation: packages/runners/src/execution/side-input/side-view.ts: `while (this.#ready.peekTime() < clock) {` → `while (this.#ready.peekTime() <= clock + 5000) {`
  // Mutation: packages/runners/src/execution/side-input/side-view.ts: `elements ?? undefined, isRead)` → `undefined, isRead)`
  // Mutation: packages/runners/src/execution/async/pending-unit.ts: `hold = Math.min(hold, waitingHold(element))` → `void element`
  // Mutation: packages/runners/src/execution/async/lanes.ts: `if (slots[first] !== slot) return false` → `void first`
  // Mutation: packages/runners/src/execution/join/as-of-answers.ts: `time - rows.times[found]! <= this.#maxAge` → `time - rows.times[found]! < this.#maxAge`
  // Mutation: packages/runners/src/execution/join/as-of-answers.ts: `this.#write(key, element, was, time, window, -count)` → `void was`
  it('settles on the same result live, in batch and by the evaluator', async () => {
    const counts = new Map<Feature, number>(FEATURES.map((feature) => [feature, 0]))
    for (const seed of seeds) {
      for (const feature of await assertNoDrift(seed)) counts.set(feature, counts.get(feature)! + 1)
    }
    const shares = [...counts].map(([feature, count]) => `${feature} ${Math.round((100 * count) / seeds.length)} %`)
    console.log(`drift: ${title}: ${shares.join(', ')}`)
    const seldom = FEATURES.filter((feature) => counts.get(feature)! < ((NEEDED[feature] ?? 0) / 100) * seeds.length)
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
  // A planted fault is to be found, not to be understood.
  if (isPlanted) throw new Error(`Drift at seed ${seed}`)
  const smallest = await shrunk(scenario, async (candidate) => (await checkDrift(candidate)).faults.length > 0)
  const { faults: left } = await checkDrift(smallest)
  throw new Error(
    `Drift. Run it again with: TIDEMARK_SEED=${seed} npm test -- test/drift\n\n` +
      `The smallest scenario that fails:\n${formatScenario(smallest)}\n\n${left.join('\n\n')}\n\n` +
      `The scenario of the seed:\n${formatScenario(scenario)}\n\n${faults.join('\n\n')}`,
  )
}
