/**
 * How windowing is handed down: what windowInto takes over, what a grouping changes, what flatten joins, and what panes become.
 */
import { describe, expect, it } from 'vitest'
import { buildGraph } from '../../src/graph/build-graph.ts'
import type { PaneKind } from '../../src/model/graph-builder.ts'
import {
  afterCount,
  afterWatermark,
  create,
  DEFAULT_WINDOWING,
  fixedWindows,
  flatten,
  formatTrigger,
  groupByKey,
  hours,
  isMerging,
  map,
  minutes,
  never,
  repeatedly,
  reshuffle,
  seconds,
  sessions,
  statefulParDo,
  valueState,
  windowInto,
  withKeys,
  type KV,
  type PCollection,
  type Root,
  type WindowingOptions,
  type WindowingStrategy,
} from '../../src/index.ts'
import { orders, type Order } from '../described-source.ts'

const perMinute = fixedWindows(minutes(1))
const byRegion = withKeys((order: Order) => order.region as string)
const late = { allowedLateness: minutes(5), accumulationMode: 'accumulating' } as const
const group = groupByKey<string, Order>('Group')

/** The collection that comes out of a pipeline. */
function collectionOf(out: (root: Root) => PCollection<unknown>): {
  readonly windowing: WindowingStrategy
  readonly bounded: boolean
  readonly panes: PaneKind
} {
  const graph = buildGraph((root) => ({ out: out(root) }))
  return graph.collections[graph.outputs['out']!]!
}

const windowed =
  (options: WindowingOptions) =>
  (root: Root): PCollection<KV<string, Order>> =>
    orders(root).pipe(windowInto(perMinute, options), byRegion)

describe('a source', () => {
  it('is in the global window, with one pane at the end and nothing late', () => {
    expect(collectionOf(orders).windowing).toBe(DEFAULT_WINDOWING)
    expect(DEFAULT_WINDOWING).toMatchObject({
      windowFn: { kind: 'global' },
      trigger: { kind: 'default' },
      allowedLateness: 0,
    })
  })

  it('says whether it ends, and all below it says the same', () => {
    const bounded = (root: Root) => root.pipe(create('Few', [['a', 1]] as const))
    expect(collectionOf((root) => bounded(root).pipe(groupByKey('Group'))).bounded).toBe(true)
    expect(collectionOf(windowed({})).bounded).toBe(false)
    expect(
      collectionOf((root) => flatten([bounded(root), root.pipe(create('More', [['a', 1]] as const))])).bounded,
    ).toBe(true)
    expect(collectionOf((root) => flatten<unknown>([bounded(root), orders(root)])).bounded).toBe(false)
  })
})

describe('windowInto', () => {
  it('takes what it is not told from its input', () => {
    const trigger = repeatedly(afterCount(3))
    const first = {
      ...late,
      trigger,
      onTime: 'if-non-empty',
      closing: 'always',
      timestampCombiner: 'latest',
      mayLoseData: true,
      mayDrift: true,
    } as const
    const { windowing } = collectionOf((root) =>
      orders(root).pipe(windowInto(perMinute, first), windowInto(fixedWindows(hours(1)))),
    )
    expect(windowing).toEqual({
      windowFn: expect.objectContaining({ description: 'fixed(size=PT1H)' }),
      trigger,
      allowedLateness: 300_000,
      accumulationMode: 'accumulating',
      onTime: 'if-non-empty',
      closing: 'always',
      timestampCombiner: 'latest',
      merged: false,
      mayLoseData: true,
      mayDrift: true,
    })
  })

  it.each([
    [minutes(1), 300_000],
    [minutes(9), 540_000],
  ])('has the larger of its own allowed lateness (%s) and that of its input (PT5M)', (allowedLateness, millis) => {
    // mutation: min for max in outputWindowing
    const { windowing } = collectionOf((root) =>
      orders(root).pipe(windowInto(perMinute, late), windowInto(perMinute, { ...late, allowedLateness })),
    )
    expect(windowing.allowedLateness).toBe(millis)
  })

  it('lets windows merge again that a grouping has merged', () => {
    const merged = (root: Root) => orders(root).pipe(windowInto(sessions(seconds(30))), byRegion, group)
    expect(isMerging(collectionOf(merged).windowing)).toBe(false)
    expect(isMerging(collectionOf((root) => merged(root).pipe(windowInto(sessions(seconds(30))))).windowing)).toBe(true)
  })

  it('keeps what is known of panes, and the timestamps', () => {
    expect(collectionOf((root) => windowed(late)(root).pipe(group, windowInto(fixedWindows(hours(1))))).panes).toBe(
      'several-panes',
    )
  })
})

