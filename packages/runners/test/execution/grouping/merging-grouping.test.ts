/**
 * Sessions at run time: merging, bridges, tombstones, notes of splits, and what is taken back (statements 4-6, 8, 35, 36, 47).
 */
import {
  afterCount,
  afterWatermark,
  boundedOutOfOrderness,
  combinePerKey,
  customWindows,
  groupByKey,
  milliseconds,
  repeatedly,
  sessions,
  windowInto,
  type WindowFn,
  type WindowingOptions,
} from '@tidemark/core'
import { sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { numbers, Scripted } from '../scripted.ts'

const gap = sessions(milliseconds(10))
const late = { allowedLateness: milliseconds(20), accumulationMode: 'accumulating' } as const
const early = { ...late, trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }) } as const

function sums(options: WindowingOptions = {}, windows: WindowFn = gap): Scripted {
  return new Scripted((root) => ({
    out: numbers(root).pipe(windowInto(windows, options), combinePerKey('Sum', sum())),
  }))
}

describe('sessions', () => {
  it('of one key join what is less than a gap apart, in one bundle and in several (4)', () => {
    const elements = [
      [1, 'a', 1],
      [9, 'a', 2],
      [19, 'a', 4],
      [5, 'b', 8],
    ] as const
    expect(
      sums()
        .offer(...elements)
        .complete()
        .settled(),
    ).toEqual(['[5,15) b=8', '[1,19) a=3', '[19,29) a=4'])
    const run = sums()
    for (const element of elements.toReversed()) run.offer(element)
    expect(run.complete().settled()).toEqual(['[5,15) b=8', '[1,19) a=3', '[19,29) a=4'])
  })

  it('are joined by a late element between them (5)', () => {
    // mutation: mergeOverlapping of active windows only
    const run = sums(late).offer([1, 'a', 1], [15, 'a', 2]).watermark(12)
    expect(run.take()).toEqual(['[1,11) a=1 on-time#0'])
    expect(run.offer([9, 'a', 4]).take()).toEqual([])
    expect(run.complete().take()).toEqual(['[1,25) a=7 on-time#0 last'])
    expect(run.settled()).toEqual(['[1,25) a=7'])
  })

  it('are merged once: a grouping below takes them as they are (6)', () => {
    const run = new Scripted((root) => ({
      out: numbers(root).pipe(windowInto(gap), combinePerKey('Sum', sum()), groupByKey('Again')),
    }))
    run.offer([1, 'a', 1], [12, 'a', 2], [5, 'b', 4]).complete()
    expect(run.settled()).toEqual(['[1,11) a=[1]', '[5,15) b=[4]', '[12,22) a=[2]'])
  })

  it('hold an element twice that was in two of the windows (8)', () => {
    const twice = customWindows({
      name: 'twice',
      assign: (t) => [
        { start: t, end: t + 10 },
        { start: t + 5, end: t + 15 },
      ],
      merge: (windows) => gap.merge(windows),
    })
    expect(sums({}, twice).offer([1, 'a', 1]).complete().settled()).toEqual(['[1,16) a=2'])
  })

  it('count panes anew when they merge (47), and go on when the merged window is the one before', () => {
    const run = sums(early).offer([1, 'a', 1]).offer([1, 'a', 1])
    expect(run.take()).toEqual(['[1,11) a=1 early#0', '[1,11) a=2 early#1'])
    expect(run.offer([5, 'a', 1]).take()).toEqual(['[1,15) a=3 early#0'])
    expect(run.offer([2, 'a', 1]).take()).toEqual(['[1,15) a=4 early#1'])
  })

  it('have the watermark of each row, also where a bundle goes on for long', () => {
    const expired = sums().offer([1, 'a', 1]).watermark(11).offer([1, 'a', 1]).complete()
    expect([expired.settled(), expired.entries()]).toEqual([['[1,11) a=1'], ['expired a=1 [1,11)']])
  })
})

describe('a session whose panes take the timestamp of their earliest element', () => {
  it('has the same one in a bundle of three and in three bundles', () => {
    // mutation: Math.min(due, this.nextEventTime()) in all cases of MergingGrouping.takeRows
    const elements = [
      [10, 'a', 1],
      [12, 'a', 1],
      [11, 'a', 1],
    ] as const
    const pane = (...bundles: readonly (readonly (typeof elements)[number][])[]): readonly string[] => {
      const run = new Scripted((root) => ({
        out: numbers(root, { watermark: boundedOutOfOrderness(milliseconds(0)) }).pipe(
          windowInto(gap, { ...late, timestampCombiner: 'earliest' }),
          combinePerKey('Sum', sum()),
        ),
      }))
      for (const bundle of bundles) run.offer(...bundle)
      return run.complete().take()
    }
    expect(pane(elements)).toEqual(['[10,22) a=3 on-time#0 last @10'])
    expect(pane(...elements.map((element) => [element]))).toEqual(['[10,22) a=3 on-time#0 last @10'])
  })
})

