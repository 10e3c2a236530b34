/**
 * Panes and changes that wait for answers: each leaves whole, and none before another of its key and window.
 */
import {
  afterCount,
  afterWatermark,
  combinePerKey,
  filter,
  fixedWindows,
  flatMap,
  flatten,
  map,
  milliseconds,
  sessions,
  windowInto,
  type AccumulationMode,
  type KV,
  type MapAsyncOptions,
  type PCollection,
  type PTransform,
  type WindowFn,
} from '@tidemark/core'
import { sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { numbers } from '../scripted.ts'
import { Answered, tenfold } from './answered.ts'

type Keyed = PCollection<KV<string, number>>

const WINDOW: WindowFn = fixedWindows(milliseconds(10))

/** Sums with a pane for each element, in windows of one kind, then what stands between, then calls. */
function called(
  mode: AccumulationMode,
  options: MapAsyncOptions<KV<string, number>> = {},
  between?: PTransform<Keyed, Keyed>,
  windowFn: WindowFn = WINDOW,
): Answered {
  const early = windowInto<KV<string, number>>(windowFn, {
    trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }),
    accumulationMode: mode,
    allowedLateness: milliseconds(5),
  })
  return new Answered((root) => {
    const panes = numbers(root).pipe(early, combinePerKey('Sum', sum()))
    return { out: (between === undefined ? panes : panes.pipe(between)).pipe(tenfold({ pure: true, ...options })) }
  })
}

describe('a pane', () => {
  it('leaves with all of its elements at once', () => {
    const twice = flatMap(([key, value]: KV<string, number>) => [[key, value] as const, [key, value + 100] as const])
    const run = called('accumulating', {}, twice).offer([1, 'a', 1])
    expect(run.asks()).toEqual(['0: a=1 @9', '1: a=101 @9'])
    run.answer(1)
    expect(run.take()).toEqual([])
    run.answer(0)
    expect(run.take()).toEqual(['[0,10) a=10 early#0', '[0,10) a=1010 early#0'])
    expect(run.settled()).toEqual(['[0,10) a=10', '[0,10) a=1010'])
  })

  // Mutation: packages/runners/src/execution/async/lanes.ts: `absorbedBy.id === origin.id ? [origin.id] : [origin.id, absorbedBy.id]` → `absorbedBy.id === origin.id ? NONE : NONE`
  it("never overtakes an earlier one of its key and window, but others may: order: 'any'", () => {
    const run = called('accumulating', { order: 'any' }).offer([1, 'a', 1]).offer([2, 'b', 5]).offer([3, 'a', 2])
    expect(run.asks()).toEqual(['0: a=1 @9', '1: b=5 @9', '2: a=3 @9'])
    run.answer(2)
    expect(run.take()).toEqual([])
    run.answer(1)
    expect(run.take()).toEqual(['[0,10) b=50 early#0'])
    run.answer(0)
    expect(run.take()).toEqual(['[0,10) a=10 early#0', '[0,10) a=30 early#1'])
    expect(run.settled()).toEqual(['[0,10) a=30', '[0,10) b=50'])
  })

  // Mutation: packages/runners/src/execution/async/unit-writer.ts: `&& !this.#origins.has(pane.origin.id)` → ``
  it('replaces the one before it, though both leave at once', () => {
    const run = called('accumulating').offer([1, 'a', 1]).offer([3, 'a', 2])
    run.answer(1, 0)
    expect(run.settled()).toEqual(['[0,10) a=30'])
  })

  // Mutation: packages/runners/src/execution/async/async-step.ts: `unit.elements.length > 0 || pane !== undefined` → `unit.elements.length > 0`
  it('is known without elements too, after those before it: what was passed is taken back', () => {
    const odd = filter(([, value]: KV<string, number>) => value % 2 === 1)
    const run = called('accumulating', {}, odd).offer([1, 'a', 1]).offer([2, 'a', 1])
    expect(run.asks()).toEqual(['0: a=1 @9'])
    expect(run.settled()).toEqual([])
    run.answer(0)
    expect(run.take()).toEqual(['[0,10) a=10 early#0'])
    expect(run.settled()).toEqual([])
  })

  it('is known when its elements have become dead letters: the earlier result does not stand for it', () => {
    const run = called('accumulating', { onError: 'dead-letter' }).offer([1, 'a', 1]).offer([2, 'a', 1])
    run.answer(0)
    expect(run.settled()).toEqual(['[0,10) a=10'])
    run.fail(1)
    expect(run.settled()).toEqual([])
    expect(run.entries()).toEqual(['dead-letter a=2 [0,10)'])
  })

  it("waits as long as those of the session that its window has become part of: order: 'any'", () => {
    const run = called('accumulating', { order: 'any' }, undefined, sessions(milliseconds(5)))
    // [1,6) and [8,13), then 5 joins them.
    run.offer([1, 'a', 1]).offer([8, 'a', 2]).offer([5, 'a', 4])
    expect(run.asks()).toEqual(['0: a=1 @5', '1: a=2 @12', '2: a=7 @12'])
    run.answer(2)
    expect(run.settled()).toEqual([])
    run.answer(0, 1)
    expect(run.settled()).toEqual(['[1,13) a=70'])
  })
})

describe('changes', () => {
  // Mutation: packages/runners/src/execution/async/async-step.ts: `payload.order === 'input' || spec.inputPanes === 'changes'` → `payload.order === 'input'`
  it("keep their order, whatever is said of it: order: 'any'", () => {
    const run = called('retracting', { order: 'any' }).offer([1, 'a', 1]).offer([2, 'b', 5]).offer([3, 'a', 2])
    expect(run.asks()).toEqual(['0: a=1 @9', '1: b=5 @9', '2: a=1 @9', '3: a=3 @9'])
    run.answer(3, 2, 1)
    expect(run.take()).toEqual([])
    run.answer(0)
    expect(run.take()).toEqual([
      '[0,10) a=10 early#0',
      '[0,10) b=50 early#0',
      '-[0,10) a=10 early#1',
      '[0,10) a=30 early#1',
    ])
    expect(run.settled()).toEqual(['[0,10) a=30', '[0,10) b=50'])
  })
})

describe('panes beside plain elements', () => {
  it('leave with them, each as what it is', () => {
    const early = windowInto<KV<string, number>>(WINDOW, {
      trigger: afterWatermark({ early: afterCount(1) }),
      accumulationMode: 'accumulating',
      allowedLateness: milliseconds(0),
    })
    const run = new Answered((root) => {
      const windowed = numbers(root).pipe(early)
      const sums = windowed.pipe(combinePerKey('Sum', sum()))
      return { out: flatten([sums, windowed.pipe(map(([key, value]) => [`${key}!`, value] as const))]).pipe(tenfold()) }
    }).offer([1, 'a', 1])
    run.offer([2, 'a', 2])
    expect(run.asks()).toEqual(['0: a!=1 @1', '1: a=1 @9', '2: a!=2 @2', '3: a=3 @9'])
    run.answer(3, 2, 1, 0)
    expect(run.take()).toEqual(['[0,10) a!=10 @1', '[0,10) a=10 early#0', '[0,10) a!=20 @2', '[0,10) a=30 early#1'])
    expect(run.settled()).toEqual(['[0,10) a=30', '[0,10) a!=10', '[0,10) a!=20'])
  })
})