describe('a grouping', () => {
  it('hands down the windowing of its input with the continuation of its trigger', () => {
    const input = collectionOf(
      windowed({ ...late, trigger: afterWatermark({ early: afterCount(5), late: afterCount(2) }) }),
    ).windowing
    const output = collectionOf((root) =>
      windowed({ ...late, trigger: afterWatermark({ early: afterCount(5), late: afterCount(2) }) })(root).pipe(group),
    ).windowing
    expect(formatTrigger(output.trigger)).toBe('afterWatermark({ early: afterCount(1), late: afterCount(1) })')
    expect(output).toEqual({ ...input, trigger: output.trigger })
  })

  it('marks windows that merge as merged, and no others', () => {
    const perSession = (root: Root) => orders(root).pipe(windowInto(sessions(seconds(30))), byRegion)
    expect([isMerging(collectionOf(perSession).windowing), collectionOf(perSession).windowing.merged]).toEqual([
      true,
      false,
    ])
    expect(collectionOf((root) => perSession(root).pipe(group)).windowing.merged).toBe(true)
    expect(collectionOf((root) => perSession(root).pipe(group, groupByKey('Again'))).windowing.merged).toBe(true)
    expect(collectionOf((root) => windowed({})(root).pipe(group)).windowing.merged).toBe(false)
  })

  it.each<[PaneKind, string, WindowingOptions]>([
    ['one-pane', 'without lateness', {}],
    ['one-pane', 'under never()', { ...late, trigger: never() }],
    ['one-pane', 'retracting, when only one can come', { allowedLateness: minutes(0), accumulationMode: 'retracting' }],
    ['several-panes', 'with lateness', late],
    ['several-panes', 'discarding', { ...late, accumulationMode: 'discarding' }],
    [
      'several-panes',
      'with early firings',
      { ...late, allowedLateness: minutes(0), trigger: afterWatermark({ early: afterCount(1) }) },
    ],
    ['changes', 'retracting, when several can come', { ...late, accumulationMode: 'retracting' }],
  ])('gives %s: %s', (panes, _, options) => {
    expect(collectionOf(windowed(options)).panes).toBe('elements')
    expect(collectionOf((root) => windowed(options)(root).pipe(group)).panes).toBe(panes)
    expect(
      collectionOf((root) =>
        windowed(options)(root).pipe(
          group,
          map((each) => each),
          reshuffle(),
        ),
      ).panes,
    ).toBe(panes)
  })

  it('gives changes again when it is fed by them', () => {
    expect(
      collectionOf((root) =>
        windowed({ ...late, accumulationMode: 'retracting' })(root).pipe(group, groupByKey('Again')),
      ).panes,
    ).toBe('changes')
  })
})

describe('a stateful step', () => {
  it('emits elements, whatever it is fed by', () => {
    const state = { state: { last: valueState<number>() }, *process() {} }
    const fed = (options: WindowingOptions) =>
      collectionOf((root) => windowed(options)(root).pipe(group, statefulParDo('State', state)))
    expect(fed({ ...late, accumulationMode: 'retracting' }).panes).toBe('elements')
    expect(fed({}).panes).toBe('elements')
    expect(fed({}).windowing.merged).toBe(false)
  })
})

describe('flatten', () => {
  const grouped = (options: WindowingOptions) => (root: Root) => windowed(options)(root).pipe(group)
  const ungrouped = (options: WindowingOptions) => (root: Root) =>
    orders(root, 'More').pipe(windowInto(perMinute, options), byRegion)

  it('has the largest allowed lateness of its inputs', () => {
    const of = (...lateness: readonly number[]) =>
      collectionOf((root) =>
        flatten(
          lateness.map((each, index) =>
            orders(root, `Orders${index}`).pipe(windowInto(perMinute, { ...late, allowedLateness: minutes(each) })),
          ),
        ),
      ).windowing.allowedLateness
    expect([of(1, 3, 2), of(3, 1)]).toEqual([180_000, 180_000])
  })

  it('is fed by what asks the most care of its inputs', () => {
    const kind = (options: WindowingOptions) =>
      collectionOf((root) => flatten<unknown>([ungrouped(options)(root), grouped(options)(root)])).panes
    expect(kind({})).toBe('one-pane')
    expect(kind(late)).toBe('several-panes')
    expect(kind({ ...late, accumulationMode: 'retracting' })).toBe('changes')
    expect(collectionOf((root) => flatten([ungrouped(late)(root)])).panes).toBe('elements')
  })
})
