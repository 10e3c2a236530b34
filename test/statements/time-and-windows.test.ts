/**
 * Statements 1-9: event time, the windows that elements get, and which of them merge.
 */
import {
  combinePerKey,
  customWindows,
  END_OF_GLOBAL_WINDOW,
  fixedWindows,
  GLOBAL_WINDOW,
  globalWindow,
  groupByKey,
  isTimestamp,
  map,
  MAX_TIMESTAMP,
  maxTimestamp,
  mergeOverlapping,
  MIN_TIMESTAMP,
  seconds,
  statefulParDo,
  windowInto,
  type PCollection,
  type WindowFn,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { count, sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { accumulating, fixed, gap, lists, sliding, sums } from './pipelines.ts'
import { add, end, keyed, play, watermark } from './play.ts'

describe('event time', () => {
  // Mutation: packages/core/src/time/timestamp.ts: `MAX_TIMESTAMP: Timestamp = 8.64e15` → `MAX_TIMESTAMP: Timestamp = 9.3e15`
  it('statement 1: is whole milliseconds between the bounds of a Date, which a double holds exactly', () => {
    expect([MIN_TIMESTAMP, MAX_TIMESTAMP]).toEqual([-8.64e15, 8.64e15])
    expect([MIN_TIMESTAMP, MAX_TIMESTAMP].every(Number.isSafeInteger)).toBe(true)
    expect(new Date(MAX_TIMESTAMP).getTime()).toBe(MAX_TIMESTAMP)
    const outside = [MIN_TIMESTAMP - 1, MAX_TIMESTAMP + 1, 0.5, Number.NaN]
    expect([MIN_TIMESTAMP, 0, MAX_TIMESTAMP].map(isTimestamp)).toEqual([true, true, true])
    expect(outside.map(isTimestamp)).toEqual([false, false, false, false])
  })

  // Mutation: packages/core/src/time/timestamp.ts: `MAX_TIMESTAMP - 86_400_000` → `MAX_TIMESTAMP`
  it('statement 1: goes on for one day after the global window, which therefore ends when its source does', () => {
    expect(MAX_TIMESTAMP - maxTimestamp(GLOBAL_WINDOW)).toBe(24 * 60 * 60 * 1000)
    const { panes, ledger } = play(
      (root) => keyed(root, 'In', { bounded: true }).pipe(windowInto(globalWindow()), combinePerKey('Sum', sum())),
      [add([3, 'a', 1]), watermark(END_OF_GLOBAL_WINDOW), add([4, 'a', 2]), end()],
    )
    expect(panes).toEqual(['on-time a=3 @end-of-all all'])
    expect(ledger).toEqual([])
  })
})

describe('windows', () => {
  // Mutation: packages/core/src/window/window.ts: `return window.end - 1` → `return window.end`
  it('statement 2: end before their end, at the last timestamp that belongs to them', () => {
    expect(maxTimestamp({ start: 0, end: 10 })).toBe(9)
    const { panes } = play(lists(fixed(10)), [add([0, 'a', 1], [9, 'a', 2], [10, 'a', 4]), end()])
    expect(panes).toEqual(['on-time a=[1,2] @9 [0,10)', 'on-time a=[4] @19 [10,20)'])
  })

  // Mutation: packages/core/src/window/fixed-windows.ts: `const since = sinceStart(instant, millis, shift)` → `const since = (instant - shift) % millis`
  it('statement 2: of a fixed size begin at multiples of it, rounded down before the epoch as well', () => {
    const startOf = (t: number): number => fixedWindows(seconds(10)).assign(t, null)[0]!.start
    expect([-10_001, -10_000, -1, 0, 9_999, 10_000].map(startOf)).toEqual([-20_000, -10_000, -10_000, 0, 0, 10_000])
  })

  // Mutation: packages/core/src/window/sliding-windows.ts: `for (; left > 0; left -= step)` → `for (; left >= 0; left -= step)`
  it('statement 3: that slide hold an element each, when it lies from their start to before their end', () => {
    const { panes } = play(
      (root) => keyed(root).pipe(windowInto(sliding(10, 5))),
      [add([-1, 'a', 1], [0, 'b', 2], [4, 'c', 3])],
    )
    expect(panes).toEqual([
      'a=1 @-1 [-10,0)',
      'a=1 @-1 [-5,5)',
      'b=2 @0 [-5,5)',
      'c=3 @4 [-5,5)',
      'b=2 @0 [0,10)',
      'c=3 @4 [0,10)',
    ])
  })

  // Mutation: packages/core/src/window/sliding-windows.ts: `tiling: length === step` → `tiling: true`
  it('statement 3: that slide overlap when the period is shorter than they are, tile when it is as long, and else leave gaps', () => {
    const windowsOf = (windowFn: WindowFn) =>
      play((root) => keyed(root).pipe(windowInto(windowFn)), [add([10, 'a', 1], [12, 'b', 2])])
    expect(windowsOf(sliding(6, 4)).panes).toEqual(['a=1 @10 [8,14)', 'b=2 @12 [8,14)', 'b=2 @12 [12,18)'])
    expect(windowsOf(sliding(6, 6)).panes).toEqual(['a=1 @10 [6,12)', 'b=2 @12 [12,18)'])
    const { panes, ledger } = windowsOf(sliding(1, 6))
    expect(panes).toEqual(['b=2 @12 [12,13)'])
    expect(ledger).toEqual(['no-window at WindowInto: a=1 @10'])
  })
})

describe('sessions', () => {
  // Mutation: packages/core/src/window/merge-overlapping.ts: `window.start >= end` → `window.start > end`
  it('statement 4: merge when they overlap; elements exactly one gap apart stay apart', () => {
    const { panes } = play(lists(gap(10)), [add([0, 'a', 1], [10, 'a', 2], [0, 'b', 4], [9, 'b', 8]), end()])
    expect(panes).toEqual(['on-time a=[1] @9 [0,10)', 'on-time b=[4,8] @18 [0,19)', 'on-time a=[2] @19 [10,20)'])
  })

  // Mutation: packages/core/src/window/merge-overlapping.ts: `if (window.end > end) end = window.end` → `if (window.end < end) end = window.end`
  it('statement 5: are joined by a late element between them, through which they overlap', () => {
    // [0,10) has fired when the element at 8 comes; with [15,25) it becomes [0,25), whose end is still to come.
    const { byEvent } = play(sums(gap(10), accumulating(100)), [
      add([0, 'a', 1], [15, 'a', 2]),
      watermark(12),
      add([8, 'a', 4]),
      watermark(25),
    ])
    expect(byEvent).toEqual([[], ['on-time a=1 @9 [0,10)'], [], ['on-time a=7 @24 [0,25)']])
  })

  /** Sessions grouped by key, then all keys together, once as they are and once windowed anew. */
  const grouped = (elements: PCollection<readonly [string, number]>) => {
    const windowed = elements.pipe(windowInto(gap(10)))
    const together = windowed.pipe(
      groupByKey('ByKey'),
      map(([, values]) => ['all', values.length] as const),
    )
    return {
      windowed,
      again: together.pipe(combinePerKey('Again', sum())),
      anew: together.pipe(windowInto(gap(10)), combinePerKey('Anew', sum())),
    }
  }
  const script = [add([0, 'a', 1], [5, 'a', 2], [8, 'b', 4]), end()]

  // Mutation: packages/core/src/primitives/grouping.ts: `merged: windowing.merged || windowing.windowFn.merging` → `merged: false`
  it('statement 6: merge at a grouping, for each key by itself, and not again at the next', () => {
    const { windowed, again } = play((root) => grouped(keyed(root)), script).outputs
    expect(windowed!.panes).toEqual(['a=1 @0 [0,10)', 'a=2 @5 [5,15)', 'b=4 @8 [8,18)'])
    expect(again!.panes).toEqual(['on-time all=2 @14 [0,15)', 'on-time all=1 @17 [8,18)'])
  })

  // Mutation: packages/core/src/primitives/window-into.ts: `merged: false` → `merged: input.merged`
  it('statement 6: merge again where they are windowed anew, by the timestamps of the panes', () => {
    // The panes are at 14 and 17: [14,24) and [17,27).
    const { anew } = play((root) => grouped(keyed(root)), script).outputs
    expect(anew!.panes).toEqual(['on-time all=3 @26 [14,27)'])
  })

  // Mutation: packages/core/src/primitives/stateful-par-do.ts: `if (isMerging(ref.windowing)) {` → `if (ref.bounded) {`
  it('statement 7: have no state while they may merge: that is refused when the pipeline is built', () => {
    const stateful = statefulParDo('Stateful', { state: {}, process: ({ key }: { key: string }) => [key] })
    expect(() => buildGraph((root) => ({ out: keyed(root).pipe(windowInto(gap(10)), stateful) }))).toThrow(
      expect.objectContaining({ code: 'STATE_IN_MERGING_WINDOWS' }),
    )
    const { panes } = play(
      (root) => keyed(root).pipe(windowInto(gap(10)), combinePerKey('Sum', sum()), stateful),
      script,
    )
    expect(panes).toEqual(['"a" @14 [0,15)', '"b" @17 [8,18)'])
  })
})

describe('an element in several windows', () => {
  // Mutation: packages/runners/src/execution/stateless/window-into-stage.ts: `for (const window of given)` → `for (const window of given.slice(1))`
  it('statement 8: is an element of each', () => {
    const { panes } = play(sums(sliding(10, 5)), [add([7, 'a', 1]), end()])
    expect(panes).toEqual(['on-time a=1 @9 [0,10)', 'on-time a=1 @14 [5,15)'])
  })

  // Mutation: packages/runners/src/execution/grouping/merging-grouping.ts: `)?.into ?? own` → `)?.from[0] ?? own`
  it('statement 8: is there twice when two of its windows merge', () => {
    const twice = customWindows({
      name: 'twice',
      assign: (t) => [
        { start: t, end: t + 10 },
        { start: t + 5, end: t + 15 },
      ],
      merge: mergeOverlapping,
    })
    const { panes } = play(
      (root) => keyed(root).pipe(windowInto(twice), combinePerKey('Count', count())),
      [add([0, 'a', 1]), end()],
    )
    expect(panes).toEqual(['on-time a=2 @14 [0,15)'])
  })

  // Mutation: packages/runners/src/execution/stateless/window-into-stage.ts: `const timestamp = timestamps[row]!` → `const timestamp = block.windowAt(row).end - 1`
  it('statement 9: keeps its timestamp when windowed anew, and its new windows come from that', () => {
    const { first, second } = play(
      (root) => {
        const once = keyed(root).pipe(windowInto(fixed(10)))
        return { first: once, second: once.pipe(windowInto(fixed(4))) }
      },
      [add([6, 'a', 1])],
    ).outputs
    expect(first!.panes).toEqual(['a=1 @6 [0,10)'])
    expect(second!.panes).toEqual(['a=1 @6 [4,8)'])
  })
})
