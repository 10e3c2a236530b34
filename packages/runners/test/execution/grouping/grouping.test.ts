/**
 * Groupings over windows that do not merge, by hand: expiry, empty panes, tombstones, holds and timestamps (statements 10-14, 34, 41, 48-57).
 */
import {
  afterCount,
  afterWatermark,
  combinePerKey,
  defaultTrigger,
  fixedWindows,
  groupByKey,
  milliseconds,
  never,
  repeatedly,
  slidingWindows,
  windowInto,
  type WindowFn,
  type WindowingOptions,
} from '@tidemark/core'
import { sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { numbers, Scripted } from '../scripted.ts'

const perTen = fixedWindows(milliseconds(10))
const lateness = (millis: number) =>
  ({ allowedLateness: milliseconds(millis), accumulationMode: 'accumulating' }) as const

function sums(options: WindowingOptions = {}, windows: WindowFn = perTen): Scripted {
  return new Scripted((root) => ({
    out: numbers(root).pipe(windowInto(windows, options), combinePerKey('Sum', sum())),
  }))
}

describe('a window', () => {
  it('is emitted when the watermark is strictly past its end', () => {
    const run = sums().offer([1, 'a', 1], [2, 'b', 5], [3, 'a', 2])
    expect(run.watermark(9).take()).toEqual([])
    expect(run.watermark(10).take()).toEqual(['[0,10) a=3 on-time#0 last', '[0,10) b=5 on-time#0 last'])
    expect(run.complete().entries()).toEqual([])
  })

  it('takes elements until the watermark is strictly past its end and lateness (10, 11)', () => {
    // mutation: open.expiry <= this.inputWatermark in WindowGrouping
    const run = sums(lateness(5)).offer([1, 'a', 1]).watermark(14).offer([2, 'a', 1])
    expect(run.take()).toEqual(['[0,10) a=1 on-time#0', '[0,10) a=2 late#1'])
    run.watermark(15).offer([3, 'a', 1]).complete()
    expect([run.take(), run.entries()]).toEqual([[], ['expired a=1 [0,10)']])
    expect(run.ledger[0]).toMatchObject({
      step: 'Sum',
      watermark: 15,
      timestamp: 3,
      position: { split: '0', offset: 2, unit: 'line' },
      detail:
        'window [1970-01-01T00:00:00.000Z, 1970-01-01T00:00:00.010Z) took elements until the watermark passed 1970-01-01T00:00:00.014Z',
    })
  })

  it('drops an element for itself alone: from one sliding window and not from another (13)', () => {
    const run = sums({}, slidingWindows(milliseconds(10), milliseconds(5)))
      .watermark(12)
      .offer([7, 'a', 1])
      .complete()
    expect([run.entries(), run.settled()]).toEqual([['expired a=1 [0,10)'], ['[5,15) a=1']])
  })

  it('that only drops leaves nothing behind, and one that opens again starts anew', () => {
    const run = sums(lateness(100)).watermark(50)
    expect(run.offer([1, 'a', 1]).take()).toEqual(['[0,10) a=1 late#0'])
    run.watermark(120).offer([1, 'a', 1]).complete()
    expect(run.entries()).toEqual(['expired a=1 [0,10)'])
  })

  it('jumped over together with its expiry has one pane, on time and last (41)', () => {
    expect(sums(lateness(5)).offer([1, 'a', 1]).watermark(500).take()).toEqual(['[0,10) a=1 on-time#0 last'])
  })

  it('is emitted at expiry with what its trigger has not (25)', () => {
    const run = sums({ ...lateness(5), trigger: repeatedly(afterCount(50)) }).offer([1, 'a', 1])
    expect(run.watermark(14).take()).toEqual([])
    expect(run.watermark(15).take()).toEqual(['[0,10) a=1 on-time#0 last'])
    expect(
      sums({ ...lateness(5), trigger: never() })
        .offer([1, 'a', 1])
        .watermark(15)
        .take(),
    ).toEqual(['[0,10) a=1 on-time#0 last'])
  })
})

describe('a trigger', () => {
  it('is asked once for all elements of a bundle (24)', () => {
    const run = sums({ ...lateness(0), trigger: repeatedly(afterCount(2)) })
    expect(run.offer([1, 'a', 1], [1, 'a', 1], [1, 'a', 1]).take()).toEqual(['[0,10) a=3 early#0'])
    expect(run.offer([1, 'a', 1]).offer([1, 'a', 1]).take()).toEqual(['[0,10) a=5 early#1'])
  })

  it('that has finished leaves a tombstone: later elements are known to be lost, and no pane follows (34)', () => {
    const run = sums({ ...lateness(5), trigger: afterCount(2), mayLoseData: true, closing: 'always' })
    expect(run.offer([1, 'a', 1], [2, 'a', 1]).take()).toEqual(['[0,10) a=2 early#0 last'])
    run.offer([3, 'a', 1], [3, 'b', 7]).watermark(15).offer([4, 'a', 1]).complete()
    expect(run.take()).toEqual(['[0,10) b=7 on-time#0 last'])
    expect(run.entries()).toEqual(['closed-window a=1 [0,10)', 'expired a=1 [0,10)'])
    expect(run.ledger[0]!.detail).toContain('had finished')
  })
})

describe('an accumulation mode', () => {
  const early = {
    trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }),
    allowedLateness: milliseconds(5),
  }
  it.each([
    ['accumulating', ['[0,10) a=1 early#0', '[0,10) a=3 early#1', '[0,10) a=3 on-time#2', '[0,10) a=7 late#3']],
    ['discarding', ['[0,10) a=1 early#0', '[0,10) a=2 early#1', '[0,10) a=0 on-time#2', '[0,10) a=4 late#3']],
    [
      'retracting',
      [
        '[0,10) a=1 early#0',
        '-[0,10) a=1 early#1',
        '[0,10) a=3 early#1',
        '-[0,10) a=3 on-time#2',
        '[0,10) a=3 on-time#2',
        '-[0,10) a=3 late#3',
        '[0,10) a=7 late#3',
      ],
    ],
  ] as const)('%s says what a pane holds', (accumulationMode, panes) => {
    const run = sums({ ...early, accumulationMode })
      .offer([1, 'a', 1])
      .offer([2, 'a', 2])
      .watermark(10)
      .offer([3, 'a', 4])
      .complete()
    expect(run.take()).toEqual(panes)
  })
})

