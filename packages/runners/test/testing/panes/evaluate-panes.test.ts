/**
 * The pane evaluator by hand-made scripts: one rule each, with the panes that a person would expect.
 */
import {
  afterCount,
  afterWatermark,
  combineGlobally,
  combinePerKey,
  create,
  fixedWindows,
  flatten,
  groupByKey,
  map,
  milliseconds,
  MAX_TIMESTAMP,
  parDo,
  sessions,
  slidingWindows,
  statefulParDo,
  tagged,
  valueState,
  windowInto,
  type PCollection,
} from '@tidemark/core'
import { buildGraph, type PipelineGraph } from '@tidemark/core/graph'
import { describe, expect, it } from 'vitest'
import { evaluatePanes, testStream, type PaneResult, type Script } from '@tidemark/runners/testing'
import { ORDERS, type Order } from './arbitrary-script.ts'
import { SUM } from './running-sum.ts'

type Keyed = PCollection<readonly [string, number]>

const rows = (...amounts: readonly (readonly [at: number, amount: number])[]) =>
  amounts.map(([at, amount]) => [{ key: 'a', amount, at }, at] as const)

const ofOrders = (orders: PCollection<Order>): Keyed => orders.pipe(map(({ key, amount }) => [key, amount] as const))

function graphOf(build: (keyed: Keyed) => PCollection<unknown>): PipelineGraph {
  return buildGraph((root) => ({
    out: build(ofOrders(root.pipe(ORDERS))),
  }))
}

/** Panes in short: event, value, timing. */
const panesOf = ({ outputs }: PaneResult, name = 'out') =>
  outputs[name]!.map(({ at, element: { value, pane, sign } }) => [at, sign, value, pane.timing])

const run = (build: (keyed: Keyed) => PCollection<unknown>, script: Script): PaneResult =>
  evaluatePanes(graphOf(build), script)

