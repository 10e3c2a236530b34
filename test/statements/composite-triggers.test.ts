/**
 * Statements 29-32 and 35-37: triggers made of others, what becomes of triggers when sessions merge, and what becomes of them below.
 */
import {
  afterAll,
  afterAny,
  afterCount,
  afterEach,
  afterProcessingTime,
  afterWatermark,
  combinePerKey,
  continuationTrigger,
  defaultTrigger,
  formatTrigger,
  map,
  milliseconds,
  never,
  orFinally,
  repeatedly,
  windowInto,
  type Trigger,
} from '@tidemark/core'
import { sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { accumulating, discarding, fixed, gap, lists, retracting, sums } from './pipelines.ts'
import { add, keyed, play, playEngine, tick, watermark } from './play.ts'

const afterDelay = (delay: number): Trigger => afterProcessingTime(milliseconds(delay))
/** One element of key a, whose value is its time. */
const one = (at: number) => add([at, 'a', at])
/** The panes of each element, each in a bundle of its own, without their timestamps and windows. */
const firings = (trigger: Trigger, elements: number) =>
  play(
    lists(fixed(100), discarding(0, { trigger, mayLoseData: true })),
    Array.from({ length: elements }, (_, index) => one(index + 1)),
  ).byEvent.map(([pane]) => pane?.replace(/ @.*/, ''))

describe('triggers made of others', () => {
  // Mutation: packages/runners/src/execution/trigger/composite-machines.ts: `.some((part) => isFinished(context.state, part.node) ||` → `.every((part) => isFinished(context.state, part.node) ||`
  it('statement 29: afterAny fires when one part is ready; then all parts begin anew', () => {
    const trigger = repeatedly(afterAny(afterCount(3), afterDelay(10)))
    const { byEvent } = play(lists(fixed(100), discarding(0, { trigger })), [
      one(1),
      tick(11),
      one(2),
      one(3),
      one(4),
      one(5),
      tick(11),
    ])
    // By the clock at 11; then by counting, though one element had been counted before; then by the clock, from the fifth element on.
    expect(byEvent.map(([pane]) => pane)).toEqual([
      undefined,
      'early a=[1] @99 [0,100)',
      undefined,
      undefined,
      'early a=[2,3,4] @99 [0,100)',
      undefined,
      'early a=[5] @99 [0,100)',
    ])
  })

  // Mutation: packages/runners/src/execution/trigger/composite-machines.ts: `.every((part) => isFinished(context.state, part.node) ||` → `.some((part) => isFinished(context.state, part.node) ||`
  it('statement 29: afterAll fires when all parts are ready', () => {
    const trigger = repeatedly(afterAll(afterCount(2), afterDelay(10)))
    const { byEvent } = play(lists(fixed(100), discarding(0, { trigger })), [
      one(1),
      one(2),
      tick(11),
      one(3),
      tick(11),
      one(4),
    ])
    // The count is ready at the second element, the delay at 11; then the delay is ready at 22, the count at the fourth element.
    expect(byEvent).toEqual([[], [], ['early a=[1,2] @99 [0,100)'], [], [], ['early a=[3,4] @99 [0,100)']])
  })

  // Mutation: packages/runners/src/execution/trigger/composite-machines.ts: `if (context.merging) for (const part of this.parts) part.on` → `if (true) for (const part of this.parts) part.on`
  it('statement 30: afterEach feeds only the part whose turn it is', () => {
    // The first element is the first part's alone: the second part counts from the second on, and has not yet two there.
    expect(firings(afterEach(afterCount(1), afterCount(2)), 4)).toEqual([
      'early a=[1]',
      undefined,
      'early a=[2,3]',
      undefined,
    ])
  })

  // Mutation: packages/runners/src/execution/trigger/composite-machines.ts: `main!.onFire(context)` → `(main!.onFire(context), until!.clear(context))`
  it('statement 31: the end of orFinally sees all elements, those that have been emitted among them', () => {
    const trigger = orFinally(repeatedly(afterCount(2)), afterCount(3))
    const { numbered, ledger } = play(
      lists(fixed(100), discarding(0, { trigger, mayLoseData: true })),
      [1, 2, 3, 4].map(one),
    )
    expect(numbered).toEqual(['early#0/-1 a=[1,2] @99 [0,100)', 'early#1/-1 last a=[3] @99 [0,100)'])
    expect(ledger).toEqual(['closed-window at List: a=4 @4 [0,100)'])
  })

  // Mutation: packages/runners/src/execution/trigger/composite-machines.ts: `part.reset(context)` → `part.clear(context)`
  it('statement 32: repeatedly starts all of its part anew when that has finished', () => {
    const trigger = repeatedly(afterEach(afterCount(1), afterCount(2)))
    expect(firings(trigger, 3)).toEqual(['early a=[1]', undefined, 'early a=[2,3]'])
    expect(firings(trigger, 6).slice(3)).toEqual(['early a=[4]', undefined, 'early a=[5,6]'])
  })
})

describe('triggers of sessions that merge', () => {
  /**
   * [0,11) is at its second part, which waits for three elements, when the element at 8 joins it with [15,25), which is still at its
   * first; then comes the element at 9.
   */
  const joined = () => {
    const trigger = afterEach(afterCount(2), afterCount(3))
    const script = [add([0, 'a', 0], [1, 'a', 1]), one(15), one(8), one(9)]
    return play(lists(gap(10), discarding(0, { trigger, mayLoseData: true })), script).byEvent
  }

  // Mutation: packages/runners/src/execution/trigger/composite-machines.ts: `if (context.merging) for (const part of this.parts) part.on` → `if (false) for (const part of this.parts) part.on`
  it('statement 30: where sessions may merge, afterEach feeds all parts, as one may get its turn by a merge', () => {
    // The second part has counted the element at 15 as well: 15, 8 and 9 are three.
    expect(joined()[3]).toEqual(['early a=[8,9,15] @24 [0,25)'])
  })

  // Mutation: packages/runners/src/execution/trigger/after-count-machine.ts: `merged.some((state)` → `merged.every((state)`
  it('statement 36: a count that has finished in one session has finished in the merged one', () => {
    // If the first part began anew, its two elements, 15 and 8, would fire at 8.
    expect(joined().slice(0, 3)).toEqual([['early a=[0,1] @10 [0,11)'], [], []])
  })

  // Mutation: packages/runners/src/execution/grouping/merging-grouping.ts: `const sources = known.active.filter(` → `const sources = [...known.active, ...known.tombstones].filter(`
  it('statement 35: an element of a session whose trigger has finished does not close the open one that it joins', () => {
    // Beam's testMergingWithClosedDoesNotPoison. [2,12) is closed; [1,11) opens beside it, and the last element joins that.
    // Only the engine notes sessions that a closed one would have been part of, so it is asked alone.
    const { byEvent, ledger } = playEngine(
      lists(gap(10), discarding(100, { trigger: afterCount(2), mayLoseData: true })),
      [add([2, 'a', 1], [2, 'a', 2]), add([1, 'a', 4]), add([2, 'a', 8])],
    )
    expect(byEvent).toEqual([['early a=[1,2] @11 [2,12)'], [], ['early a=[4,8] @11 [1,12)']])
    // Batch would have one session of all four; the ledger notes it.
    expect(ledger).toEqual(['session-split at List: a=4 @1 [1,11)', 'session-split at List: a=8 @2 [2,12)'])
  })

  // Mutation: packages/runners/src/execution/trigger/after-count-machine.ts: `count += Math.max(0, datum(state, this.node))` → `count = Math.max(0, datum(state, this.node))`
  it('statement 36: counts add up', () => {
    const { byEvent } = play(sums(gap(10), accumulating(0, { trigger: repeatedly(afterCount(4)) })), [
      add([0, 'a', 1], [1, 'a', 2]),
      add([15, 'a', 4]),
      add([8, 'a', 8]),
    ])
    expect(byEvent).toEqual([[], [], ['early a=15 @24 [0,25)']])
  })

  // Mutation: packages/runners/src/execution/trigger/after-watermark-machine.ts: `isFinished(other, early.node)) || !endOfWindowReached(context)` → `isFinished(other, early.node))`
  it('statement 36: a session that has been on time and grows beyond the watermark is to be on time once more', () => {
    const trigger = afterWatermark({ early: afterCount(9), late: afterCount(1) })
    const { byEvent, numbered } = play(sums(gap(10), accumulating(100, { trigger })), [
      add([0, 'a', 1]),
      watermark(12),
      add([8, 'a', 2]),
      watermark(18),
      add([9, 'a', 4]),
    ])
    expect(byEvent).toEqual([[], ['on-time a=1 @9 [0,10)'], [], ['on-time a=3 @17 [0,18)'], []])
    expect(numbered).toEqual(['on-time#0/0 a=1 @9 [0,10)', 'on-time#0/0 a=3 @17 [0,18)'])
  })
})

describe('the trigger below a grouping', () => {
  // Mutation: packages/core/src/trigger/continuation.ts: `Object.freeze({ kind: 'after-count', count: 1 })` → `trigger`
  // Mutation: packages/core/src/trigger/continuation.ts: `Object.freeze({ kind: 'after-synchronized-processing-time' })` → `trigger`
  // Mutation: packages/core/src/trigger/continuation.ts: `{ kind: 'after-any', of` → `{ kind: 'after-each', of`
  // Mutation: packages/core/src/trigger/continuation.ts: `until: continuationTrigger(trigger.until)` → `until: trigger.until`
  // Mutation: packages/core/src/trigger/continuation.ts: `trigger.late === undefined ? undefined : continuationTrigger(trigger.late)` → `undefined`
  it('statement 37: is one that lets every pane through as it comes', () => {
    const below = (trigger: Trigger): string => formatTrigger(continuationTrigger(trigger))
    expect(below(defaultTrigger())).toBe('defaultTrigger()')
    expect(below(never())).toBe('never()')
    expect(below(afterCount(5))).toBe('afterCount(1)')
    expect(below(afterDelay(10))).toBe('afterSynchronizedProcessingTime()')
    expect(below(afterWatermark({ early: afterDelay(10), late: afterCount(5) }))).toBe(
      'afterWatermark({ early: afterSynchronizedProcessingTime(), late: afterCount(1) })',
    )
    expect(below(repeatedly(afterCount(5)))).toBe('repeatedly(afterCount(1))')
    expect(below(afterAll(afterCount(5), never()))).toBe('afterAll(afterCount(1), never())')
    expect(below(afterAny(afterCount(5), never()))).toBe('afterAny(afterCount(1), never())')
    expect(below(afterEach(afterCount(5), never()))).toBe('repeatedly(afterAny(afterCount(1), never()))')
    expect(below(orFinally(afterCount(5), afterCount(9)))).toBe('repeatedly(orFinally(afterCount(1), afterCount(1)))')
  })

  // Mutation: packages/core/src/primitives/grouping.ts: `trigger: continuationTrigger(windowing.trigger)` → `trigger: windowing.trigger`
  it('statement 37: so a second grouping emits with the first', () => {
    const { outputs } = play(
      (root) => {
        const first = keyed(root).pipe(
          windowInto(fixed(10), retracting(0, { trigger: repeatedly(afterCount(2)) })),
          combinePerKey('First', sum()),
        )
        const second = first.pipe(
          map(([, value]) => ['all', value] as const),
          combinePerKey('Second', sum()),
        )
        return { first, second }
      },
      [add([1, 'a', 1], [2, 'a', 2]), add([3, 'b', 4], [4, 'b', 8])],
    )
    expect(outputs['first']!.byEvent).toEqual([['early a=3 @9 [0,10)'], ['early b=12 @9 [0,10)']])
    expect(outputs['second']!.byEvent).toEqual([
      ['early all=3 @9 [0,10)'],
      ['-all=3 @9 [0,10)', 'early all=15 @9 [0,10)'],
    ])
  })
})
