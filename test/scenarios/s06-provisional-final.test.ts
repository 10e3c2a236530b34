/**
 * Scenario S06 in both runners and by the evaluator: what is said at once, what is final, and what a restatement of the raw source changes.
 */
import { boundedOutOfOrderness, type Root } from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { readMemory } from '@tidemark/io/memory'
import { batchRunner } from '@tidemark/runners/batch'
import { streamingRunner } from '@tidemark/runners/streaming'
import { assertSameAnswer, evaluate, testStream, type SettledResult } from '@tidemark/runners/testing'
import { describe, expect, it } from 'vitest'
import { Engine } from '../../packages/runners/src/execution/engine.ts'
import {
  BEHIND,
  distinctEvents,
  emissionsOf,
  provisionalFinal,
  published,
  restatements,
  timeOfDay,
  timestampOf,
  type Arrival,
  type ProvisionalFinal,
} from './s06-provisional-final.ts'
import { hasRealData, skipNote } from './scenario-data.ts'

/** All that stay within the lateness are looked at with 1, in twenty seconds; one of so many is enough for every day. */
const EVERY = 16

/** What all arrivals of a source come to, in history. */
async function inBatch(scenario: ProvisionalFinal, raw: readonly Arrival[]): Promise<SettledResult> {
  const run = await batchRunner({ settled: true, progress: 'never' }).run((root) => ({
    counts: root.pipe(readMemory('Raw', raw, { timestamp: timestampOf }), distinctEvents(scenario)),
  }))
  return run.settled.counts
}

async function live(scenario: ProvisionalFinal, arrivals: readonly Arrival[]) {
  const job = streamingRunner({ settled: true, bundleSize: 1, maxFuture: 'off' }).run((root: Root) => ({
    counts: root.pipe(
      readMemory('Arrivals', arrivals, { timestamp: timestampOf, watermark: boundedOutOfOrderness(BEHIND) }),
      distinctEvents(scenario),
    ),
  }))
  await job.done
  return { settled: job.settled.counts, ledger: job.ledgerCounts }
}

function meant(scenario: ProvisionalFinal, arrivals: readonly Arrival[]): SettledResult {
  const stream = testStream<Arrival>('Arrivals', { timestamp: timestampOf })
  return evaluate((root) => ({ counts: root.pipe(stream, distinctEvents(scenario)) }), { Arrivals: arrivals }).outputs
    .counts
}

const byWindow = ({ entries }: SettledResult): unknown =>
  Object.fromEntries(entries.map(({ window, value }) => [timeOfDay(window.start), value]))

describe.skipIf(!hasRealData)(`S06, provisional and final${skipNote}`, () => {
  // Mutation: packages/transforms/src/emission/at-once.ts: `trigger: afterCount(1), mayLoseData: true` → `trigger: repeatedly(afterCount(1))`
  it('is emitted live, arrival by arrival, to the letter of the scenario', async () => {
    const scenario = provisionalFinal()
    expect(await emissionsOf(scenario)).toEqual(scenario.expected.emissions)
  })

  it('comes to the truth in batch, and without what was dropped live, by the evaluator too', async () => {
    const scenario = provisionalFinal()
    const { arrivals, expected } = scenario
    expect(byWindow(await inBatch(scenario, arrivals))).toEqual(expected.batch_truth)
    expect(byWindow(meant(scenario, arrivals))).toEqual(expected.batch_truth)
    const inTime = arrivals.filter(({ id }) => !expected.streaming_late_dropped.includes(id))
    const { settled, ledger } = await live(scenario, arrivals)
    expect(settled).toEqual(meant(scenario, inTime))
    expect([...ledger]).toEqual([
      ['DistinctEvents/Dedupe/Copies closed-window', 1],
      ['DistinctEvents/Dedupe/Copies expired', expected.streaming_late_dropped.length],
    ])
  })

  it('is restated from the raw source: the window that late data changes, as version 2 with the reason', async () => {
    const scenario = provisionalFinal()
    const emissions = await emissionsOf(scenario)
    const late = emissions.filter(({ kind }) => kind === 'beyond_lateness')
    const restate = async (raw: readonly Arrival[]) =>
      restatements(published(emissions), await inBatch(scenario, raw), late)
    expect(await restate(scenario.arrivals)).toEqual(scenario.expected.restatement)
    // It goes by the raw source that it is given: one without the late event changes nothing.
    expect(await restate(scenario.arrivals.filter(({ id }) => late.every((event) => event.id !== id)))).toEqual([])
  })

  it('settles on the truth in every shuffle that stays within the lateness', () => {
    const scenario = provisionalFinal()
    const truth = Object.entries(scenario.expected.batch_truth)
    const graph = buildGraph((root) => ({
      counts: root.pipe(testStream<Arrival>('Arrivals', { timestamp: timestampOf }), distinctEvents(scenario)),
    }))
    let shuffles = 0
    for (const arrivals of shufflesWithin(scenario)) {
      shuffles += 1
      if (shuffles % EVERY !== 0) continue
      const engine = new Engine(graph, { settled: true })
      play(engine, arrivals)
      const settled = engine.settled('counts').entries.map(({ window, value }) => [timeOfDay(window.start), value])
      if (settled.join() === truth.join() && !dropped(engine)) continue
      expect.unreachable(`${arrivals.map(({ id }) => id).join(' ')}: ${settled.join(' ')}`)
    }
    expect(shuffles).toBeGreaterThan(5000)
  })

  it('is the same in other bundles, with splits, silences and restores', () => {
    const scenario = provisionalFinal()
    assertSameAnswer(distinctEvents(scenario), [...scenario.arrivals], { timestamp: timestampOf, runs: 60, seed: 6 })
  })
})

/** Every order of the arrivals in which each of them comes before its window has expired; the two of equal bytes are not told apart. */
function* shufflesWithin({ window_s, allowed_lateness_s, arrivals }: ProvisionalFinal): Generator<readonly Arrival[]> {
  const [size, lateness] = [window_s * 1000, allowed_lateness_s * 1000]
  const expiryOf = (time: number): number => (Math.floor(time / size) + 1) * size - 1 + lateness
  function* from(
    rest: readonly Arrival[],
    before: readonly Arrival[],
    watermark: number,
  ): Generator<readonly Arrival[]> {
    if (rest.length === 0) yield before
    const tried = new Set<string>()
    for (const [index, next] of rest.entries()) {
      const time = timestampOf(next)
      if (tried.has(next.id) || watermark > expiryOf(time)) continue
      tried.add(next.id)
      yield* from(rest.toSpliced(index, 1), [...before, next], Math.max(watermark, time - BEHIND.toMillis()))
    }
  }
  yield* from(arrivals, [], -Infinity)
}

/** Offers arrivals one by one, each with the watermark that the ones before have left. */
function play(engine: Engine, arrivals: readonly Arrival[]): void {
  const [input] = engine.inputs
  input!.openSplits(['0'])
  let watermark = -Infinity
  for (const [offset, arrival] of arrivals.entries()) {
    input!.offer('0', { elements: [arrival], offsets: [offset], rejected: [], position: null, bytes: 0, done: false })
    watermark = Math.max(watermark, timestampOf(arrival) - BEHIND.toMillis())
    input!.advanceWatermark('0', watermark)
  }
  input!.complete('0')
}

function dropped({ ledgerCounts }: Engine): boolean {
  return [...ledgerCounts.keys()].some((entry) => entry.endsWith(' expired'))
}
