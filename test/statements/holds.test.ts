/**
 * Statements 54-60 of the semantics: how far the output watermark of a step may go, and which timestamps panes have.
 */
import {
  afterCount,
  afterWatermark,
  combinePerKey,
  eventTimeTimer,
  flatten,
  groupByKey,
  MIN_TIMESTAMP,
  never,
  repeatedly,
  reshuffle,
  statefulParDo,
  windowInto,
  type Root,
} from '@tidemark/core'
import { sum } from '@tidemark/transforms'
import { expect, it } from 'vitest'
import { accumulating, discarding, fixed, gap, sliding, sums } from './pipelines.ts'
import { add, end, keyed, play, source, watermark } from './play.ts'

const perTen = fixed(10)

const earliest = { timestampCombiner: 'earliest' } as const

/** Two elements make a pane; one alone waits and holds the output watermark at its timestamp. */
const pairs = { trigger: repeatedly(afterCount(2)), ...earliest } as const

// Mutation: packages/runners/src/execution/grouping/grouping.ts: `Math.min(this.inputWatermark, hold, this.times.earliest())` → `Math.min(this.inputWatermark, hold)`
it('statement 54: the output watermark is the least of the input watermark and the holds', () => {
  const { watermarks } = play(sums(perTen, earliest), [add([3, 'a', 1]), watermark(2), watermark(7), watermark(10)])
  expect(watermarks).toEqual([MIN_TIMESTAMP, 2, 3, 10])
})

// Mutation: packages/runners/src/execution/plan/output.ts: `if (watermark <= this.#watermark) return` → `if (watermark === this.#watermark) return`
it('statement 54: a hold behind the output watermark does not move it back', () => {
  const alarms = (root: Root) =>
    keyed(root).pipe(
      windowInto(fixed(100)),
      statefulParDo('Alarms', {
        state: {},
        timers: { alarm: eventTimeTimer() },
        order: 'arrival',
        process: ({ timers, timestamp }) => timers.alarm.set(50, { outputTimestamp: timestamp }),
        onTimer: { alarm: () => undefined },
      }),
    )
  const { watermarks } = play(alarms, [watermark(7), watermark(4), add([1, 'a', 1]), watermark(8)])
  expect(watermarks).toEqual([7, 7, 7, 7])
})

// Mutation: packages/runners/src/execution/watermark/input-watermark.ts: `: this.leastBut(-1)` → `: Math.max(...running)`
it('statement 54: a step of several inputs follows the least of their watermarks', () => {
  const left = source('Left')
  const right = source('Right')
  const both = (root: Root) => flatten([keyed(root, 'Left'), keyed(root, 'Right')])
  const { watermarks } = play(both, [left.watermark(20), right.watermark(5), left.watermark(30), right.end()])
  expect(watermarks).toEqual([MIN_TIMESTAMP, 5, 5, 30])
})

// Mutation: packages/runners/src/execution/grouping/grouping.ts: `Math.min(this.#outputTarget(), this.#panes.earliest)` → `this.#outputTarget()`
it('statement 54: what a step emits comes below before the watermark does, which waits at the timestamp of the pane', () => {
  const counted = (root: Root) =>
    keyed(root).pipe(
      windowInto(perTen),
      combinePerKey('Sum', sum()),
      windowInto(perTen, accumulating(5, { trigger: repeatedly(afterCount(1)) })),
      combinePerKey('Again', sum()),
    )
  expect(play(counted, [add([1, 'a', 1]), watermark(10)]).panes).toEqual(['early a=1 @9 [0,10)'])
})

// As in the transcript known_late_data_watermark.
// Mutation: packages/runners/src/execution/grouping/group-hold.ts: `own < outputWatermark || ` → ``
it('statement 55: an element behind the output watermark holds nothing', () => {
  const { panes, watermarks } = play(sums(perTen, accumulating(20, earliest)), [
    add([7, 'a', 1]),
    watermark(4),
    add([2, 'a', 1]),
    watermark(6),
    watermark(10),
  ])
  expect(panes).toEqual(['on-time a=2 @7 [0,10)'])
  expect(watermarks).toEqual([MIN_TIMESTAMP, 4, 4, 6, 10])
})

// Mutation: packages/runners/src/execution/grouping/group-hold.ts: ` || last < inputWatermark` → ``
// Mutation: packages/runners/src/execution/grouping/group-hold.ts: `last < inputWatermark` → `last <= inputWatermark`
it('statement 55: nor does one whose window the input watermark has passed, though the output watermark is behind it', () => {
  const { byEvent, watermarks } = play(sums(perTen, accumulating(20, pairs)), [
    add([1, 'b', 1]),
    watermark(9),
    add([5, 'a', 1], [6, 'a', 1]),
    watermark(10),
    add([5, 'a', 1], [6, 'a', 1]),
  ])
  expect(byEvent).toEqual([[], [], ['early a=2 @5 [0,10)'], [], ['on-time a=4 @9 [0,10)']])
  expect(watermarks.slice(1)).toEqual([1, 1, 1, 1])
})