describe('the pane evaluator', () => {
  it('traces every pane to the event that caused it', () => {
    const trigger = afterWatermark({ early: afterCount(2), late: afterCount(1) })
    const result = run(
      (keyed) =>
        keyed.pipe(
          windowInto(fixedWindows(milliseconds(10)), {
            trigger,
            allowedLateness: milliseconds(5),
            accumulationMode: 'accumulating',
          }),
          combinePerKey('Sum', SUM),
        ),
      [
        { elements: 'Orders', rows: rows([1, 1], [2, 2]) },
        { elements: 'Orders', rows: rows([3, 4]) },
        { watermark: 'Orders', t: 10 },
        { elements: 'Orders', rows: rows([4, 8]) },
        { watermark: 'Orders', t: 15 },
        { elements: 'Orders', rows: rows([5, 16]) },
      ],
    )
    expect(panesOf(result)).toEqual([
      [0, 1, ['a', 3], 'early'],
      [2, 1, ['a', 7], 'on-time'],
      [3, 1, ['a', 15], 'late'],
    ])
    expect(result.ledger.map(({ reason, element, watermark }) => [reason, element, watermark])).toEqual([
      ['expired', ['a', 16], 15],
    ])
  })

  it('takes the pane before back where panes are changes, and the panes of sessions that merge', () => {
    const result = run(
      (keyed) =>
        keyed.pipe(
          windowInto(sessions(milliseconds(10)), {
            trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }),
            allowedLateness: milliseconds(0),
            accumulationMode: 'retracting',
            onTime: 'if-non-empty',
          }),
          combinePerKey('Sum', SUM),
        ),
      [
        { elements: 'Orders', rows: rows([0, 1]) },
        { elements: 'Orders', rows: rows([18, 2]) },
        { elements: 'Orders', rows: rows([9, 4]) },
        { complete: 'Orders' },
      ],
    )
    expect(panesOf(result)).toEqual([
      [0, 1, ['a', 1], 'early'],
      [1, 1, ['a', 2], 'early'],
      [2, -1, ['a', 1], 'unknown'],
      [2, -1, ['a', 2], 'unknown'],
      [2, 1, ['a', 7], 'early'],
    ])
  })

  it('notes an element that would have joined a session that has expired', () => {
    const result = run(
      (keyed) => keyed.pipe(windowInto(sessions(milliseconds(10))), groupByKey('Group')),
      [
        { elements: 'Orders', rows: rows([0, 1]) },
        { watermark: 'Orders', t: 12 },
        { elements: 'Orders', rows: rows([5, 2]) },
        { complete: 'Orders' },
      ],
    )
    expect(panesOf(result).map(([at, , value]) => [at, value])).toEqual([
      [1, ['a', [1]]],
      [3, ['a', [2]]],
    ])
    expect(result.ledger.map(({ reason }) => reason)).toEqual(['session-split'])
  })

  it('holds a second grouping at the timestamps of the panes on their way', () => {
    const windowing = windowInto<readonly [string, number]>(fixedWindows(milliseconds(10)), {
      trigger: afterWatermark({ early: afterCount(9), late: afterCount(9) }),
      allowedLateness: milliseconds(0),
      accumulationMode: 'discarding',
      mayDrift: true,
    })
    const result = run(
      (keyed) => keyed.pipe(windowing, combinePerKey('First', SUM), groupByKey('Second')),
      [
        { elements: 'Orders', rows: rows([1, 1]) },
        { watermark: 'Orders', t: 10 },
      ],
    )
    expect(panesOf(result).map(([, , value, timing]) => [value, timing])).toEqual([
      [['a', [1]], 'early'],
      [['a', []], 'on-time'],
    ])
  })

  it('waits for the slower of two sources', () => {
    const graph = buildGraph((root) => {
      const sources = ['Shop', 'Market'].map((name) =>
        ofOrders(root.pipe(testStream<Order>(name))).pipe(windowInto(fixedWindows(milliseconds(10)))),
      )
      return { out: flatten(sources).pipe(groupByKey('Group')) }
    })
    const result = evaluatePanes(graph, [
      { elements: 'Shop', rows: rows([1, 1]) },
      { complete: 'Shop' },
      { elements: 'Market', rows: rows([2, 2]) },
      { watermark: 'Market', t: 10 },
    ])
    expect(panesOf(result)).toEqual([[3, 1, ['a', [1, 2]], 'on-time']])
  })

  it('emits created elements before the first event, and the sum of nothing at the end', () => {
    const graph = buildGraph((root) => ({
      created: root.pipe(create('Numbers', [3, 1])),
      nothing: root.pipe(create<number>('None', []), combineGlobally('Sum', SUM)),
    }))
    const result = evaluatePanes(graph, [])
    expect(panesOf(result, 'created').map(([at, , value]) => [at, value])).toEqual([
      [-1, 3],
      [-1, 1],
    ])
    expect(panesOf(result, 'nothing')).toEqual([[-1, 1, 0, 'on-time']])
  })

  it('runs a stateful step in the order of event time, on a clock behind the watermark by the lateness', () => {
    const result = run(
      (keyed) =>
        keyed.pipe(
          windowInto(slidingWindows(milliseconds(100), milliseconds(100)), {
            allowedLateness: milliseconds(5),
            accumulationMode: 'accumulating',
          }),
          statefulParDo('Sum', {
            state: { sum: valueState<number>() },
            *process({ value, state }) {
              state.sum.write((state.sum.read() ?? 0) * 10 + value)
              yield state.sum.read()
            },
          }),
        ),
      [
        { elements: 'Orders', rows: rows([3, 3], [1, 1]) },
        { watermark: 'Orders', t: 7 },
        { elements: 'Orders', rows: rows([2, 2]) },
        { elements: 'Orders', rows: rows([1, 9]) },
        { watermark: 'Orders', t: 9 },
      ],
    )
    expect(panesOf(result).map(([at, , value]) => [at, value])).toEqual([
      [1, 1],
      [4, 12],
      [4, 123],
    ])
    expect(result.ledger.map(({ reason, element }) => [reason, element])).toEqual([['too-late', ['a', 9]]])
  })

  it('gives each output of a parDo its own elements', () => {
    const graph = buildGraph((root) => {
      const { even, odd } = root.pipe(
        create('Numbers', [1, 2, 3]),
        parDo({ outputs: ['even', 'odd'], process: (n: number) => [tagged(n % 2 === 0 ? 'even' : 'odd', n)] }),
      )
      return { even, odd }
    })
    const result = evaluatePanes(graph, [])
    expect(panesOf(result, 'odd').map(([, , value]) => value)).toEqual([1, 3])
    expect(panesOf(result, 'even').map(([, , value]) => value)).toEqual([2])
  })

  it('refuses a script that names no source of the pipeline, or a time that is none', () => {
    const graph = graphOf((keyed) => keyed)
    expect(() => evaluatePanes(graph, [{ complete: 'Elsewhere' }])).toThrow(
      expect.objectContaining({ code: 'BAD_SCRIPT' }),
    )
    expect(() => evaluatePanes(graph, [{ watermark: 'Orders', t: MAX_TIMESTAMP + 1 }])).toThrow(
      expect.objectContaining({ code: 'BAD_SCRIPT' }),
    )
  })
})
