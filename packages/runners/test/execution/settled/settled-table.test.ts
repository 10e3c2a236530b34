/**
 * The settled result of an output, as panes come, replace one another, add up, or are taken back.
 */
import {
  afterCount,
  afterWatermark,
  combineGlobally,
  combinePerKey,
  filter,
  fixedWindows,
  groupByKey,
  map,
  milliseconds,
  NO_FIRING,
  sessions,
  windowInto,
  type AccumulationMode,
  type Window,
  type WindowFn,
} from '@tidemark/core'
import { count, sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import type { Bundle } from '../../../src/execution/bundle/bundle.ts'
import type { PaneEffect, PaneOrigin } from '../../../src/execution/bundle/pane.ts'
import { SettledTable } from '../../../src/execution/settled/settled-table.ts'
import { numbers, Scripted } from '../scripted.ts'

const window: Window = { start: 0, end: 10 }
let origins = 0
const origin = (key: string, of = window): PaneOrigin => ({ id: `0:${origins++}`, step: 0, key, window: of })

/** One pane of an origin with its values; absorbed by another when that is given. */
function pane(
  from: PaneOrigin,
  effect: PaneEffect,
  values: readonly unknown[],
  absorbedBy?: PaneOrigin,
  signs?: readonly number[],
): Bundle {
  return {
    length: values.length,
    keys: undefined,
    values,
    timestamps: values.map(() => 9),
    windows: values.map(() => from.window),
    signs,
    panes: [{ info: NO_FIRING, origin: from, effect, absorbedBy }],
    paneOf: values.map(() => 0),
    watermarks: undefined,
    positions: undefined,
  }
}

function settled(table: SettledTable): readonly unknown[] {
  return table.result().entries.map(({ window: { start, end }, value, count }) => [start, end, value, count])
}

describe('a settled table', () => {
  it('keeps the last pane of an origin that replaces, and what it has passed on: nothing is taken back too', () => {
    // mutation: only panes with rows clear their origin
    const table = new SettledTable(undefined, false)
    const a = origin('a')
    table.process(pane(a, 'replace', [1]))
    table.process(pane(origin('b'), 'replace', [5, 5]))
    table.process(pane(a, 'replace', [2, 3]))
    expect(settled(table)).toEqual([
      [0, 10, 2, 1],
      [0, 10, 3, 1],
      [0, 10, 5, 2],
    ])
    table.process(pane(a, 'replace', []))
    expect(settled(table)).toEqual([[0, 10, 5, 2]])
  })

  it('adds up panes that add, and merges their outputs where the combiner can', () => {
    const plain = new SettledTable(undefined, false)
    const merging = new SettledTable((a, b) => (a as number) + (b as number), false)
    const keyed = new SettledTable((a, b) => (a as number) + (b as number), true)
    for (const n of [1, 2, 4]) {
      plain.process(pane(origin('a'), 'add', [n]))
      merging.process(pane(origin('a'), 'add', [n]))
    }
    const a = origin('a')
    const merged = new SettledTable((x, y) => (x as number) + (y as number), false)
    for (const n of [1, 2, 4]) merged.process(pane(a, 'add', [n]))
    for (const n of [1, 2, 4]) keyed.process(pane(a, 'add', [['a', n]]))
    expect(settled(plain)).toEqual([
      [0, 10, 1, 1],
      [0, 10, 2, 1],
      [0, 10, 4, 1],
    ])
    expect(settled(merging)).toEqual(settled(plain))
    expect([settled(merged), settled(keyed)]).toEqual([[[0, 10, 7, 1]], [[0, 10, ['a', 7], 1]]])
  })

  it('nets changes, whichever pane they came from', () => {
    const table = new SettledTable(undefined, false)
    table.process(pane(origin('a'), 'change', [1]))
    table.process(pane(origin('a'), 'change', [1, 3], undefined, [-1, 1]))
    expect(settled(table)).toEqual([[0, 10, 3, 1]])
    table.process(pane(origin('a'), 'change', [3], undefined, [-1]))
    expect(settled(table)).toEqual([])
  })

  it('forgets what a window has emitted that was merged away, or hands it to the merged one where panes add', () => {
    const wide: Window = { start: 0, end: 20 }
    const into = origin('a', wide)
    const a = origin('a')
    const replaced = new SettledTable(undefined, false)
    replaced.process(pane(a, 'replace', [1]))
    replaced.process(pane(a, 'replace', [], into))
    expect(settled(replaced)).toEqual([])
    const added = new SettledTable((x, y) => (x as number) + (y as number), false)
    added.process(pane(a, 'add', [1]))
    added.process(pane(a, 'add', [], into))
    expect(settled(added)).toEqual([[0, 20, 1, 1]])
    added.process(pane(into, 'add', [2]))
    expect(settled(added)).toEqual([[0, 20, 3, 1]])
  })

  it('counts elements that met no grouping', () => {
    const table = new SettledTable(undefined, false)
    const bundle = { ...pane(origin('a'), 'replace', [1, 1, 2]), panes: [], paneOf: undefined }
    table.process(bundle)
    expect(settled(table)).toEqual([
      [0, 10, 1, 2],
      [0, 10, 2, 1],
    ])
  })
})

const modes: readonly AccumulationMode[] = ['accumulating', 'discarding', 'retracting']

describe.each(modes)('%s panes of a run', (accumulationMode) => {
  const early = {
    trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }),
    allowedLateness: milliseconds(100),
    accumulationMode,
  } as const
  const run = (windows: WindowFn) =>
    new Scripted((root) => ({ out: numbers(root).pipe(windowInto(windows, early), combinePerKey('N', count())) }))

  it('settle on what one pane of all elements would be', () => {
    const out = run(fixedWindows(milliseconds(10)))
      .offer([1, 'a', 1])
      .offer([2, 'a', 1], [2, 'b', 1])
      .watermark(20)
      .offer([3, 'a', 1])
    expect(out.complete().settled()).toEqual(['[0,10) a=3', '[0,10) b=1'])
  })

  it('settle on the sessions that have come out of merging', () => {
    const out = run(sessions(milliseconds(10)))
      .offer([1, 'a', 1])
      .offer([15, 'a', 1])
    expect(out.settled()).toEqual(['[1,11) a=1', '[15,25) a=1'])
    expect(out.offer([8, 'a', 1]).settled()).toEqual(['[1,25) a=3'])
    expect(out.watermark(30).offer([20, 'a', 1]).complete().settled()).toEqual(['[1,30) a=4'])
  })
})

