/**
 * Statements 73 and 74 of the semantics: what nothing at all comes to, and which collections can become one.
 */
import {
  afterCount,
  afterWatermark,
  combineGlobally,
  combinePerKey,
  create,
  flatten,
  map,
  PipelineError,
  repeatedly,
  windowInto,
  type KV,
  type PCollection,
  type Root,
  type WindowFn,
  type WindowingOptions,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { sum } from '@tidemark/transforms'
import { expect, it } from 'vitest'
import { accumulating, discarding, fixed, gap } from './pipelines.ts'
import { add, end, keyed, play, source, watermark } from './play.ts'

const perTen = fixed(10)

/** The sum of all values of each window. */
const totals =
  (windows?: WindowFn) =>
  (root: Root): PCollection<unknown> => {
    const values = keyed(root, 'In', { bounded: true }).pipe(map(([, value]) => value))
    return (windows === undefined ? values : values.pipe(windowInto(windows))).pipe(combineGlobally('Total', sum()))
  }

// Mutation: packages/runners/src/execution/grouping/grouping.ts: `!this.keyed && windowing.windowFn.kind === 'global'` → `!this.keyed`
// Mutation: packages/runners/src/execution/grouping/grouping.ts: `!this.keyed && windowing.windowFn.kind === 'global'` → `false`
it('statement 73: nothing at all, combined, gives the result of nothing in the global window, and nothing in other windows', () => {
  expect(play(totals(), [watermark(50), end()]).byEvent).toEqual([[], ['on-time 0 @end-of-all all']])
  expect(play(totals(perTen), [watermark(50), end()]).panes).toEqual([])
})

// Mutation: packages/runners/src/execution/grouping/grouping.ts: `!this.#hasEmittedDefault && this.log.counters.in === 0` → `!this.#hasEmittedDefault`
it('statement 73: once there is an element, there is nothing but its result', () => {
  expect(play(totals(), [add([1, 'a', 3]), end()]).panes).toEqual(['on-time 3 @end-of-all all'])
})

// Mutation: packages/runners/src/execution/grouping/grouping.ts: `!this.keyed && windowing.windowFn.kind === 'global'` → `windowing.windowFn.kind === 'global'`
it('statement 73: nor is there a result of nothing where elements have keys, since no key is known', () => {
  const perKey = (root: Root) => keyed(root, 'In', { bounded: true }).pipe(combinePerKey('Sum', sum()))
  expect(play(perKey, [end()]).panes).toEqual([])
})

/** With which code two collections, windowed like this, are refused as one. */
function refusalOf(
  left: readonly [WindowFn, WindowingOptions?],
  right: readonly [WindowFn, WindowingOptions?],
): string {
  const values = (root: Root, name: string, [windows, options]: typeof left) =>
    root.pipe(create<KV<string, number>>(name, [['a', 1]]), windowInto(windows, options))
  try {
    buildGraph((root) => ({ out: flatten([values(root, 'Left', left), values(root, 'Right', right)]) }))
    return 'accepted'
  } catch (error) {
    if (error instanceof PipelineError) return error.code
    throw error
  }
}

// Mutation: packages/core/src/primitives/flatten.ts: `different('windows', a, b, windowsOf) ??` → ``
it('statement 74: collections with different windows are refused as one, sessions of different gaps too', () => {
  expect(refusalOf([perTen], [fixed(10)])).toBe('accepted')
  expect(refusalOf([perTen], [fixed(20)])).toBe('FLATTEN_INCOMPATIBLE')
  // Beam accepts these, and takes the gap of the first: a deviation by decision.
  expect(refusalOf([gap(10)], [gap(20)])).toBe('FLATTEN_INCOMPATIBLE')
})

// Mutation: packages/core/src/primitives/flatten.ts: `formatTrigger(windowing.trigger)` → `''`
it('statement 74: collections with different triggers are refused as one', () => {
  const counted = accumulating(5, { trigger: repeatedly(afterCount(2)) })
  expect(refusalOf([perTen, counted], [perTen, accumulating(5, { trigger: repeatedly(afterCount(2)) })])).toBe(
    'accepted',
  )
  expect(refusalOf([perTen, counted], [perTen, accumulating(5)])).toBe('FLATTEN_INCOMPATIBLE')
  expect(refusalOf([perTen, counted], [perTen, accumulating(5, { trigger: repeatedly(afterCount(3)) })])).toBe(
    'FLATTEN_INCOMPATIBLE',
  )
})

// Mutation: packages/core/src/primitives/flatten.ts: `windowing.timestampCombiner)` → `'')`
// Mutation: packages/core/src/primitives/flatten.ts: `windowing.accumulationMode)` → `'')`
it('statement 74: so are those with different timestamp combiners, and accumulation modes where several panes may come', () => {
  expect(refusalOf([perTen], [perTen, { timestampCombiner: 'earliest' }])).toBe('FLATTEN_INCOMPATIBLE')
  const trigger = afterWatermark({ early: afterCount(1), late: afterCount(1) })
  expect(refusalOf([perTen, accumulating(5, { trigger })], [perTen, discarding(5, { trigger })])).toBe(
    'FLATTEN_INCOMPATIBLE',
  )
})

// Mutation: packages/core/src/primitives/flatten.ts: `Math.max(...refs.map((ref) => ref.windowing.allowedLateness))` → `first.windowing.allowedLateness`
it('statement 74: collections that differ in allowed lateness alone become one with the larger', () => {
  const sums = (root: Root) =>
    flatten([
      keyed(root, 'Left').pipe(windowInto(perTen, accumulating(0))),
      keyed(root, 'Right').pipe(windowInto(perTen, accumulating(5))),
    ]).pipe(combinePerKey('Sum', sum()))
  const left = source('Left')
  const right = source('Right')
  const script = [left.watermark(14), right.watermark(14), left.add([3, 'a', 1])]
  expect(play(sums, script).panes).toEqual(['late a=1 @9 [0,10)'])
})