describe('an empty pane', () => {
  const base = { ...lateness(5), trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }) }

  it('comes at the end of the window, unless it must not (48, 51)', () => {
    expect(sums(base).offer([1, 'a', 1]).watermark(10).take()).toEqual(['[0,10) a=1 early#0', '[0,10) a=1 on-time#1'])
    const silent = sums({ ...base, onTime: 'if-non-empty' })
      .offer([1, 'a', 1])
      .watermark(10)
    expect(silent.take()).toEqual(['[0,10) a=1 early#0'])
    expect(silent.offer([2, 'a', 1]).take()).toEqual(['[0,10) a=2 late#1'])
  })

  it('comes at expiry only when asked for (50)', () => {
    expect(sums(base).offer([1, 'a', 1]).watermark(15).take()).toEqual([
      '[0,10) a=1 early#0',
      '[0,10) a=1 on-time#1 last',
    ])
    const closing = sums({ ...base, closing: 'always' })
      .offer([1, 'a', 1])
      .watermark(10)
    closing.take()
    expect(closing.watermark(15).take()).toEqual(['[0,10) a=1 late#2 last'])
    const open = sums(base).offer([1, 'a', 1]).watermark(10)
    open.take()
    expect(open.watermark(15).take()).toEqual([])
  })

  it('never comes of a window without an element (49)', () => {
    expect(
      sums({ ...base, closing: 'always' })
        .watermark(100)
        .complete()
        .take(),
    ).toEqual([])
  })
})