// Mutation: packages/runners/src/execution/grouping/group-times.ts: `Math.min(this.#holds.min(), this.nextEventTime())` → `this.#holds.min()`
it('statement 55: it holds the expiry of its window instead, so that its pane is not dropped below', () => {
  const twice = (root: Root) =>
    keyed(root).pipe(
      windowInto(perTen, accumulating(20, { trigger: never() })),
      combinePerKey('Sum', sum()),
      combinePerKey('Again', sum()),
    )
  const { panes, ledger, watermarks } = play(twice, [watermark(12), add([5, 'a', 1]), watermark(29), watermark(40)])
  expect(panes).toEqual(['late a=1 @9 [0,10)'])
  expect(ledger).toEqual([])
  expect(watermarks).toEqual([12, 12, 29, 40])
})

// Mutation: packages/runners/src/execution/grouping/group-hold.ts: `hold > last ? last : hold` → `hold`
it('statement 56: a pane of late elements alone has the last timestamp of its window, not theirs', () => {
  const script = [add([5, 'a', 1]), watermark(12), add([3, 'a', 1])]
  expect(play(sums(perTen, accumulating(20, earliest)), script).panes).toEqual([
    'on-time a=1 @5 [0,10)',
    'late a=2 @9 [0,10)',
  ])
})

// As in testWatermarkHoldAndLateData of Beam's ReduceFnRunnerTest.
// Mutation: packages/runners/src/execution/grouping/group-hold.ts: `Math.min(group.elementHold, group.extraHold)` → `Math.max(group.elementHold, group.extraHold)`
it('statement 56: late elements do not change the timestamp that the others give, whoever comes first', () => {
  const script = [watermark(4), add([2, 'a', 1]), add([5, 'a', 1]), add([4, 'a', 1]), add([3, 'a', 1]), watermark(10)]
  expect(play(sums(perTen, accumulating(20, earliest)), script).panes).toEqual(['on-time a=4 @4 [0,10)'])
})

// Mutation: packages/runners/src/execution/grouping/group-hold.ts: `timestampCombiner === 'end-of-window'` → `false`
it('statement 57: by default a pane has the last timestamp of its window, and nothing below it is held', () => {
  const { panes, watermarks } = play(sums(perTen), [add([1, 'a', 1]), watermark(5), watermark(9), watermark(10)])
  expect(panes).toEqual(['on-time a=1 @9 [0,10)'])
  expect(watermarks).toEqual([MIN_TIMESTAMP, 5, 9, 10])
})

// Mutation: packages/runners/src/execution/grouping/group-hold.ts: `Math.max(a, b) : Math.min(a, b)` → `Math.max(a, b) : Math.max(a, b)`
it('statement 57: earliest holds the output watermark at the earliest element for as long as the window is open', () => {
  const { panes, watermarks } = play(sums(perTen, earliest), [
    add([3, 'a', 1], [1, 'a', 1], [2, 'a', 1]),
    watermark(5),
    watermark(9),
    watermark(10),
  ])
  expect(panes).toEqual(['on-time a=3 @1 [0,10)'])
  expect(watermarks).toEqual([MIN_TIMESTAMP, 1, 1, 10])
})

// Mutation: packages/runners/src/execution/grouping/group-times.ts: `hold < group.timer ? hold : Infinity` → `Infinity`
it('statement 57: with earliest over sliding windows, steps below wait for the last window of an element', () => {
  const below = (root: Root) =>
    keyed(root).pipe(
      windowInto(sliding(10, 5), earliest),
      combinePerKey('Sum', sum()),
      windowInto(fixed(5), { timestampCombiner: 'end-of-window' }),
      groupByKey('List'),
    )
  expect(play(below, [add([7, 'a', 1]), watermark(12), watermark(14), watermark(15)]).byEvent).toEqual([
    [],
    [],
    [],
    ['on-time a=[1,1] @9 [5,10)'],
  ])
})

// Mutation: packages/runners/src/execution/grouping/group-hold.ts: `=== 'latest' ? Math.max(a, b)` → `=== 'latest' ? Math.min(a, b)`
it('statement 58: latest moves the hold forward with newer elements, and never back', () => {
  const { panes, watermarks } = play(sums(perTen, { timestampCombiner: 'latest' }), [
    add([1, 'a', 1]),
    watermark(1),
    add([6, 'a', 1]),
    add([4, 'a', 1]),
    watermark(8),
    watermark(10),
  ])
  expect(panes).toEqual(['on-time a=3 @6 [0,10)'])
  expect(watermarks).toEqual([MIN_TIMESTAMP, 1, 1, 1, 6, 10])
})