describe('an element that overlaps an expired session', () => {
  it('is processed, and noted as split off: batch would have joined the two', () => {
    // mutation: known.expired never filled
    const run = sums().offer([1, 'a', 1]).watermark(11).offer([9, 'a', 2], [9, 'b', 3])
    expect(run.complete().settled()).toEqual(['[1,11) a=1', '[9,19) a=2', '[9,19) b=3'])
    expect(run.entries()).toEqual(['session-split a=2 [9,19)'])
    expect(run.engine.ledgerCounts).toEqual(new Map([['Sum session-split', 1]]))
    expect(run.engine.counters().at(-1)).toMatchObject({ in: 3, withOutput: 3, ledger: 0 })
  })

  it('is not noted once the session is out of reach', () => {
    const run = sums().offer([1, 'a', 1]).watermark(11).watermark(21).offer([21, 'a', 2]).complete()
    expect(run.entries()).toEqual([])
  })
})

describe('a session whose trigger has finished', () => {
  const once = { ...late, trigger: afterCount(2), mayLoseData: true } as const

  it('takes nothing more, and the element of an equal window goes to the ledger', () => {
    const run = sums(once).offer([1, 'a', 1], [1, 'a', 1]).offer([1, 'a', 4]).complete()
    expect([run.settled(), run.entries()]).toEqual([['[1,11) a=2'], ['closed-window a=4 [1,11)']])
  })

  it('does not poison an open one: an element that overlaps both is in the open one (35)', () => {
    const run = sums(once).offer([1, 'a', 1], [1, 'a', 1])
    expect(run.take()).toEqual(['[1,11) a=2 early#0 last'])
    run.offer([15, 'a', 4]).offer([8, 'a', 8])
    expect(run.take()).toEqual(['[8,25) a=12 early#0 last'])
    expect(run.complete().settled()).toEqual(['[1,11) a=2', '[8,25) a=12'])
    expect(run.entries()).toEqual(['session-split a=8 [8,18)'])
  })
})

describe('what an absorbed session has emitted', () => {
  const bridge = (accumulationMode: 'accumulating' | 'discarding' | 'retracting'): Scripted =>
    sums({ ...early, accumulationMode })
      .offer([1, 'a', 1])
      .offer([15, 'a', 2])
      .offer([8, 'a', 4])

  it('is void in accumulating mode', () => {
    const run = bridge('accumulating')
    expect(run.take()).toEqual(['[1,11) a=1 early#0', '[15,25) a=2 early#0', '[1,25) a=7 early#0'])
    expect(run.complete().settled()).toEqual(['[1,25) a=7'])
  })

  it('is a part of the merged one in discarding mode', () => {
    const run = bridge('discarding')
    expect(run.take()).toEqual(['[1,11) a=1 early#0', '[15,25) a=2 early#0', '[1,25) a=4 early#0'])
    expect(run.settled()).toEqual(['[1,25) a=1', '[1,25) a=2', '[1,25) a=4'])
    run.complete()
  })

  it('is taken back in retracting mode, before the merged one comes', () => {
    const run = bridge('retracting')
    expect(run.take()).toEqual([
      '[1,11) a=1 early#0',
      '[15,25) a=2 early#0',
      '-[1,11) a=1',
      '-[15,25) a=2',
      '[1,25) a=7 early#0',
    ])
    expect(run.complete().settled()).toEqual(['[1,25) a=7'])
  })

  it('is taken back from a grouping below, which has no result of the absorbed windows', () => {
    const run = new Scripted((root) => ({
      out: numbers(root).pipe(
        windowInto(gap, { ...early, accumulationMode: 'retracting' }),
        combinePerKey('Sum', sum()),
        groupByKey('Again'),
      ),
    }))
    run.offer([1, 'a', 1]).offer([15, 'a', 2]).offer([8, 'a', 4]).complete()
    expect([run.settled(), run.entries()]).toEqual([['[1,25) a=[7]'], []])
  })
})

describe('the trigger of merged sessions', () => {
  it('adds up what the parts had counted', () => {
    const run = sums({ ...late, trigger: repeatedly(afterCount(3)) })
      .offer([1, 'a', 1])
      .offer([15, 'a', 2])
    expect(run.take()).toEqual([])
    expect(run.offer([8, 'a', 4]).take()).toEqual(['[1,25) a=7 early#0'])
  })

  it('is on time again when the merged session ends later', () => {
    const run = sums(late).offer([1, 'a', 1]).watermark(12).offer([10, 'a', 2])
    expect(run.take()).toEqual(['[1,11) a=1 on-time#0'])
    expect(run.watermark(20).take()).toEqual(['[1,20) a=3 on-time#0'])
  })

  it('holds the watermark at the earliest element of all parts, where panes have its timestamp', () => {
    const run = sums({ ...late, timestampCombiner: 'earliest' })
      .offer([3, 'a', 1], [15, 'a', 1])
      .offer([9, 'a', 1])
    expect(run.watermark(9).engine.outputWatermark('out')).toBe(3)
    expect(run.watermark(25).take()).toEqual(['[3,25) a=3 on-time#0 @3'])
  })
})
