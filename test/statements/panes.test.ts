/**
 * Statements 42-52 of the semantics: what a pane says of itself, and which panes there are.
 */
import {
  afterAny,
  afterCount,
  afterWatermark,
  combinePerKey,
  never,
  orFinally,
  repeatedly,
  windowInto,
  type Root,
} from '@tidemark/core'
import { sum } from '@tidemark/transforms'
import { expect, it } from 'vitest'
import { accumulating, discarding, fixed, gap, lists, retracting, sums } from './pipelines.ts'
import { add, end, keyed, play, watermark } from './play.ts'

const perTen = fixed(10)

/** A pane for each element, before and after the one at the end of the window. */
const eachElement = afterWatermark({ early: afterCount(1), late: afterCount(1) })

/** Two elements make a pane; one alone waits, and with `earliest` it holds the output watermark at its timestamp. */
const pairs = { trigger: repeatedly(afterCount(2)), timestampCombiner: 'earliest' } as const

// Mutation: packages/runners/src/execution/grouping/pane-tracker.ts: `: 'on-time'` → `: 'early'`
it('statement 42: panes are early, then on time, then late', () => {
  const script = [add([1, 'a', 1]), add([2, 'a', 1]), watermark(10), add([3, 'a', 1]), add([4, 'a', 1]), end()]
  expect(play(sums(perTen, accumulating(5, { trigger: eachElement })), script).panes).toEqual([
    'early a=1 @9 [0,10)',
    'early a=2 @9 [0,10)',
    'on-time a=2 @9 [0,10)',
    'late a=3 @9 [0,10)',
    'late a=4 @9 [0,10)',
  ])
})

// Mutation: packages/runners/src/execution/grouping/pane-tracker.ts: ` || !onlyEarlySoFar` → ``
it('statement 42: one pane at most is on time, also while the output watermark stands still before the end of the window', () => {
  const { panes, watermarks } = play(sums(perTen, accumulating(100, pairs)), [
    add([1, 'b', 1]),
    add([2, 'a', 1], [3, 'a', 1]),
    watermark(12),
    add([4, 'a', 1], [5, 'a', 1]),
    add([6, 'a', 1], [7, 'a', 1]),
  ])
  expect(panes).toEqual(['early a=2 @2 [0,10)', 'on-time a=4 @9 [0,10)', 'late a=6 @9 [0,10)'])
  expect(watermarks.at(-1)).toBe(1)
})

// Mutation: packages/runners/src/execution/grouping/pane-tracker.ts: `inputWatermark <= last` → `inputWatermark < last`
it('statement 43: a pane is early until the input watermark is strictly past the end of the window, and on time then', () => {
  const { byEvent } = play(sums(perTen, accumulating(100, pairs)), [
    add([1, 'b', 1]),
    watermark(9),
    add([2, 'a', 1], [3, 'a', 1]),
    watermark(10),
    add([4, 'c', 1], [5, 'c', 1]),
  ])
  expect(byEvent).toEqual([[], [], ['early a=2 @2 [0,10)'], [], ['on-time c=2 @9 [0,10)']])
})

// Mutation: packages/runners/src/execution/grouping/pane-tracker.ts: `outputWatermark > last` → `outputWatermark >= last`
it('statement 43: a pane is late once the output watermark, which all keys share, is strictly past the end of the window', () => {
  const { byEvent, watermarks } = play(sums(perTen, accumulating(100, pairs)), [
    add([9, 'b', 1]),
    watermark(12),
    add([3, 'a', 1], [4, 'a', 1]),
    add([9, 'b', 1]),
    add([3, 'c', 1], [4, 'c', 1]),
  ])
  expect(byEvent).toEqual([[], [], ['on-time a=2 @9 [0,10)'], ['on-time b=2 @9 [0,10)'], ['late c=2 @9 [0,10)']])
  expect(watermarks.slice(1)).toEqual([9, 9, 12, 12])
})

// Mutation: packages/runners/src/execution/grouping/pane-emitter.ts: `describePane(group, inputWatermark, outputWatermark, isLast)` → `describePane(group, inputWatermark, inputWatermark, isLast)`
it('statement 44: a pane of nothing but late elements can be on time', () => {
  const script = [add([1, 'b', 1]), watermark(12), add([3, 'a', 1], [4, 'a', 1])]
  expect(play(sums(perTen, accumulating(100, pairs)), script).panes).toEqual(['on-time a=2 @9 [0,10)'])
})

