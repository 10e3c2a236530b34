/**
 * Statements 70-72 of the semantics: which window of a side input an element sees, how long it waits for it, and what it then sees.
 */
import {
  afterCount,
  afterWatermark,
  asIterable,
  combinePerKey,
  filter,
  globalWindow,
  map,
  repeatedly,
  windowInto,
  type PCollection,
  type Root,
  type SideInput,
  type SideInputReadiness,
  type WindowFn,
  type WindowingOptions,
} from '@tidemark/core'
import { sum } from '@tidemark/transforms'
import { buildGraph } from '@tidemark/core/graph'
import { playScript, type Script } from '@tidemark/runners/testing'
import { describe, expect, it } from 'vitest'
import { accumulating, discarding, fixed, retracting, sliding } from './pipelines.ts'
import { keyed, play, source } from './play.ts'

const main = source('Main')
const side = source('Side')

interface Seeing {
  readonly windows?: WindowFn
  readonly mainWindows?: WindowFn
  readonly options?: WindowingOptions
  readonly mainOptions?: WindowingOptions
  readonly ready?: SideInputReadiness
}

/** The numbers of the source `Side` as a view. */
function numbersOf(root: Root, { windows = fixed(10), options, ready }: Seeing): SideInput<readonly number[]> {
  return keyed(root, 'Side').pipe(
    windowInto(windows, options),
    map(([, value]) => value),
    asIterable('View', ready === undefined ? {} : { ready }),
  )
}

/** Each element of the source `Main`, with the numbers that it sees. */
const seeing =
  (spec: Seeing = {}) =>
  (root: Root): PCollection<unknown> => {
    const numbers = numbersOf(root, spec)
    return keyed(root, 'Main').pipe(
      windowInto(spec.mainWindows ?? fixed(10), spec.mainOptions),
      map(([key, value], seen) => [key, [value, ...seen.numbers]] as const, { side: { numbers } }),
    )
  }

/** What an output settles on, in the engine. */
function settledOf(build: (root: Root) => PCollection<unknown>, script: Script): readonly unknown[] {
  const { settled } = playScript(
    buildGraph((root) => ({ out: build(root) })),
    script,
  )
  return settled['out']!.entries.map(({ value }) => value)
}

describe('statement 70, which window is seen', () => {
  const script = [
    ...[1, 11, 21, 31, 41].map((at) => side.add([at, 's', at])),
    ...[2, 12, 22].map((at) => main.add([at, 'a', at])),
    side.end(),
    main.end(),
  ]
  const seen = (spec: Seeing): readonly string[] => play(seeing(spec), script).panes

  // Mutation: packages/core/src/window/side-window.ts: `const instant = maxTimestamp(main)` → `const instant = main.start`
  it('statement 70: the window of the side input that holds the last instant of the main window', () => {
    expect(seen({ windows: fixed(10), mainWindows: fixed(20) })).toEqual([
      'a=[2,11] @2 [0,20)',
      'a=[12,11] @12 [0,20)',
      'a=[22,31] @22 [20,40)',
    ])
    expect(seen({ windows: fixed(20), mainWindows: fixed(10) })).toEqual([
      'a=[2,1,11] @2 [0,10)',
      'a=[12,1,11] @12 [10,20)',
      'a=[22,21,31] @22 [20,30)',
    ])
  })

  // Mutation: packages/core/src/window/side-window.ts: `window.start < earliest.start` → `window.start > earliest.start`
  // Mutation: packages/runners/src/execution/side-input/side-view.ts: `windowFn.tiling && ` → ``
  it('statement 70: of overlapping windows the earliest that holds it, whichever was seen before', () => {
    // The last instants are 9, 19 and 29; the earliest windows that hold them begin at -20, -10 and 0.
    const later = [
      side.add([1, 's', 1], [11, 's', 11], [21, 's', 21]),
      main.add([22, 'a', 22], [12, 'a', 12], [2, 'a', 2]),
    ]
    expect(play(seeing({ windows: sliding(30, 10) }), [...later, side.end(), main.end()]).panes).toEqual([
      'a=[2,1] @2 [0,10)',
      'a=[12,1,11] @12 [10,20)',
      'a=[22,1,11,21] @22 [20,30)',
    ])
  })

  // Mutation: packages/core/src/window/side-window.ts: ` || side.kind === 'global'` → ``
  it('statement 70: an element of the global window sees the global window, and it alone', () => {
    const global = { windows: globalWindow(), mainWindows: globalWindow() }
    const options = accumulating(0, { trigger: repeatedly(afterCount(1)) })
    const { panes } = play(seeing({ ...global, options, ready: 'first-pane' }), [
      side.add([1, 's', 7]),
      main.add([2, 'a', 1]),
      main.end(),
      side.end(),
    ])
    expect(panes).toEqual(['a=[1,7] @2 all'])
    expect(() => play(seeing({ mainWindows: globalWindow() }), [])).toThrow(
      expect.objectContaining({ code: 'SIDE_INPUT_OF_GLOBAL' }),
    )
  })

  // Mutation: packages/runners/src/execution/side-input/main-windows.ts: `last.window.start === window.start && last.window.end === window.end` → `last.window.start < window.end`
  it('statement 70: an element in several windows sees each through its own, whichever came before', () => {
    const spec = { windows: sliding(20, 10), mainWindows: sliding(20, 10) }
    const later = [side.add([1, 's', 1], [11, 's', 11], [21, 's', 21]), main.add([12, 'a', 12], [2, 'b', 2])]
    expect(play(seeing(spec), [...later, side.end(), main.end()]).panes).toEqual([
      'b=[2,1] @2 [-10,10)',
      'a=[12,1,11] @12 [0,20)',
      'b=[2,1,11] @2 [0,20)',
      'a=[12,11,21] @12 [10,30)',
    ])
  })
})

