/**
 * Statements 19-28, 33, 34 and 38-41: when a window may emit, by the watermark, by counting and by the clock; its last pane; and
 * what is refused.
 */
import {
  afterCount,
  afterProcessingTime,
  afterWatermark,
  combinePerKey,
  globalWindow,
  groupByKey,
  milliseconds,
  never,
  repeatedly,
  windowInto,
  type Trigger,
  type WindowingOptions,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { accumulating, discarding, fixed, gap, lists, sums } from './pipelines.ts'
import { add, end, keyed, play, tick, watermark } from './play.ts'

/** What is refused when a pipeline with this windowing is built, as its code. */
const refusal = (windowing: WindowingOptions, windowFn = fixed(10), bounded = false) => {
  try {
    buildGraph((root) => ({
      out: keyed(root, 'In', { bounded }).pipe(windowInto(windowFn, windowing), combinePerKey('Sum', sum())),
    }))
    return undefined
  } catch (error) {
    return (error as { readonly code?: string }).code
  }
}

const afterDelay = (delay: number, to?: number, offset = 0): Trigger =>
  afterProcessingTime(
    milliseconds(delay),
    to === undefined ? undefined : { to: milliseconds(to), offset: milliseconds(offset) },
  )

describe('by the watermark', () => {
  // Mutation: packages/runners/src/execution/trigger/default-machine.ts: `return endOfWindowReached(context)` → `return false`
  it('statement 19: the default trigger fires at the end of the window, then once per bundle of late elements', () => {
    const script = [
      add([1, 'a', 1], [2, 'a', 2]),
      watermark(10),
      add([3, 'a', 4], [4, 'a', 8]),
      add([5, 'a', 16]),
      watermark(30),
    ]
    const { byEvent } = play(sums(fixed(10), accumulating(10)), script)
    expect(byEvent).toEqual([[], ['on-time a=3 @9 [0,10)'], ['late a=15 @9 [0,10)'], ['late a=31 @9 [0,10)'], []])
    const same = play(sums(fixed(10), accumulating(10, { trigger: repeatedly(afterWatermark()) })), script)
    expect(same.byEvent).toEqual(byEvent)
  })

  // Mutation: packages/runners/src/execution/trigger/trigger-state-machine.ts: `inputWatermark > context.window` → `inputWatermark >= context.window`
  it('statement 20: the end of a window has come when the watermark is past its last timestamp, not at it', () => {
    const trigger = afterWatermark({ early: afterCount(9), late: afterCount(9) })
    const { byEvent } = play(sums(fixed(10), accumulating(0, { trigger })), [
      add([1, 'a', 1]),
      watermark(9),
      add([9, 'a', 2]),
      watermark(10),
    ])
    expect(byEvent).toEqual([[], [], [], ['on-time a=3 @9 [0,10)']])
  })

  // Mutation: packages/runners/src/execution/trigger/after-watermark-machine.ts: `setFinished(context.state, part.node, false)` → ``
  it('statement 21: early and late triggers start anew whenever they have fired', () => {
    const trigger = afterWatermark({ early: afterCount(2), late: afterCount(2) })
    const one = (at: number) => add([at, 'a', at])
    const { byEvent } = play(lists(fixed(10), discarding(50, { trigger })), [
      ...[1, 2, 3, 4, 5].map(one),
      watermark(10),
      ...[6, 7, 8, 9].map(one),
    ])
    expect(byEvent.map(([pane]) => pane)).toEqual([
      undefined,
      'early a=[1,2] @9 [0,10)',
      undefined,
      'early a=[3,4] @9 [0,10)',
      undefined,
      'on-time a=[5] @9 [0,10)',
      undefined,
      'late a=[6,7] @9 [0,10)',
      undefined,
      'late a=[8,9] @9 [0,10)',
    ])
  })

  // Mutation: packages/core/src/primitives/grouping.ts: `trigger.kind === 'after-watermark' && allowedLateness === 0` → `trigger.kind === 'after-watermark'`
  it('statement 22: without a late trigger, the end of the window would be the last of it, so lateness is refused', () => {
    expect(refusal(accumulating(5, { trigger: afterWatermark() }))).toBe('UNSAFE_TRIGGER')
    expect(refusal(accumulating(5, { trigger: afterWatermark({ early: afterCount(1) }) }))).toBe('UNSAFE_TRIGGER')
    expect(refusal(accumulating(0, { trigger: afterWatermark() }))).toBe(undefined)
    expect(refusal(accumulating(5, { trigger: afterWatermark({ late: afterCount(1) }) }))).toBe(undefined)
    expect(refusal(accumulating(5, { trigger: afterWatermark(), mayLoseData: true }))).toBe(undefined)
  })

  // Mutation: packages/runners/src/execution/grouping/grouping.ts: `isFinished(group.trigger, root.node)` → `false`
  it('statement 22: where that loss is accepted, late elements meet a closed window', () => {
    const trigger = afterWatermark()
    const { panes, ledger } = play(sums(fixed(10), accumulating(5, { trigger, mayLoseData: true })), [
      add([1, 'a', 1]),
      watermark(10),
      add([2, 'a', 2]),
    ])
    expect(panes).toEqual(['on-time a=1 @9 [0,10)'])
    expect(ledger).toEqual(['closed-window at Sum: a=2 @2 [0,10)'])
  })
})

describe('by counting', () => {
  const one = (value: number) => add([value, 'a', value])

  // Mutation: packages/runners/src/execution/trigger/after-count-machine.ts: `setDatum(context.state, this.node, NO_DATUM)` → ``
  it('statement 23: counts the elements since it fired, not all that the pane holds', () => {
    const trigger = repeatedly(afterCount(2))
    const { byEvent } = play(lists(fixed(10), accumulating(0, { trigger })), [1, 2, 3, 4, 5, 6].map(one))
    expect(byEvent.filter((_, index) => index % 2 === 0)).toEqual([[], [], []])
    expect(byEvent.filter((_, index) => index % 2 === 1)).toEqual([
      ['early a=[1,2] @9 [0,10)'],
      ['early a=[1,2,3,4] @9 [0,10)'],
      ['early a=[1,2,3,4,5,6] @9 [0,10)'],
    ])
  })

  // Mutation: packages/runners/src/execution/grouping/grouping.ts: `.onElement(this.contextOf(group, slot))` → `.onElement(this.contextOf(group, slot)), this.#askTriggers()`
  it('statement 24: is asked once per bundle, so that three elements in one make one pane of three', () => {
    const trigger = repeatedly(afterCount(2))
    const { byEvent } = play(lists(fixed(10), discarding(0, { trigger })), [
      add([1, 'a', 1], [2, 'a', 2], [3, 'a', 3]),
      one(4),
      one(5),
    ])
    expect(byEvent).toEqual([['early a=[1,2,3] @9 [0,10)'], [], ['early a=[4,5] @9 [0,10)']])
  })

  // Mutation: packages/runners/src/execution/grouping/grouping.ts: `if (!group.closed) this.#emit(group, slot, true)` → `if (group.closed) this.#emit(group, slot, true)`
  it('statement 25: what is too few to fire is emitted when the window expires', () => {
    const trigger = afterCount(50)
    const { numbered, ledger } = play(lists(fixed(10), discarding(5, { trigger, mayLoseData: true })), [
      add([1, 'a', 1], [2, 'a', 2], [3, 'a', 3]),
      watermark(14),
      watermark(15),
    ])
    expect(numbered).toEqual(['on-time#0/0 last a=[1,2,3] @9 [0,10)'])
    expect(ledger).toEqual([])
  })
})

describe('by the clock', () => {
  const each = (delay: number, to?: number, offset?: number) => ({ trigger: repeatedly(afterDelay(delay, to, offset)) })

  // Mutation: packages/runners/src/execution/trigger/after-delay-machine.ts: `context.now > target` → `context.now >= target`
  // Mutation: packages/runners/src/execution/trigger/after-delay-machine.ts: `if (datum(context.state, this.node) !== NO_DATUM) return` → ``
  it('statement 26: fires when a delay after the first element of the pane has passed; later elements do not extend it', () => {
    // Due at 0 + 10, then, for the element that comes at 11, at 21: when the clock is past it.
    const { byEvent } = play(lists(fixed(100), discarding(0, each(10))), [
      add([1, 'a', 1]),
      tick(10),
      add([2, 'a', 2]),
      tick(1),
      add([3, 'a', 3]),
      tick(10),
      tick(1),
    ])
    expect(byEvent).toEqual([[], [], [], ['early a=[1,2] @99 [0,100)'], [], [], ['early a=[3] @99 [0,100)']])
  })

  // Mutation: packages/runners/src/execution/trigger/after-delay-machine.ts: `target !== NO_DATUM && target < earliest` → `target !== NO_DATUM`
  it('statement 26: of sessions that merge, the earliest is waited for', () => {
    // [0,10) is due at 10, [15,25) at 15; the element at 8 joins them.
    const { byEvent } = play(sums(gap(10), accumulating(0, each(10))), [
      add([0, 'a', 1]),
      tick(5),
      add([15, 'a', 2]),
      tick(1),
      add([8, 'a', 4]),
      tick(4),
      tick(1),
    ])
    expect(byEvent).toEqual([[], [], [], [], [], [], ['early a=7 @24 [0,25)']])
  })

  // Mutation: packages/runners/src/execution/trigger/after-delay-machine.ts: `Math.ceil((time - step.offset) / step.align)` → `Math.floor((time - step.offset) / step.align + 1)`
  // Mutation: packages/runners/src/execution/trigger/after-delay-machine.ts: `* step.align + step.offset` → `* step.align`
  it('statement 27: alignment rounds up to the next boundary; a time on a boundary stays there', () => {
    const firesPast = (arrival: number, offset: number): number => {
      const minutes = Array.from({ length: 25 }, () => tick(1))
      const script = [...minutes.slice(0, arrival), add([1, 'a', 1]), ...minutes]
      const { byEvent } = play(sums(fixed(100), accumulating(0, each(0, 10, offset))), script)
      return byEvent.findIndex((panes) => panes.length > 0) - 1
    }
    // The clock is strictly past the boundary when it fires, so it was there one tick before.
    expect([3, 9, 10, 11].map((arrival) => firesPast(arrival, 0))).toEqual([10, 10, 10, 20])
    expect([2, 4, 5, 6].map((arrival) => firesPast(arrival, 5))).toEqual([5, 5, 5, 15])
  })

  // Mutation: packages/runners/src/execution/grouping/grouping.ts: `group !== undefined && group.expiry` → `group!.expiry`
  it('statement 28: the clock does nothing for a window that has expired', () => {
    // Beam's testLateProcessingTimeTimer: the delay passes when the window has expired, and its elements were emitted then.
    const { byEvent } = play(sums(fixed(100), discarding(0, each(10))), [add([2, 'a', 1]), watermark(100), tick(11)])
    expect(byEvent).toEqual([[], ['on-time a=1 @99 [0,100)'], []])
  })
})

describe('the life of a window', () => {
  // Mutation: packages/runners/src/execution/trigger/default-machine.ts: `return false` → `return true`
  it('statement 33: under never, a window emits once, when it expires', () => {
    const { byEvent, numbered } = play(sums(fixed(10), accumulating(5, { trigger: never() })), [
      add([1, 'a', 1]),
      watermark(12),
      add([2, 'a', 2]),
      watermark(14),
      watermark(15),
    ])
    expect(byEvent).toEqual([[], [], [], [], ['on-time a=3 @9 [0,10)']])
    expect(numbered).toEqual(['on-time#0/0 last a=3 @9 [0,10)'])
  })

  // Mutation: packages/runners/src/execution/grouping/grouping.ts: `this.remove(group, slot, false)` → `this.remove(group, slot, true)`
  it('statement 34: a trigger that has finished leaves a tombstone until the window expires', () => {
    const trigger = afterCount(1)
    const { panes, ledger } = play(sums(fixed(10), accumulating(5, { trigger, mayLoseData: true })), [
      add([1, 'a', 1]),
      add([2, 'a', 2]),
      watermark(14),
      add([3, 'a', 4]),
      watermark(15),
      add([4, 'a', 8]),
    ])
    expect(panes).toEqual(['early a=1 @9 [0,10)'])
    expect(ledger).toEqual([
      'closed-window at Sum: a=2 @2 [0,10)',
      'closed-window at Sum: a=4 @3 [0,10)',
      'expired at Sum: a=8 @4 [0,10)',
    ])
  })

  // Mutation: packages/runners/src/execution/grouping/grouping.ts: `if (this.inputWatermark > group.expiry` → `if (group.timer === group.expiry && this.inputWatermark > group.expiry`
  it('statement 41: a watermark that jumps past end and expiry together brings one pane, on time and the last', () => {
    // Beam's testSessionEowAndGcTogether, with sessions and without.
    const trigger = afterWatermark({ early: afterCount(9), late: afterCount(9) })
    const script = [add([1, 'a', 1]), watermark(100)]
    const sessions = play(sums(gap(10), accumulating(50, { trigger, closing: 'always' })), script)
    expect(sessions.numbered).toEqual(['on-time#0/0 last a=1 @10 [1,11)'])
    const windows = play(sums(fixed(10), accumulating(50, { trigger, closing: 'always' })), script)
    expect(windows.numbered).toEqual(['on-time#0/0 last a=1 @9 [0,10)'])
  })

  // Mutation: packages/runners/src/execution/grouping/grouping.ts: `this.windowing.accumulationMode === 'discarding'` → `true`
  it('statement 40: triggers say when a pane may come: the panes follow the bundles, and the last is the same', () => {
    const windowing = accumulating(0, { trigger: repeatedly(afterCount(2)) })
    const elements = [
      [1, 'a', 1],
      [2, 'a', 2],
      [3, 'a', 4],
    ] as const
    const inOne = play(sums(fixed(10), windowing), [add(...elements), end()])
    const inThree = play(sums(fixed(10), windowing), [...elements.map((element) => add(element)), end()])
    expect(inOne.panes).toEqual(['early a=7 @9 [0,10)', 'on-time a=7 @9 [0,10)'])
    expect(inThree.panes).toEqual(['early a=3 @9 [0,10)', 'on-time a=7 @9 [0,10)'])
  })
})

describe('construction', () => {
  // Mutation: packages/core/src/primitives/grouping.ts: `if (!input.bounded && windowing` → `if (input.bounded && windowing`
  it('statement 38: refuses to group a stream in the global window by the default trigger, which would never fire', () => {
    expect(refusal({}, globalWindow())).toBe('NEVER_FIRES')
    expect(refusal({}, globalWindow(), true)).toBe(undefined)
    expect(refusal(accumulating(0, { trigger: repeatedly(afterCount(100)) }), globalWindow())).toBe(undefined)
    expect(() => buildGraph((root) => ({ out: keyed(root).pipe(groupByKey('List')) }))).toThrow(
      'nothing would ever be emitted',
    )
  })

  // Mutation: packages/core/src/primitives/window-into.ts: `trigger !== undefined && allowedLateness === undefined` → `false`
  it('statement 39: refuses a trigger without an allowed lateness', () => {
    expect(refusal({ trigger: never(), accumulationMode: 'discarding' } as unknown as WindowingOptions)).toBe(
      'LATENESS_UNSPECIFIED',
    )
    expect(refusal(discarding(0, { trigger: never() }))).toBe(undefined)
  })

  // Mutation: packages/core/src/primitives/window-into.ts: `allowedLateness !== undefined && accumulationMode === undefined` → `false`
  it('statement 39: refuses several panes without saying what they mean together', () => {
    expect(refusal({ allowedLateness: milliseconds(5) } as unknown as WindowingOptions)).toBe(
      'ACCUMULATION_UNSPECIFIED',
    )
    expect(refusal(discarding(5))).toBe(undefined)
  })
})
