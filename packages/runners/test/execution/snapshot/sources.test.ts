/**
 * Sources go on from a snapshot: splits that are silent or complete, watermarks by strategy, the clocks, and all counters.
 */
import {
  boundedOutOfOrderness,
  combinePerKey,
  filter,
  fixedWindows,
  flatten,
  map,
  milliseconds,
  MAX_TIMESTAMP,
  MIN_TIMESTAMP,
  parDo,
  read,
  windowInto,
  type KV,
  type PCollection,
  type ReadOptions,
} from '@tidemark/core'
import { sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { described, numbers, type Element } from '../scripted.ts'
import { resumed, type Built } from './resumed.ts'

const perTen = windowInto<KV<string, number>>(fixedWindows(milliseconds(10)))

const twoSources: Built = (root) => {
  const both: PCollection<KV<string, number>> = flatten([numbers(root, {}, 'A'), numbers(root, {}, 'B')])
  return { both, out: both.pipe(perTen, combinePerKey('Sum', sum())) }
}
const oneSource =
  (options: Partial<ReadOptions<Element>>): Built =>
  (root) => ({ out: numbers(root, options) })

describe('a source', () => {
  // Mutation: packages/runners/src/execution/source/split-watermarks.ts: `this.#open.set(id, { watermark, latest, idle })` → `this.#open.set(id, { watermark, latest, idle: false })`
  // Mutation: packages/runners/src/execution/source/split-watermarks.ts: `for (const id of complete) this.#complete.add(id)` → `void complete`
  it('does not wait for a split that fell silent before, and knows those that are complete', () => {
    resumed(oneSource({}), (run) => {
      run.input((input) => input.openSplits(['1', '2']))
      run.input((input) => input.advanceWatermark('1', 5)).input((input) => input.markIdle('1'))
      run.input((input) => input.complete('2')).watermark(30)
      expect(run.engine.outputWatermark('out')).toBe(30)
      // Opened once more, as by a driver that begins anew with what is listed.
      run.input((input) => input.openSplits(['0', '1', '2']))
      run.input((input) => input.advanceWatermark('1', 32)).watermark(40)
      expect(run.engine.outputWatermark('out')).toBe(32)
      run.input((input) => input.complete('1')).input((input) => input.complete('0'))
      expect(run.engine.outputWatermark('out')).toBe(MAX_TIMESTAMP)
    })
  })

  // Mutation: packages/runners/src/execution/source/split-watermarks.ts: `for (const [id, watermark, latest, idle] of open)` → `for (const [id, watermark, , idle, latest = 0] of open)`
  it('goes on with the watermark of its latest element', () => {
    resumed(oneSource({ watermark: boundedOutOfOrderness(milliseconds(5)) }), (run) => {
      run.offer([-20, 'a', 1])
      expect(run.engine.outputWatermark('out')).toBe(-25)
      run.offer([-18, 'a', 1])
      expect(run.engine.outputWatermark('out')).toBe(-23)
    })
  })

  // Mutation: packages/runners/src/execution/engine.ts: `this.#clock.wall = wall` → `this.#clock.wall = now`
  it('refuses what lies ahead of the clock of the wall, where that is ahead of processing time', () => {
    resumed(
      oneSource({ maxFuture: milliseconds(10) }),
      (run) => {
        run.tick(100, 1000).offer([1010, 'a', 1], [1011, 'b', 1])
        expect(run.take()).toEqual(['future [1011,"b",1] at 0:1 line', 'all a=1 @1010'])
      },
      { now: 50 },
    )
  })

  it('says the same in the mode of history', () => {
    resumed(
      oneSource({ watermark: boundedOutOfOrderness(milliseconds(5)) }),
      (run) => {
        run.offer([20, 'a', 1])
        expect(run.engine.outputWatermark('out')).toBe(MIN_TIMESTAMP)
        run.complete()
      },
      { mode: 'history' },
    )
  })
})

describe('a flatten', () => {
  // Mutation: packages/runners/src/execution/watermark/input-watermark.ts: `this.#idle = [...idle]` → `void idle`
  it('does not wait for an input that fell silent before, until it speaks again', () => {
    resumed(twoSources, (run) => {
      run.watermark(5, 'B').input((input) => input.markIdle('0'), 'B')
      run.offerTo('A', [12, 'a', 1]).watermark(15, 'A')
      expect(run.engine.outputWatermark('both')).toBe(15)
      run.offerTo('B', [16, 'a', 2]).watermark(40, 'A')
      expect(run.engine.outputWatermark('both')).toBe(15)
      run.watermark(30, 'B')
      expect(run.take()).toEqual(['both: all a=1 @12', 'both: all a=2 @16', '[10,20) a=3 on-time#0 last'])
    })
  })

  // Mutation: packages/runners/src/execution/watermark/input-watermark.ts: `this.#inputs = [...inputs]` → `void inputs`
  it('goes on from the watermarks of its inputs', () => {
    resumed(twoSources, (run) => {
      run.watermark(5, 'B').watermark(20, 'A')
      expect(run.engine.outputWatermark('both')).toBe(5)
      run.watermark(7, 'B')
      expect(run.engine.outputWatermark('both')).toBe(7)
    })
  })
})

describe('counters', () => {
  // Mutation: packages/runners/src/execution/ledger/step-log.ts: `this.reasons.set(reason, count)` → `void count`
  it('go on, those of the ledger and of elements that wait among them', () => {
    const pipeline: Built = (root) => ({
      out: root.pipe(
        read('In', described<Element>(false), { timestamp: ([at]) => at }),
        map(([at, key, value]) => [key, value, at] as const),
        parDo({ process: ([key, value]) => (value === 13 ? undefined : [[key, value] as const]) }),
        filter(([, value]) => value !== 0),
        map(([key, value]) => (value === 7 ? thrown() : ([key, value] as const)), { onError: 'dead-letter' }),
        perTen,
        combinePerKey('Sum', sum()),
      ),
    })
    const run = resumed(pipeline, (run) => {
      run.offer([1, 'a', 1], [2, 'a', 13]).offer([3, 'a', 0], [4, 'a', 7], [NaN, 'a', 1]).watermark(20)
      run.offer([5, 'b', 1], [21, 'b', 2])
    })
    expect(run.engine.ledgerCounts).toEqual(
      new Map([
        ['In dead-letter', 1],
        ['Map#2 dead-letter', 1],
        ['Sum expired', 1],
      ]),
    )
    const counters = Object.fromEntries(run.engine.counters().map(({ step, ...counted }) => [step, counted]))
    expect(counters['In']).toMatchObject({ in: 7, withOutput: 6, ledger: 1, out: 6 })
    expect(counters['ParDo']).toMatchObject({ in: 6, withOutput: 5, withoutOutput: 1 })
    expect(counters['Sum']).toMatchObject({ in: 3, withOutput: 1, ledger: 1, waiting: 1, out: 1 })
  })
})

function thrown(): never {
  throw new Error('seven')
}