describe.each(['accumulating', 'retracting'] as const)('%s panes behind a filter', (accumulationMode) => {
  it('settle on nothing where the last one is left out, though an early one was not', () => {
    const early = {
      trigger: afterWatermark({ early: afterCount(1) }),
      allowedLateness: milliseconds(0),
      accumulationMode,
    }
    const out = new Scripted((root) => ({
      out: numbers(root).pipe(
        windowInto(fixedWindows(milliseconds(10)), early),
        combinePerKey('N', count()),
        filter(([, n]) => n < 2),
        map(([key]) => key),
      ),
    }))
    expect(out.offer([1, 'a', 1]).settled()).toEqual(['[0,10) "a"'])
    expect(out.offer([2, 'a', 1]).complete().settled()).toEqual([])
  })
})

describe('a run', () => {
  it('merges discarding panes of a combiner without keys', () => {
    const out = new Scripted((root) => ({
      out: numbers(root).pipe(
        windowInto(fixedWindows(milliseconds(10)), {
          trigger: afterWatermark({ early: afterCount(1) }),
          allowedLateness: milliseconds(0),
          accumulationMode: 'discarding',
        }),
        map(([, n]) => n),
        combineGlobally('N', count()),
      ),
    }))
    expect(out.offer([1, 'a', 1]).offer([2, 'b', 1]).complete().settled()).toEqual(['[0,10) 2'])
  })

  it('lists discarding panes of what does not merge, each for itself', () => {
    const out = new Scripted((root) => {
      const input = numbers(root).pipe(
        windowInto(fixedWindows(milliseconds(10)), {
          trigger: afterWatermark({ early: afterCount(1) }),
          allowedLateness: milliseconds(0),
          accumulationMode: 'discarding',
          onTime: 'if-non-empty',
        }),
      )
      return { lists: input.pipe(groupByKey('Lists')), sums: input.pipe(combinePerKey('Sums', sum())) }
    })
    out.offer([1, 'a', 1]).offer([2, 'a', 2]).complete()
    expect([out.settled('lists'), out.settled('sums')]).toEqual([
      ['[0,10) a=[1]', '[0,10) a=[2]'],
      ['[0,10) a=1', '[0,10) a=2'],
    ])
  })
})