// Mutation: packages/runners/src/execution/grouping/pane-tracker.ts: `inputWatermark <= last ? 'early' : 'on-time'` → `'on-time'`
it('statement 44: a pane that is late does not make the panes below late', () => {
  const totals = (root: Root) =>
    keyed(root).pipe(
      windowInto(perTen, retracting(5)),
      combinePerKey('Sum', sum()),
      windowInto(fixed(100), accumulating(5, { trigger: eachElement })),
      combinePerKey('Total', sum()),
    )
  // Sum emits 1 on time, and then, late, 3 in its place.
  expect(play(totals, [add([1, 'a', 1]), watermark(12), add([3, 'a', 2]), end()]).panes).toEqual([
    'early a=1 @99 [0,100)',
    'early a=3 @99 [0,100)',
    'on-time a=3 @99 [0,100)',
  ])
})

// Mutation: packages/runners/src/execution/grouping/pane-tracker.ts: `group.nonSpeculativeIndex + 1` → `group.paneIndex + 1`
it('statement 45: panes are counted from 0, and those that are not early once more from 0; -1 stands for early', () => {
  const script = [add([1, 'a', 1]), add([2, 'a', 1]), watermark(10), add([3, 'a', 1]), end()]
  expect(play(sums(perTen, accumulating(5, { trigger: eachElement })), script).numbered).toEqual([
    'early#0/-1 a=1 @9 [0,10)',
    'early#1/-1 a=2 @9 [0,10)',
    'on-time#2/0 a=2 @9 [0,10)',
    'late#3/1 a=3 @9 [0,10)',
  ])
})

// testPaneInfoFinalAndOnTime of Beam's ReduceFnRunnerTest: end of window and expiry come in one step.
// Mutation: packages/runners/src/execution/grouping/pane-tracker.ts: `'early' : 'on-time'` → `'early' : isLast ? 'late' : 'on-time'`
it('statement 46: the first pane past the end of the window is on time whoever asked for it, the expiry of the window too', () => {
  const trigger = orFinally(repeatedly(afterCount(2)), afterWatermark())
  const finishing = lists(perTen, discarding(100, { trigger, closing: 'always', mayLoseData: true }))
  expect(play(finishing, [watermark(0), add([1, 'a', 1], [2, 'a', 2]), watermark(150)]).numbered).toEqual([
    'early#0/-1 a=[1,2] @9 [0,10)',
    'on-time#1/0 last a=[] @9 [0,10)',
  ])
  const script = [add([1, 'a', 1]), watermark(14), watermark(15)]
  for (const ofNoWatermark of [never(), repeatedly(afterCount(50))]) {
    expect(play(sums(perTen, accumulating(5, { trigger: ofNoWatermark })), script).byEvent).toEqual([
      [],
      [],
      ['on-time a=1 @9 [0,10)'],
    ])
  }
})

// As in the transcript early_late_sessions: 0, 0, 0, 1.
// Mutation: packages/runners/src/execution/grouping/merging-grouping.ts: `into.net += group.net` → `into.net += group.net; into.paneIndex = group.paneIndex`
it('statement 47: the index of panes starts anew when sessions merge', () => {
  const trigger = afterWatermark({ early: afterCount(1) })
  const script = [add([0, 'a', 1]), add([20, 'a', 2]), add([5, 'a', 4]), add([12, 'a', 8]), end()]
  expect(play(sums(gap(10), accumulating(0, { trigger })), script).numbered).toEqual([
    'early#0/-1 a=1 @9 [0,10)',
    'early#0/-1 a=2 @29 [20,30)',
    'early#0/-1 a=5 @14 [0,15)',
    'early#0/-1 a=15 @29 [0,30)',
    'on-time#1/0 last a=15 @29 [0,30)',
  ])
})

// Mutation: packages/runners/src/execution/grouping/merging-grouping.ts: `known.active.find((slot) => this.#isOf(slot, window)) ?? this.newGroup(` → `this.newGroup(`
it('statement 47: the index goes on where the merged session is one that was there', () => {
  const trigger = afterWatermark({ early: afterCount(1) })
  const script = [add([0, 'a', 1], [5, 'a', 2]), add([3, 'a', 4]), end()]
  expect(play(sums(gap(10), accumulating(0, { trigger })), script).numbered).toEqual([
    'early#0/-1 a=3 @14 [0,15)',
    'early#1/-1 a=7 @14 [0,15)',
    'on-time#2/0 last a=7 @14 [0,15)',
  ])
})