describe('the timestamp of a pane', () => {
  const of = (timestampCombiner: 'earliest' | 'latest') =>
    sums({ ...lateness(50), trigger: defaultTrigger(), timestampCombiner })

  it('is the last of its window unless told otherwise (57)', () => {
    expect(sums().offer([1, 'a', 1]).watermark(10).take()).toEqual(['[0,10) a=1 on-time#0 last'])
  })

  it('is the earliest or latest of the elements that were not late, and holds the watermark until then (55, 56)', () => {
    // mutation: Math.max for Math.min in combineHolds
    const earliest = of('earliest').offer([3, 'a', 1], [5, 'a', 1]).watermark(9)
    expect(earliest.engine.outputWatermark('out')).toBe(3)
    expect(earliest.watermark(10).take()).toEqual(['[0,10) a=2 on-time#0 @3'])
    expect(earliest.engine.outputWatermark('out')).toBe(10)
    expect(earliest.offer([1, 'a', 1]).take()).toEqual(['[0,10) a=3 late#1'])
    expect(of('latest').offer([3, 'a', 1], [5, 'a', 1], [4, 'a', 1]).watermark(10).take()).toEqual([
      '[0,10) a=3 on-time#0 @5',
    ])
  })

  it('leaves out an element behind the output watermark', () => {
    const run = of('earliest').watermark(4).offer([2, 'a', 1], [6, 'a', 1]).watermark(10)
    expect(run.take()).toEqual(['[0,10) a=2 on-time#0 @6'])
  })
})

describe('the output watermark', () => {
  it('waits at the last timestamp of the earliest window that is still to be emitted', () => {
    const run = sums().offer([25, 'a', 1], [1, 'a', 1])
    expect(run.watermark(9).engine.outputWatermark('out')).toBe(9)
    expect(run.watermark(15).engine.outputWatermark('out')).toBe(15)
    expect(run.watermark(29).engine.outputWatermark('out')).toBe(29)
    expect(run.watermark(99).engine.outputWatermark('out')).toBe(99)
  })

  it('lets a pane through all groupings below, however late it is (a pane accepted above is not dropped below)', () => {
    const run = new Scripted((root) => {
      const upper = numbers(root).pipe(
        windowInto(perTen, { ...lateness(50), accumulationMode: 'retracting' }),
        combinePerKey('Upper', sum()),
      )
      return { out: upper.pipe(combinePerKey('Lower', sum())) }
    })
    run.offer([1, 'a', 1]).watermark(40).offer([2, 'a', 2]).watermark(59).offer([3, 'a', 4]).complete()
    expect([run.entries(), run.settled()]).toEqual([[], ['[0,10) a=7']])
  })
})

describe('the values of a group', () => {
  const lists = (order?: 'any') =>
    new Scripted((root) => ({
      out: numbers(root).pipe(windowInto(perTen), groupByKey('Group', order === undefined ? {} : { order })),
    }))

  it('are ordered by timestamp, then by canonical bytes, in whatever order they came', () => {
    // mutation: ListReducer without the sort
    const elements = [
      [2, 'a', 30],
      [1, 'a', 5],
      [2, 'a', -4],
      [1, 'a', 9],
      [2, 'a', 30],
    ] as const
    for (const order of [elements, elements.toReversed()]) {
      expect(
        lists()
          .offer(...order)
          .complete()
          .settled(),
      ).toEqual(['[0,10) a=[5,9,-4,30,30]'])
    }
  })

  it('come as they came when any order will do', () => {
    expect(lists('any').offer([2, 'a', 30], [1, 'a', 5]).complete().settled()).toEqual(['[0,10) a=[30,5]'])
  })

  it('belong to keys that are equal by their bytes, which show their canonical form', () => {
    const run = new Scripted((root) => ({ out: numbers(root).pipe(windowInto(perTen), groupByKey('Group')) }))
    run.offer([1, -0 as never, 1], [2, 0 as never, 2], [3, '0', 3]).complete()
    expect(run.outputs['out']!.map(({ value }) => value)).toEqual([
      [0, [1, 2]],
      ['0', [3]],
    ])
    expect(Object.is((run.outputs['out']![0]!.value as readonly unknown[])[0], 0)).toBe(true)
  })
})