describe('statement 71, how long an element waits', () => {
  // Mutation: packages/core/src/primitives/side-input.ts: `ready: SideInputReadiness = 'final'` → `ready: SideInputReadiness = 'first-pane'`
  it('statement 71: until its side window has expired, by default, so that all runs see the same', () => {
    const spec = {
      options: accumulating(5, { trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }) }),
    }
    const { byEvent } = play(seeing(spec), [
      main.add([1, 'a', 1]),
      side.add([3, 's', 7]),
      side.watermark(10),
      side.add([4, 's', 8]),
      side.watermark(14),
      main.add([2, 'a', 2]),
      side.watermark(15),
      main.add([3, 'a', 3]),
    ])
    expect(byEvent).toEqual([
      [],
      [],
      [],
      [],
      [],
      [],
      ['a=[1,7,8] @1 [0,10)', 'a=[2,7,8] @2 [0,10)'],
      ['a=[3,7,8] @3 [0,10)'],
    ])
  })

  // Mutation: packages/runners/src/execution/side-input/side-view.ts: `this.#ready.peekTime() < clock` → `this.#ready.peekTime() <= clock`
  // Mutation: packages/runners/src/execution/side-input/side-view.ts: `return clock > readyAfter` → `return clock >= readyAfter`
  // Mutation: packages/runners/src/execution/side-input/side-view.ts: `const expiry = expiryOf(window, windowing.allowedLateness)` → `const expiry = expiryOf(window, 0)`
  it('statement 71: until the watermark guarantees that its side window stays empty, late elements included', () => {
    const { byEvent } = play(seeing({ options: accumulating(5) }), [
      main.add([1, 'a', 1], [11, 'a', 2]),
      side.watermark(14),
      side.watermark(15),
      side.watermark(24),
      main.add([21, 'b', 3], [12, 'b', 4]),
      side.add([13, 's', 7]),
      side.watermark(25),
    ])
    expect(byEvent).toEqual([[], [], ['a=[1] @1 [0,10)'], [], [], [], ['a=[2,7] @11 [10,20)', 'b=[4,7] @12 [10,20)']])
    const exactly = [side.watermark(14), main.add([1, 'a', 1]), side.watermark(15)]
    expect(play(seeing({ options: accumulating(5) }), exactly).byEvent).toEqual([[], [], ['a=[1] @1 [0,10)']])
  })

  // Mutation: packages/runners/src/execution/side-input/side-view.ts: `if (isFinal || side.isReady) return undefined` → `if (true) return undefined`
  // Mutation: packages/runners/src/execution/side-input/guaranteed-firing.ts: `return maxTimestamp(window)` → `return MAX_TIMESTAMP`
  it("statement 71: until its side window has a pane, or would have one, with ready: 'first-pane'", () => {
    const trigger = afterWatermark({ early: afterCount(1), late: afterCount(1) })
    const { byEvent } = play(seeing({ options: accumulating(5, { trigger }), ready: 'first-pane' }), [
      main.add([1, 'a', 1], [11, 'a', 2]),
      side.add([3, 's', 7]),
      side.watermark(19),
      side.watermark(20),
    ])
    expect(byEvent).toEqual([[], ['a=[1,7] @1 [0,10)'], [], ['a=[2] @11 [10,20)']])
  })

  // Mutation: packages/runners/src/execution/side-input/needed-windows.ts: `awaited + (isReady ? 0 : 1)` → `isReady ? 0 : 1`
  it('statement 71: for each of several side inputs, and for nobody else', () => {
    const other = source('Other')
    const both = (root: Root) => {
      const numbers = numbersOf(root, {})
      const more = keyed(root, 'Other').pipe(windowInto(fixed(20)), asIterable('More'))
      return keyed(root, 'Main').pipe(
        windowInto(fixed(10)),
        map(([key, value], seen) => [key, [value, seen.numbers.length, seen.more.length]] as const, {
          side: { numbers, more },
        }),
      )
    }
    const { byEvent } = play(both, [
      main.add([1, 'a', 1], [11, 'b', 2]),
      side.watermark(10),
      other.watermark(20),
      main.add([2, 'c', 3], [12, 'd', 4]),
      side.watermark(20),
    ])
    expect(byEvent).toEqual([
      [],
      [],
      ['a=[1,0,0] @1 [0,10)'],
      ['c=[3,0,0] @2 [0,10)'],
      ['b=[2,0,0] @11 [10,20)', 'd=[4,0,0] @12 [10,20)'],
    ])
  })

  // Mutation: packages/runners/src/execution/side-input/side-input-gate.ts: `Math.min(this.#clocks.main, this.#units.hold())` → `this.#clocks.main`
  it('statement 71: waiting holds the output watermark at the timestamp of the element', () => {
    const { watermarks } = play(seeing(), [
      main.add([12, 'a', 1], [15, 'a', 2]),
      main.watermark(11),
      main.watermark(19),
      side.watermark(19),
      side.watermark(20),
    ])
    expect(watermarks.slice(1)).toEqual([11, 12, 12, 19])
  })

  // Mutation: packages/runners/src/execution/side-input/waiting-units.ts: `hold = Math.min(hold, waitingHold(row))` → `void waitingHold(row)`
  it('statement 71: an element behind the output watermark keeps it where it is, so that nothing is later for having waited', () => {
    const summed = (root: Root) => {
      const numbers = numbersOf(root, { windows: fixed(20) })
      return keyed(root, 'Main').pipe(
        windowInto(fixed(10)),
        map(([key, value], seen) => [key, value + seen.numbers.length] as const, { side: { numbers } }),
        combinePerKey('Sum', sum()),
      )
    }
    const { byEvent, watermarks, ledger } = play(summed, [
      main.watermark(8),
      main.add([3, 'a', 1]),
      main.watermark(19),
      side.add([1, 's', 7]),
      side.watermark(20),
    ])
    expect(watermarks).toEqual([8, 8, 8, 8, 19])
    expect(byEvent).toEqual([[], [], [], [], ['on-time a=2 @9 [0,10)']])
    expect(ledger).toEqual([])
  })

  // Mutation: packages/runners/src/execution/side-input/waiting-units.ts: `this.#lanes.isFirst(slot, this.#table.get(slot)!.pane)` → `true`
  it('statement 71: a pane does not overtake an earlier one of its key and window, with rows or without', () => {
    const passed = (root: Root) => {
      const numbers = numbersOf(root, {})
      const sums = keyed(root, 'Main').pipe(
        windowInto(fixed(10), accumulating(0, { trigger: afterWatermark({ early: afterCount(1) }) })),
        combinePerKey('Sum', sum()),
        // The last pane is left out, and so takes back what the first has passed.
        filter(([, total]) => total < 5),
      )
      return sums.pipe(map(([key, value], seen) => [key, [value, ...seen.numbers]] as const, { side: { numbers } }))
    }
    const script = [
      main.add([1, 'a', 1]),
      main.add([2, 'a', 9]),
      main.watermark(10),
      side.add([3, 's', 7]),
      side.end(),
      main.end(),
    ]
    expect(play(passed, script).panes).toEqual(['early a=[1,7] @9 [0,10)'])
    expect(settledOf(passed, script)).toEqual([])
  })

  // Mutation: packages/runners/src/execution/side-input/gate-clocks.ts: `this.#isSilent(input) && leader > told` → `false`
  it('statement 71: nobody waits for a side input that is silent; it follows the main watermark', () => {
    const { byEvent, watermarks } = play(seeing(), [
      main.add([1, 'a', 1]),
      { idle: 'Side' },
      main.watermark(9),
      main.watermark(10),
    ])
    expect(byEvent).toEqual([[], [], [], ['a=[1] @1 [0,10)']])
    expect(watermarks.slice(2)).toEqual([1, 10])
  })

  // Mutation: packages/runners/src/execution/side-input/side-view.ts: `mainClock : known.isRead` → `mainClock : false`
  it('statement 71: what it brings after that is entered in the ledger, as elements have seen the window without it', () => {
    const { panes, ledger } = play(seeing({ mainOptions: accumulating(100) }), [
      main.add([1, 'a', 1]),
      { idle: 'Side' },
      main.watermark(10),
      side.add([2, 's', 7], [12, 's', 8]),
      main.add([3, 'a', 2], [13, 'a', 3]),
      side.end(),
      main.end(),
    ])
    expect(panes).toEqual(['a=[1] @1 [0,10)', 'a=[2] @3 [0,10)', 'a=[3,8] @13 [10,20)'])
    expect(ledger).toEqual(['expired at Map#4: [null,[7]] [0,10)'])
  })

  // Mutation: packages/runners/src/execution/side-input/side-input-gate.ts: `if (unseenAfter >= clock)` → `if (true)`
  it('statement 71: an element comes too late when no open main window could see its side window any more', () => {
    const { panes, ledger } = play(seeing({ windows: fixed(20), mainOptions: accumulating(5) }), [
      side.watermark(50),
      main.watermark(24),
      main.add([1, 'a', 1]),
      main.watermark(25),
      main.add([2, 'a', 2], [22, 'a', 3]),
    ])
    expect(panes).toEqual(['a=[1] @1 [0,10)', 'a=[3] @22 [20,30)'])
    expect(ledger).toEqual(['expired at Map#4: a=2 @2 [0,10)'])
  })
})

