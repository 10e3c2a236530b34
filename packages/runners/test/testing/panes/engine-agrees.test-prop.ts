/**
 * The engine against the pane evaluator: the same panes, changes and ledger for arbitrary pipelines and scripts.
 */
import {
  afterCount,
  afterProcessingTime,
  afterWatermark,
  combineGlobally,
  combinePerKey,
  defaultTrigger,
  fixedWindows,
  groupByKey,
  map,
  milliseconds,
  never,
  repeatedly,
  sessions,
  slidingWindows,
  windowInto,
  type PCollection,
} from '@tidemark/core'
import { buildGraph, type PipelineGraph } from '@tidemark/core/graph'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluatePanes, playScript, type PaneResult } from '@tidemark/runners/testing'
import { arbitraryScript, ORDERS, type Order } from './arbitrary-script.ts'
import { runningSum, SUM } from './running-sum.ts'

const WINDOWS = {
  fixed: fixedWindows(milliseconds(10)),
  overlapping: slidingWindows(milliseconds(20), milliseconds(10)),
  withGaps: slidingWindows(milliseconds(5), milliseconds(8)),
  sessions: sessions(milliseconds(8)),
} as const
const TRIGGERS = {
  default: defaultTrigger(),
  never: never(),
  everyTwo: repeatedly(afterCount(2)),
  earlyAndLate: afterWatermark({ early: afterCount(1), late: afterCount(2) }),
  byClock: afterWatermark({ early: afterProcessingTime(milliseconds(10)), late: afterCount(1) }),
} as const
/** Enough for rare coincidences; more were run while it was written. */
const RUNS = 300
const names = <T extends object>(record: T) => fc.constantFrom(...(Object.keys(record) as (keyof T)[]))
const modes = fc.constantFrom('accumulating' as const, 'discarding' as const, 'retracting' as const)
const behaviours = fc.constantFrom('always' as const, 'if-non-empty' as const)
const combiners = fc.constantFrom('end-of-window' as const, 'earliest' as const, 'latest' as const)
const windowings = fc.record({
  windows: names(WINDOWS),
  trigger: names(TRIGGERS),
  accumulationMode: modes,
  lateness: fc.constantFrom(0, 7, 1000),
  onTime: behaviours,
  closing: behaviours,
  timestampCombiner: combiners,
})

type Windowing = typeof windowings extends fc.Arbitrary<infer W> ? W : never

function windowed({ windows, trigger, lateness, ...options }: Windowing, orders: PCollection<Order>) {
  return orders.pipe(
    windowInto(WINDOWS[windows], {
      ...options,
      trigger: TRIGGERS[trigger],
      allowedLateness: milliseconds(lateness),
      mayDrift: true,
    }),
    map(({ key, amount }) => [key, amount] as const),
  )
}

function graphOf(build: (orders: PCollection<Order>) => PCollection<unknown>): PipelineGraph {
  return buildGraph((root) => ({ out: build(root.pipe(ORDERS)) }))
}

function byPlace({ outputs, ledger }: PaneResult): unknown {
  const places: Record<string, unknown[]> = {}
  for (const { at, element } of outputs['out']!) {
    const { value, window, timestamp, sign } = element
    const key = Array.isArray(value) ? String(value[0]) : ''
    ;(places[`${key} [${window.start}, ${window.end})`] ??= []).push([at, value, timestamp, sign, element.pane])
  }
  const entries = ledger.map(({ reason, step, element, timestamp, window }) =>
    JSON.stringify([reason, step, element, timestamp, window]),
  )
  return { places, ledger: entries.toSorted() }
}

function checkAgreement(
  build: (orders: PCollection<Order>, windowing: Windowing) => PCollection<unknown>,
  where: fc.Arbitrary<Windowing> = windowings,
): void {
  fc.assert(
    fc.property(where, arbitraryScript(), (windowing, script) => {
      const graph = graphOf((orders) => build(orders, windowing))
      expect(byPlace(playScript(graph, script))).toEqual(byPlace(evaluatePanes(graph, script)))
    }),
    { numRuns: RUNS },
  )
}

describe('the engine agrees with the pane evaluator', () => {
  const notMerging = windowings.filter(({ windows }) => windows !== 'sessions')

  it('on a groupByKey', () => {
    checkAgreement((orders, w) => windowed(w, orders).pipe(groupByKey('Group')))
  })

  it('on a combinePerKey', () => {
    checkAgreement((orders, w) => windowed(w, orders).pipe(combinePerKey('Sum', SUM)))
  })

  it('on a combineGlobally', () => {
    checkAgreement((orders, w) =>
      windowed(w, orders).pipe(
        map(([, amount]) => amount),
        combineGlobally('Sum', SUM),
      ),
    )
  })

  it('on two groupings in series', () => {
    checkAgreement((orders, w) =>
      windowed(w, orders).pipe(
        combinePerKey('First', SUM),
        map(([key, sum]) => [key, sum % 2] as const),
        groupByKey('Second'),
      ),
    )
  })

  it('on a grouping of panes in other windows', () => {
    checkAgreement((orders, w) =>
      windowed(w, orders).pipe(
        combinePerKey('First', SUM),
        windowInto(fixedWindows(milliseconds(25))),
        groupByKey('Second'),
      ),
    )
  })

  it('on a stateful step in order of event time', () => {
    checkAgreement((orders, w) => windowed(w, orders).pipe(runningSum('event-time'), groupByKey('Group')), notMerging)
  })

  it('on a stateful step in order of arrival', () => {
    checkAgreement((orders, w) => windowed(w, orders).pipe(runningSum('arrival'), groupByKey('Group')), notMerging)
  })

  it('on a stateful step fed by changes', () => {
    checkAgreement(
      (orders, w) => windowed(w, orders).pipe(combinePerKey('First', SUM), runningSum('event-time')),
      windowings.map((w) => ({ ...w, accumulationMode: 'retracting' as const })),
    )
  })
})