// Mutation: packages/runners/src/execution/grouping/merging-grouping.ts: `windowing.timestampCombiner === 'end-of-window'` → `false`
it('statement 58: sessions that merge hold the end of the merged window, no longer that of the first', () => {
  const { panes, watermarks } = play(sums(gap(10)), [add([0, 'a', 1]), add([5, 'a', 1]), watermark(12), watermark(15)])
  expect(panes).toEqual(['on-time a=2 @14 [0,15)'])
  expect(watermarks.slice(2)).toEqual([12, 15])
})

// Mutation: packages/runners/src/execution/grouping/merging-grouping.ts: `combineHolds(windowing, into.elementHold, hold)` → `hold`
it('statement 58: with earliest, sessions that merge keep the earliest hold of them', () => {
  const script = [add([0, 'a', 1]), add([18, 'a', 1]), add([9, 'a', 1]), watermark(15), watermark(28)]
  const { panes, watermarks } = play(sums(gap(10), earliest), script)
  expect(panes).toEqual(['on-time a=3 @0 [0,28)'])
  expect(watermarks.slice(3)).toEqual([0, 28])
})

// Mutation: packages/runners/src/execution/grouping/pane-emitter.ts: `group.elementHold = Infinity` → `void group`
it('statement 59: a pane releases the holds of its elements', () => {
  const trigger = afterWatermark({ early: afterCount(2) })
  const { panes, watermarks } = play(sums(perTen, accumulating(0, { ...earliest, trigger })), [
    add([3, 'a', 1]),
    watermark(5),
    add([4, 'a', 1]),
    watermark(7),
    watermark(10),
  ])
  expect(panes).toEqual(['early a=2 @3 [0,10)', 'on-time a=2 @9 [0,10)'])
  expect(watermarks).toEqual([MIN_TIMESTAMP, 3, 5, 7, 10])
})

// Mutation: packages/runners/src/execution/grouping/group-times.ts: `Math.min(this.#holds.min(), this.nextEventTime())` → `this.#holds.min()`
it('statement 59: with closing always, the expiry of the window is held, so that the last pane is not dropped below', () => {
  const below = (root: Root) =>
    keyed(root).pipe(
      windowInto(perTen, discarding(20, { closing: 'always', mayDrift: true })),
      combinePerKey('Sum', sum()),
      windowInto(perTen, accumulating(20, { closing: 'if-non-empty' })),
      groupByKey('List'),
    )
  const { byEvent, ledger } = play(below, [add([1, 'a', 1]), watermark(12), watermark(29), watermark(100)])
  expect(byEvent).toEqual([[], ['on-time a=[1] @9 [0,10)'], [], ['late a=[0,1] @9 [0,10)']])
  expect(ledger).toEqual([])
})

// Mutation: packages/core/src/primitives/reshuffle.ts: `'reshuffle', (element: T) => element` → `'with-timestamps', () => 19`
it('statement 60: reshuffle keeps timestamps, windows and panes', () => {
  const trigger = afterWatermark({ early: afterCount(1), late: afterCount(1) })
  const shuffled = (root: Root) => {
    const sumsOf = keyed(root).pipe(
      windowInto(perTen, accumulating(20, { ...earliest, trigger })),
      combinePerKey('Sum', sum()),
    )
    return { sums: sumsOf, shuffled: sumsOf.pipe(reshuffle()) }
  }
  const { outputs } = play(shuffled, [
    add([1, 'a', 1]),
    add([2, 'a', 1], [11, 'b', 1]),
    watermark(10),
    add([3, 'a', 1]),
    end(),
  ])
  expect(outputs['shuffled']!.numbered).toEqual([
    'early#0/-1 a=1 @1 [0,10)',
    'early#1/-1 a=2 @2 [0,10)',
    'early#0/-1 b=1 @11 [10,20)',
    'on-time#2/0 a=2 @9 [0,10)',
    'late#3/1 a=3 @9 [0,10)',
    'on-time#1/0 last b=1 @19 [10,20)',
  ])
  expect(outputs['shuffled']).toEqual(outputs['sums'])
})

// Mutation: packages/core/src/primitives/reshuffle.ts: `'reshuffle', (element: T) => element` → `'filter', () => false`
it('statement 60: reshuffle never drops, however late an element is', () => {
  const shuffled = (root: Root) => keyed(root).pipe(windowInto(perTen), reshuffle())
  const { panes, ledger } = play(shuffled, [watermark(500), add([1, 'a', 1])])
  expect(panes).toEqual(['a=1 @1 [0,10)'])
  expect(ledger).toEqual([])
})