describe('statement 72, what is seen of several panes', () => {
  const script = [
    side.add([1, 's', 5]),
    main.add([1, 'a', 1]),
    side.add([2, 's', 6]),
    main.add([2, 'a', 2]),
    side.watermark(10),
    main.add([3, 'a', 3]),
  ]
  const seen = (options: WindowingOptions): readonly string[] =>
    play(seeing({ options, ready: 'first-pane' }), script).panes

  // Mutation: packages/runners/src/execution/side-input/side-view.ts: `side.elements = elements` → `side.elements ??= elements`
  // Mutation: packages/runners/src/execution/side-input/side-view.ts: `side.value = undefined` → `void side.value`
  it('statement 72: the latest, which holds all elements so far where panes accumulate', () => {
    expect(seen(accumulating(0, { trigger: repeatedly(afterCount(1)) }))).toEqual([
      'a=[1,5] @1 [0,10)',
      'a=[2,5,6] @2 [0,10)',
      'a=[3,5,6] @3 [0,10)',
    ])
  })

  // Mutation: packages/runners/src/execution/side-input/side-view.ts: `side.elements = elements` → `side.elements = [...(side.elements ?? []), ...elements]`
  it('statement 72: the latest alone where panes are discarding, also when it is the empty one on time', () => {
    const trigger = repeatedly(afterCount(1))
    expect(seen(discarding(0, { trigger, onTime: 'if-non-empty' }))).toEqual([
      'a=[1,5] @1 [0,10)',
      'a=[2,6] @2 [0,10)',
      'a=[3,6] @3 [0,10)',
    ])
    expect(seen(discarding(0, { trigger })).at(-1)).toBe('a=[3] @3 [0,10)')
  })

  // Mutation: packages/runners/src/execution/side-input/seen-panes.ts: `signs[row]! > 0` → `signs[row]! < 0`
  it('statement 72: what stands in the place of what is taken back where panes retract', () => {
    expect(seen(retracting(0, { trigger: repeatedly(afterCount(1)) }))).toEqual([
      'a=[1,5] @1 [0,10)',
      'a=[2,5,6] @2 [0,10)',
      'a=[3,5,6] @3 [0,10)',
    ])
  })

  // Mutation: packages/runners/src/execution/side-input/seen-panes.ts: `row === undefined ? [] : listAt(bundle, row)` → `listAt(bundle, row ?? 0)`
  it('statement 72: nothing, where all has been taken back', () => {
    const taken = (root: Root) => {
      const trigger = afterWatermark({ early: afterCount(1), late: afterCount(1) })
      const most = keyed(root, 'Side').pipe(
        windowInto(fixed(10), retracting(0, { trigger })),
        combinePerKey('Sum', sum()),
        filter(([, total]) => total < 6),
        asIterable('View', { ready: 'first-pane' }),
      )
      return keyed(root, 'Main').pipe(
        windowInto(fixed(10)),
        map(([key, value], seen) => [key, [value, seen.most.length]] as const, { side: { most } }),
      )
    }
    expect(play(taken, script).panes).toEqual(['a=[1,1] @1 [0,10)', 'a=[2,0] @2 [0,10)', 'a=[3,0] @3 [0,10)'])
  })

  // Mutation: packages/core/src/primitives/side-input.ts: `{ ...ref.windowing, trigger: never(), accumulationMode: 'accumulating' as const }` → `ref.windowing`
  it('statement 72: a window that is read when it is final is seen whole, whatever its trigger and its panes', () => {
    const options = discarding(5, { trigger: repeatedly(afterCount(1)) })
    expect(play(seeing({ options }), [...script, side.watermark(20)]).panes).toEqual([
      'a=[1,5,6] @1 [0,10)',
      'a=[2,5,6] @2 [0,10)',
      'a=[3,5,6] @3 [0,10)',
    ])
  })
})