// testPaneInfoAllStatesAfterWatermark of Beam's ReduceFnRunnerTest, and the same accumulating.
// Mutation: packages/runners/src/execution/grouping/pane-emitter.ts: `info.timing === 'on-time' && onTime === 'always'` → `false`
it('statement 48: at the end of the window there is a pane even when it is empty: of nothing, or of all so far', () => {
  const options = {
    trigger: repeatedly(afterAny(afterCount(2), afterWatermark())),
    timestampCombiner: 'earliest',
  } as const
  const script = [watermark(0), add([1, 'a', 1], [2, 'a', 2]), watermark(50), end()]
  expect(play(lists(perTen, discarding(100, options)), script).numbered).toEqual([
    'early#0/-1 a=[1,2] @1 [0,10)',
    'on-time#1/0 a=[] @9 [0,10)',
  ])
  expect(play(lists(perTen, accumulating(100, options)), script).numbered).toEqual([
    'early#0/-1 a=[1,2] @1 [0,10)',
    'on-time#1/0 a=[1,2] @9 [0,10)',
  ])
})

// Mutation: packages/runners/src/execution/grouping/grouping.ts: `!this.keyed && windowing.windowFn.kind === 'global'` → `windowing.onTime === 'always'`
it('statement 49: a window without an element has no pane, though the one at the end is always emitted', () => {
  const { panes, ledger } = play(sums(perTen, accumulating(0, { onTime: 'always' })), [
    add([1, 'a', 1]),
    watermark(35),
    add([3, 'b', 1]),
    end(),
  ])
  expect(panes).toEqual(['on-time a=1 @9 [0,10)'])
  expect(ledger).toEqual(['expired at Sum: b=1 @3 [0,10)'])
  expect(play(sums(perTen, accumulating(0, { onTime: 'always' })), [watermark(35), end()]).panes).toEqual([])
})

// noEmptyPanesFinalIfNonEmpty and noEmptyPanesFinalAlways of Beam's ReduceFnRunnerTest.
// Mutation: packages/runners/src/execution/grouping/pane-emitter.ts: `isLast && closing === 'always'` → `isLast`
it('statement 50: a window that expires with nothing new has no last pane, unless closing says always', () => {
  const trigger = repeatedly(afterAny(afterCount(2), afterWatermark()))
  const script = [watermark(0), add([1, 'a', 1], [2, 'a', 2]), watermark(20), watermark(250)]
  const run = (closing: 'if-non-empty' | 'always') =>
    play(lists(perTen, accumulating(100, { trigger, timestampCombiner: 'earliest', closing })), script).numbered
  const before = ['early#0/-1 a=[1,2] @1 [0,10)', 'on-time#1/0 a=[1,2] @9 [0,10)']
  expect(run('if-non-empty')).toEqual(before)
  expect(run('always')).toEqual([...before, 'late#2/1 last a=[1,2] @9 [0,10)'])
})

// Mutation: packages/runners/src/execution/grouping/pane-emitter.ts: `onTime === 'if-non-empty') return` → `onTime === 'if-non-empty') return void group.paneIndex++`
it('statement 51: a firing with nothing new changes nothing where no empty pane is wanted, not even the index', () => {
  const script = [add([1, 'a', 1]), watermark(12), add([3, 'a', 2]), end()]
  expect(
    play(sums(perTen, accumulating(100, { trigger: eachElement, onTime: 'if-non-empty' })), script).numbered,
  ).toEqual(['early#0/-1 a=1 @9 [0,10)', 'late#1/0 a=3 @9 [0,10)'])
})

// Mutation: packages/runners/src/execution/grouping/pane-emitter.ts: `const isEmpty = !group.fresh` → `const isEmpty = group.accumulator === undefined`
it('statement 52: empty means that nothing is new since the last pane, also where panes accumulate', () => {
  const trigger = afterWatermark({ early: afterCount(2) })
  const { byEvent } = play(sums(perTen, accumulating(0, { trigger, onTime: 'if-non-empty' })), [
    add([1, 'a', 1], [2, 'a', 1], [1, 'b', 1], [2, 'b', 1]),
    add([3, 'b', 1]),
    watermark(12),
  ])
  expect(byEvent).toEqual([['early a=2 @9 [0,10)', 'early b=2 @9 [0,10)'], [], ['on-time b=3 @9 [0,10)']])
})
