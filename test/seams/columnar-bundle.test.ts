/**
 * The seam for columns: a bundle whose columns are typed arrays and dictionaries gives a grouping the same panes, in the same
 * order, as one of rows.
 */
import {
  afterCount,
  afterWatermark,
  combinePerKey,
  filter,
  fixedWindows,
  groupByKey,
  map,
  milliseconds,
  read,
  reshuffle,
  sessions,
  slidingWindows,
  statefulParDo,
  valueState,
  windowInto,
  type KV,
  type LedgerEntry,
  type PCollection,
  type PTransform,
  type PullSource,
  type WindowedValue,
  type WindowFn,
} from '@tidemark/core'
import { buildGraph, type PipelineGraph } from '@tidemark/core/graph'
import { sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import type { Bundle } from '../../packages/runners/src/execution/bundle/bundle.ts'
import { Calls } from '../../packages/runners/src/execution/time-log/calls.ts'
import { Collector } from '../../packages/runners/src/execution/plan/collector.ts'
import { plan } from '../../packages/runners/src/execution/plan/plan.ts'
import { dictionaryColumn, numberColumn, signColumn } from './columns.ts'

type Row = readonly [key: string, value: number, at: number]
type Keyed = PCollection<KV<string, number>>

const never: PullSource<Row> = {
  mode: 'pull',
  description: 'columns',
  bounded: false,
  unit: 'line',
  splits: () => Promise.resolve([]),
  open: () => {
    throw new Error('bundles are handed in below the source')
  },
}
const late = {
  trigger: afterWatermark({ early: afterCount(3), late: afterCount(1) }),
  allowedLateness: milliseconds(20),
  accumulationMode: 'retracting',
} as const

/** Keyed numbers in windows, through a step. Windows are assigned above the bundle, as its column of windows says. */
function graphOf(windowFn: WindowFn, step: PTransform<Keyed, PCollection<unknown>>): PipelineGraph {
  return buildGraph((root) => ({
    out: root.pipe(
      read('In', never, { timestamp: ([, , at]) => at }),
      map(([key, value]) => [key, value] as const),
      windowInto(windowFn, late),
      reshuffle(),
      step,
    ),
  }))
}

/** Five bundles of a hundred rows, some of them late; always the same. */
function bundles(windowFn: WindowFn): readonly Bundle[] {
  let state = 7
  const random = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return (state >>> 8) % below
  }
  return [0, 1, 2, 3, 4].map((number) => {
    const rows = Array.from({ length: 100 }, (_, index) => {
      const at = Math.max(0, number * 100 + index - random(60))
      const windows = windowFn.assign(at, undefined)
      return { key: `key-${random(5)}`, value: random(1000) / 8, at, window: windows[random(windows.length)]!, index }
    })
    return {
      length: rows.length,
      keys: rows.map(({ key }) => key),
      values: rows.map(({ value }) => value),
      timestamps: rows.map(({ at }) => at),
      windows: rows.map(({ window }) => window),
      signs: rows.map(() => 1),
      panes: [],
      paneOf: undefined,
      watermarks: rows.map(({ index }) => number * 100 + index - 25),
      positions: { split: `part ${number}`, unit: 'line', offsets: rows.map(({ index }) => index) },
    }
  })
}

/** The same rows as columns of typed arrays and dictionaries. */
function columnar(bundle: Bundle): Bundle {
  const { keys, values, timestamps, windows, signs, watermarks, positions } = bundle
  return {
    ...bundle,
    keys: dictionaryColumn(keys!),
    values: numberColumn(values as ArrayLike<number>),
    timestamps: numberColumn(timestamps),
    windows: dictionaryColumn(windows!),
    signs: signs && signColumn(signs),
    watermarks: watermarks && numberColumn(watermarks),
    positions: positions && { ...positions, offsets: numberColumn(positions.offsets) },
  }
}

/** What a graph emits and drops when bundles are handed to the readers of what `reshuffle` writes, where a fused chain ends. */
function run(graph: PipelineGraph, given: readonly Bundle[], shards = 1): readonly unknown[] {
  const seen: (LedgerEntry | WindowedValue<unknown>)[] = []
  const { outputs } = plan(graph, {
    clock: { now: 0, wall: 0, history: false, maxFuture: undefined },
    calls: new Calls(undefined),
    shards,
    onLedger: (entry) => seen.push(entry),
    onWrite: undefined,
  })
  outputs[graph.outputs['out']!]!.connect(new Collector((values) => seen.push(...values)), 0)
  const entrance =
    outputs[
      graph.steps.find(({ payload }) => payload.primitive === 'stateless' && payload.form === 'reshuffle')!.outputs[0]!
    ]!
  for (const bundle of given) {
    entrance.emit(bundle)
    entrance.advance(bundle.watermarks![bundle.length - 1]!)
  }
  entrance.advance(8.64e15)
  return seen
}

const fixed = fixedWindows(milliseconds(10))
const add = combinePerKey<string, number, unknown, number>('Sum', sum() as never)
const lists = groupByKey<string, number>('Lists')
const running = statefulParDo('Running', {
  state: { total: valueState<number>() },
  *process({
    key,
    value,
    state,
  }: {
    key: string
    value: number
    state: { total: { read(): number | undefined; write(total: number): void } }
  }) {
    const total = (state.total.read() ?? 0) + value
    state.total.write(total)
    yield [key, total] as const
  },
} as never) as unknown as PTransform<Keyed, PCollection<unknown>>

const STEPS: readonly (readonly [string, WindowFn, PTransform<Keyed, PCollection<unknown>>])[] = [
  ['a combining grouping in fixed windows', fixed, add],
  ['a combining grouping in sliding windows', slidingWindows(milliseconds(20), milliseconds(10)), add],
  ['a grouping that merges sessions', sessions(milliseconds(4)), add],
  ['a grouping of lists', fixed, lists],
  ['a stateful step', fixed, running],
]

describe('a columnar bundle', () => {
  it.each(STEPS)('gives the same panes and ledger as rows through %s', (_what, windowFn, step) => {
    const graph = graphOf(windowFn, step)
    const rows = bundles(windowFn)
    const expected = run(graph, rows)
    expect(expected.length).toBeGreaterThan(100)
    expect(run(graph, rows.map(columnar))).toEqual(expected)
  })

  it('is tried with rows that are late and rows that are dropped', () => {
    const seen = run(graphOf(fixed, add), bundles(fixed)) as Partial<LedgerEntry & WindowedValue<unknown>>[]
    const kinds = new Set(seen.map(({ pane, reason }) => pane?.timing ?? reason))
    expect(kinds).toEqual(new Set(['early', 'expired', 'late', 'on-time']))
  })

  it('gives the same panes and ledger as rows through key shards', () => {
    const graph = graphOf(fixed, add)
    const rows = bundles(fixed)
    expect(run(graph, rows.map(columnar), 4)).toEqual(run(graph, rows, 4))
  })

  it('passes a fused chain of stateless steps above the grouping', () => {
    const graph = buildGraph((root) => ({
      out: root.pipe(
        read('In', never, { timestamp: ([, , at]) => at }),
        map(([key, value]) => [key, value] as const),
        windowInto(fixed, late),
        reshuffle(),
        filter(([key]) => key !== 'key-1'),
        map(([key, value]) => [key, value * 2] as const),
        add,
      ),
    }))
    const rows = bundles(fixed)
    const expected = run(graph, rows)
    expect(expected.length).toBeGreaterThan(100)
    expect(run(graph, rows.map(columnar))).toEqual(expected)
  })
})
