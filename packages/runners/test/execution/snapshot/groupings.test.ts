/**
 * A grouping goes on from a snapshot: triggers, wake-ups, tombstones, sessions, what was emitted and would have to be taken back.
 */
import {
  afterCount,
  afterEach,
  afterProcessingTime,
  afterWatermark,
  combineGlobally,
  combinePerKey,
  fixedWindows,
  groupByKey,
  map,
  milliseconds,
  repeatedly,
  sessions,
  windowInto,
  type AccumulationMode,
  type EmptyPaneBehavior,
  type KV,
  type PCollection,
  type TimestampCombiner,
  type Trigger,
  type WindowFn,
} from '@tidemark/core'
import { combineAll, count, countDistinct, max, mean, min, sum, sumBigInt, top } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { numbers } from '../scripted.ts'
import { resumed, type Built } from './resumed.ts'

interface Given {
  readonly trigger?: Trigger
  readonly accumulationMode?: AccumulationMode
  readonly onTime?: EmptyPaneBehavior
  readonly timestampCombiner?: TimestampCombiner
  /** Milliseconds. */
  readonly lateness?: number
}

/** Sums per key in windows, with these options. */
function sums(windows: WindowFn, given: Given = {}): Built {
  const { trigger = afterWatermark(), accumulationMode = 'accumulating', lateness = 0, ...rest } = given
  const options = { ...rest, trigger, accumulationMode, allowedLateness: milliseconds(lateness) }
  return (root) => ({
    out: numbers(root).pipe(
      windowInto(windows, { ...options, mayDrift: true, mayLoseData: true }),
      combinePerKey('Sum', sum()),
    ),
  })
}

const perTen = fixedWindows(milliseconds(10))
const perGap = sessions(milliseconds(10))
const everyOne = repeatedly(afterCount(1))

describe('a grouping', () => {
  // Mutation: packages/runners/src/execution/grouping/group-data.ts: `([...data.trigger] satisfies TriggerState)` → `freshTriggerState(data.trigger.length / 2)`
  // Mutation: packages/runners/src/execution/grouping/group-data.ts: `[group.lastTiming, group.paneIndex, group.nonSpeculativeIndex] = data.pane` → `void group`
  it('counts on towards a firing, and its panes go on in number and timing', () => {
    const trigger = afterWatermark({ early: afterCount(2), late: afterCount(2) })
    resumed(sums(perTen, { trigger, lateness: 100 }), (run) => {
      run.offer([1, 'a', 1]).offer([2, 'a', 2]).offer([3, 'a', 4])
      expect(run.take()).toEqual(['[0,10) a=3 early#0'])
      run.watermark(12).offer([4, 'a', 8]).offer([5, 'a', 16]).watermark(200)
      expect(run.take()).toEqual(['[0,10) a=7 on-time#1', '[0,10) a=31 late#2'])
    })
  })

  // Mutation: packages/runners/src/execution/grouping/grouping.ts: `this.times.load(saved.wakeUps)` → `this.times.load([])`
  it('wakes up when it would have', () => {
    const trigger = afterWatermark({ early: afterProcessingTime(milliseconds(50)) })
    resumed(sums(perTen, { trigger }), (run) => {
      run.tick(100).offer([1, 'a', 1]).tick(120).offer([2, 'a', 2], [2, 'b', 1])
      expect(run.engine.nextProcessingTime()).toBe(150)
      run.tick(151)
      expect(run.take()).toEqual(['[0,10) a=3 early#0'])
      run.tick(171)
      expect(run.take()).toEqual(['[0,10) b=1 early#0'])
    })
  })

  // Mutation: packages/runners/src/execution/grouping/group-data.ts: `group.emitted = {` → `void {`
  it('takes back what it has emitted before, in retracting mode', () => {
    resumed(sums(perTen, { trigger: everyOne, accumulationMode: 'retracting', onTime: 'if-non-empty' }), (run) => {
      run.offer([1, 'a', 1]).offer([2, 'a', 2])
      expect(run.take()).toEqual(['[0,10) a=1 early#0', '-[0,10) a=1 early#1', '[0,10) a=3 early#1'])
    })
  })

  // Mutation: packages/runners/src/execution/grouping/group-data.ts: `group.closed = data.closed ?? false` → `group.closed = false`
  it('remembers that its trigger has finished', () => {
    resumed(sums(perTen, { trigger: afterCount(2) }), (run) => {
      run.offer([1, 'a', 1], [2, 'a', 2]).offer([3, 'a', 4]).watermark(20)
      expect(run.take()).toEqual(['[0,10) a=3 early#0 last', 'closed-window ["a",4] [0,10) at 0:2 line'])
    })
  })

  it('goes on with the next part of a sequence of triggers', () => {
    const trigger = repeatedly(afterEach(afterCount(1), afterCount(2)))
    resumed(sums(perTen, { trigger, onTime: 'if-non-empty', accumulationMode: 'discarding' }), (run) => {
      for (const value of [1, 2, 4, 8, 16]) run.offer([1, 'a', value])
      expect(run.take()).toEqual(['[0,10) a=1 early#0', '[0,10) a=6 early#1', '[0,10) a=8 early#2'])
      run.watermark(20)
      expect(run.take()).toEqual(['[0,10) a=16 on-time#3 last'])
    })
  })

  // Mutation: packages/runners/src/execution/grouping/group-data.ts: `data.elementHold = group.elementHold` → `data.elementHold = group.window.end - 1`
  it('holds the output watermark at its earliest element', () => {
    const run = resumed(sums(perTen, { timestampCombiner: 'earliest' }), (run) => {
      run.offer([4, 'a', 1], [2, 'a', 2]).watermark(7)
      expect(run.engine.outputWatermark('out')).toBe(2)
      run.watermark(10)
    })
    expect(run.heard.map(({ timestamp }) => timestamp)).toEqual([2])
  })

  it('keeps the accumulators of every combiner of the library', () => {
    const all = {
      count: count(),
      distinct: countDistinct(),
      least: min(),
      most: max(),
      mean: mean(),
      sum: sum(),
      top: top<number>(2),
    }
    const run = resumed(
      (root) => {
        const perKey = numbers(root).pipe(windowInto(perTen))
        const big = perKey.pipe(
          map(([key, value]) => [key, BigInt(value)] as const),
          combinePerKey('Big', sumBigInt()),
        )
        return { all: perKey.pipe(combinePerKey('All', combineAll(all))), big }
      },
      (run) => run.offer([1, 'a', 2]).offer([2, 'a', 1e6]).offer([3, 'a', -1]).offer([4, 'a', 2]).watermark(20),
    )
    expect(run.heard.map(({ value }) => value)).toEqual([
      ['a', 1_000_003n],
      ['a', { count: 4, distinct: 3, least: -1, most: 1e6, mean: 250_000.75, sum: 1_000_003, top: [1e6, 2] }],
    ])
  })
})

