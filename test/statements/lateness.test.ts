/**
 * Statements 10-18: what is late, what has expired, and what is dropped where. Dropped elements stand in the ledger.
 */
import {
  afterCount,
  afterWatermark,
  combinePerKey,
  filter,
  map,
  never,
  statefulParDo,
  windowInto,
  type KV,
  type PCollection,
} from '@tidemark/core'
import { sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { accumulating, discarding, fixed, gap, sliding, sums } from './pipelines.ts'
import { add, end, keyed, play, watermark } from './play.ts'

/** Emits every element that it is given, in the order given. */
const asTheyCome = (name: string, order: 'arrival' | 'event-time') =>
  statefulParDo(name, { state: {}, order, process: ({ key, value }: { key: string; value: number }) => [[key, value]] })

describe('late and expired', () => {
  // Mutation: packages/runners/src/execution/watermark/window-expiry.ts: `last + allowedLateness` → `last`
  it('statement 10: an element behind the watermark is late, and dropped only when its window has expired', () => {
    // [0,10) takes elements until the watermark is past 9 + 5.
    const { panes, ledger } = play(sums(fixed(10), accumulating(5)), [
      add([3, 'a', 1]),
      watermark(12),
      add([4, 'a', 2]),
      watermark(15),
      add([5, 'a', 4]),
    ])
    expect(panes).toEqual(['on-time a=1 @9 [0,10)', 'late a=3 @9 [0,10)'])
    expect(ledger).toEqual(['expired at Sum: a=4 @5 [0,10)'])
  })

  // Mutation: packages/runners/src/execution/grouping/window-grouping.ts: `open.expiry < this.inputWatermark` → `open.expiry <= this.inputWatermark`
  it('statement 11: a window still takes elements at its expiry, and a millisecond later no more', () => {
    const { byEvent, ledger } = play(sums(fixed(10), accumulating(5)), [
      watermark(14),
      add([3, 'a', 1]),
      watermark(15),
      add([4, 'a', 2]),
    ])
    expect(byEvent).toEqual([[], ['late a=1 @9 [0,10)'], [], []])
    expect(ledger).toEqual(['expired at Sum: a=2 @4 [0,10)'])
  })

  // Mutation: packages/runners/src/execution/grouping/merging-grouping.ts: `this.expiryOf(own) < watermark` → `this.expiryOf(own) <= watermark`
  it('statement 11: so does a session', () => {
    // The session of an element at 3 is [3,13): it expires when the watermark is past 12 + 5.
    const { panes, ledger } = play(sums(gap(10), accumulating(5)), [
      watermark(17),
      add([3, 'a', 1]),
      watermark(18),
      add([3, 'a', 2]),
    ])
    expect(panes).toEqual(['late a=1 @12 [3,13)'])
    expect(ledger).toEqual(['expired at Sum: a=2 @3 [3,13)'])
  })

  // Mutation: packages/runners/src/execution/watermark/window-expiry.ts: `Math.max(END_OF_GLOBAL_WINDOW, last)` → `Infinity`
  it('statement 12: a lateness beyond the end of time counts up to the end of the global window', () => {
    const forever = accumulating(8.9e15, { trigger: never() })
    const { byEvent } = play(sums(fixed(10), forever), [add([3, 'a', 1]), watermark(8e15), end()])
    expect(byEvent).toEqual([[], [], ['on-time a=1 @9 [0,10)']])
  })

  // Mutation: packages/core/src/model/windowing-strategy.ts: `allowedLateness: 0` → `allowedLateness: 1`
  it('statement 18: without an allowed lateness a window has one pane, and what comes after it is dropped', () => {
    const { panes, ledger } = play(sums(fixed(10)), [add([3, 'a', 1]), watermark(10), add([4, 'a', 2]), end()])
    expect(panes).toEqual(['on-time a=1 @9 [0,10)'])
    expect(ledger).toEqual(['expired at Sum: a=2 @4 [0,10)'])
  })
})

describe('dropping', () => {
  // Mutation: packages/runners/src/execution/grouping/window-grouping.ts: `windowAt(bundle, row)` → `windowAt(bundle, 0)`
  it('statement 13: an element is dropped from one of its windows and kept in another', () => {
    // At 7 it lies in [0,10), which has expired at 12, and in [5,15).
    const { panes, ledger } = play(sums(sliding(10, 5)), [watermark(12), add([7, 'a', 1]), end()])
    expect(panes).toEqual(['on-time a=1 @14 [5,15)'])
    expect(ledger).toEqual(['expired at Sum: a=1 @7 [0,10)'])
  })

  // Mutation: packages/runners/src/execution/grouping/grouping.ts: `group.closed = true` → `group.closed = false`
  it('statement 13: drops are counted once for each window that has closed: none, then 1, then 4', () => {
    // Beam's testDropDataMultipleWindowsFinishedTrigger.
    const once = discarding(1000, { trigger: afterWatermark(), mayLoseData: true })
    const { byEvent, ledger } = play(sums(sliding(100, 30), once), [
      add([23, 'a', 10], [40, 'a', 12]),
      watermark(70),
      add([60, 'a', 14]),
      watermark(130),
      add([40, 'a', 16]),
    ])
    expect(byEvent).toEqual([
      [],
      ['on-time a=10 @39 [-60,40)', 'on-time a=22 @69 [-30,70)'],
      [],
      ['on-time a=36 @99 [0,100)', 'on-time a=26 @129 [30,130)'],
      [],
    ])
    expect(ledger).toEqual([
      'closed-window at Sum: a=14 @60 [-30,70)',
      'closed-window at Sum: a=16 @40 [-30,70)',
      'closed-window at Sum: a=16 @40 [0,100)',
      'closed-window at Sum: a=16 @40 [30,130)',
    ])
  })

  // Mutation: packages/runners/src/execution/plan/output.ts: `bundle.length === 0 && bundle.panes.length === 0` → `bundle.timestamps[0]! < this.#watermark`
  it('statement 14: groupings and stateful steps drop; a stateless step never does, however late the element', () => {
    const { outputs, ledger } = play(
      (root) => {
        const stateless = keyed(root).pipe(
          windowInto(fixed(10)),
          filter(([, value]) => value > 0),
          map(([key, value]) => [key, 10 * value] as const),
        )
        return {
          stateless,
          grouped: stateless.pipe(combinePerKey('Sum', sum())),
          stateful: stateless.pipe(asTheyCome('Stateful', 'event-time')),
        }
      },
      [watermark(100), add([3, 'a', 1]), end()],
    )
    expect(outputs['stateless']!.panes).toEqual(['a=10 @3 [0,10)'])
    expect(outputs['grouped']!.panes).toEqual([])
    expect(outputs['stateful']!.panes).toEqual([])
    expect(ledger.toSorted()).toEqual(['expired at Sum: a=10 @3 [0,10)', 'too-late at Stateful: a=10 @3 [0,10)'])
  })

  // Mutation: packages/runners/src/execution/grouping/window-grouping.ts: `if (group.closed) this.#drop('closed-window'` → `if (group.closed) this.#drop('expired'`
  it('statement 16: the ledger tells an expired window from a closed one, and says at which step', () => {
    const { ledger } = play(
      (root) => {
        const elements = keyed(root)
        const once = discarding(0, { trigger: afterCount(1), mayLoseData: true })
        return {
          sum: elements.pipe(windowInto(fixed(10)), combinePerKey('Sum', sum())),
          first: elements.pipe(windowInto(fixed(10), once), combinePerKey('First', sum())),
          arrival: elements.pipe(windowInto(fixed(10)), asTheyCome('Arrival', 'arrival')),
          ordered: elements.pipe(windowInto(fixed(10)), asTheyCome('Ordered', 'event-time')),
        }
      },
      [add([3, 'a', 1]), add([4, 'a', 2]), watermark(10), add([5, 'a', 4]), end()],
    )
    expect(ledger.toSorted()).toEqual([
      'closed-window at First: a=2 @4 [0,10)',
      'expired at Arrival: a=4 @5 [0,10)',
      'expired at First: a=4 @5 [0,10)',
      'expired at Sum: a=4 @5 [0,10)',
      'too-late at Ordered: a=4 @5 [0,10)',
    ])
  })

  // Mutation: packages/runners/src/execution/stateful/stateful-step.ts: `timestamps[row]! < time || ` → `timestamps[row]! <= time || `
  // Mutation: packages/runners/src/execution/stateful/stateful-step.ts: `timestamps[row]! < time || ` → ``
  it('statement 17: an ordered step drops by the time of the element, though its window is open', () => {
    // The step's clock is 5 behind the watermark, which is at 30: 25 is in time, 24 is not. [0,100) takes elements until 104.
    const { panes, ledger } = play(
      (root) => keyed(root).pipe(windowInto(fixed(100), accumulating(5)), asTheyCome('Ordered', 'event-time')),
      [add([20, 'a', 1]), watermark(30), add([25, 'a', 2]), add([24, 'a', 4]), end()],
    )
    expect(panes).toEqual(['a=1 @20 [0,100)', 'a=2 @25 [0,100)'])
    expect(ledger).toEqual(['too-late at Ordered: a=4 @24 [0,100)'])
  })
})

describe('the allowed lateness', () => {
  // Mutation: packages/core/src/primitives/window-into.ts: `allowedLateness: Math.max(` → `allowedLateness: Math.min(`
  it('statement 15: is inherited, and a later windowInto can raise it, but not reduce it', () => {
    const latenessAfter = (lateness: number | undefined): number => {
      let seen = -1
      play((root) => {
        const options = lateness === undefined ? {} : accumulating(lateness)
        const windowed = keyed(root).pipe(windowInto(fixed(10), accumulating(10)), windowInto(fixed(10), options))
        seen = windowed['~ref'].windowing.allowedLateness
        return windowed
      }, [])
      return seen
    }
    expect([undefined, 5, 20].map(latenessAfter)).toEqual([10, 10, 20])
    // [0,10) takes elements until the watermark is past 9 + 10, whatever the 5 says.
    const summed = (elements: PCollection<KV<string, number>>) =>
      elements.pipe(
        windowInto(fixed(10), accumulating(10)),
        windowInto(fixed(10), accumulating(5)),
        combinePerKey('Sum', sum()),
      )
    const { ledger } = play(
      (root) => summed(keyed(root)),
      [watermark(19), add([3, 'a', 1]), watermark(20), add([4, 'a', 2])],
    )
    expect(ledger).toEqual(['expired at Sum: a=2 @4 [0,10)'])
  })
})