describe('a grouping of sessions', () => {
  // Mutation: packages/runners/src/execution/grouping/merging-grouping.ts: `this.#remember(this.#knownOf(valueOf(key, this.#keyCoder)), { start, end, until })` → `void [key, start, end, until]`
  it('remembers those that have expired, to tell that one was split', () => {
    resumed(sums(perGap), (run) => {
      run.offer([10, 'a', 1]).watermark(20).offer([5, 'b', 9]).watermark(21)
      expect(run.take()).toEqual(['[10,20) a=1 on-time#0 last', 'expired ["b",9] [5,15) at 0:1 line'])
      run.offer([15, 'a', 2])
      expect(run.take()).toEqual(['session-split ["a",2] [15,25) at 0:2 line'])
      run.watermark(40).offer([35, 'a', 4]).watermark(60)
      expect(run.take()).toEqual(['[15,25) a=2 on-time#0 last', '[35,45) a=4 on-time#0 last'])
    })
  })

  // Mutation: packages/runners/src/execution/grouping/merging-grouping.ts: `putInOrder(group.closed ? known.tombstones : known.active, slot)` → `putInOrder(known.tombstones, slot)`
  it('merges those of before with those that come, and takes back what they have emitted', () => {
    resumed(sums(perGap, { trigger: everyOne, accumulationMode: 'retracting', onTime: 'if-non-empty' }), (run) => {
      run.offer([0, 'a', 1]).offer([15, 'a', 2])
      expect(run.take()).toEqual(['[0,10) a=1 early#0', '[15,25) a=2 early#0'])
      run.offer([8, 'a', 4])
      const parts = ['-[0,10) a=1', '-[15,25) a=2', '[0,25) a=7 early#0']
      expect(run.take()).toEqual(parts.map((part) => expect.stringContaining(part)))
    })
  })

  it('remembers those whose trigger has finished', () => {
    resumed(sums(perGap, { trigger: afterCount(1) }), (run) => {
      run.offer([0, 'a', 1]).offer([0, 'a', 2]).offer([5, 'a', 4])
      expect(run.take()).toEqual([
        '[0,10) a=1 early#0 last',
        'closed-window ["a",2] [0,10) at 0:1 line',
        'session-split ["a",4] [5,15) at 0:2 line',
        '[5,15) a=4 early#0 last',
      ])
    })
  })
})

describe('a combination of all elements', () => {
  const overall: Built = (root) => {
    const values: PCollection<KV<string, number>> = numbers(root, { bounded: true })
    return { out: values.pipe(map(([, value]) => value), combineGlobally('All', sum())) } // prettier-ignore
  }

  // Mutation: packages/runners/src/execution/grouping/grouping.ts: `this.#hasEmittedDefault = saved.hasEmittedDefault` → `void saved`
  it('says once what nothing comes to, and not again after a restore', () => {
    resumed(overall, (run) => {
      run.watermark(5).complete()
      expect(run.take()).toEqual([expect.stringMatching(/^all 0 on-time#0 last/)])
      // Whoever ends a source twice says nothing new.
      run.input((input) => input.complete('0')).tick(10)
      expect(run.take()).toEqual([])
    })
  })

  // Mutation: packages/runners/src/execution/ledger/step-log.ts: `Object.assign(this.counters, counters)` → `void counters`
  it('says nothing of nothing when there was something before the restore', () => {
    resumed(overall, (run) => {
      run.offer([1, 'a', 5]).complete()
      expect(run.take()).toEqual([expect.stringMatching(/^all 5 on-time#0 last/)])
    })
  })
})

describe('a list', () => {
  it('is ordered by time and bytes, whenever its values came', () => {
    resumed(
      (root) => ({ out: numbers(root).pipe(windowInto(perTen), groupByKey('List')) }),
      (run) => {
        run.offer([2, 'a', 1]).offer([1, 'a', 3]).offer([1, 'a', 2]).watermark(20)
        expect(run.take()).toEqual(['[0,10) a=[2,3,1] on-time#0 last'])
      },
    )
  })
})
