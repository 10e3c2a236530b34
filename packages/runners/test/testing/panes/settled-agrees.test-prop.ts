/**
 * The two halves of the reference evaluator: without drops, what remains of all panes is what the elements mean.
 */
import {
  afterCount,
  afterWatermark,
  combinePerKey,
  DROP_REASONS,
  fixedWindows,
  groupByKey,
  map,
  milliseconds,
  repeatedly,
  sessions,
  slidingWindows,
  windowInto,
  type AccumulationMode,
  type KV,
  type PCollection,
  type WindowedValue,
  type WindowFn,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { settledResult, type SettledItem } from '../../../src/settled/settled-result.ts'
import { evaluate } from '../../../src/testing/evaluator/evaluate.ts'
import { evaluatePanes } from '../../../src/testing/panes/evaluate-panes.ts'
import type { PaneResult } from '../../../src/testing/panes/script.ts'
import { arbitraryScript, ORDERS, type Order } from './arbitrary-script.ts'
import { runningSum, SUM } from './running-sum.ts'

const LATENESS = 7
const WINDOWS: readonly WindowFn[] = [
  fixedWindows(milliseconds(10)),
  slidingWindows(milliseconds(20), milliseconds(10)),
  sessions(milliseconds(8)),
]
const TRIGGERS = [
  repeatedly(afterCount(2)),
  afterWatermark({ early: afterCount(1), late: afterCount(2) }),
  afterWatermark({ late: afterCount(1) }),
] as const

type Build = (keyed: PCollection<KV<string, number>>) => PCollection<unknown>

function checkMeaning(
  mode: AccumulationMode,
  build: Build,
  remaining: (result: PaneResult) => readonly SettledItem[],
  windows = WINDOWS,
): void {
  const indices = fc.record({ window: fc.nat(windows.length - 1), trigger: fc.nat(TRIGGERS.length - 1) })
  fc.assert(
    fc.property(indices, arbitraryScript({ lateness: LATENESS }), ({ window, trigger }, script) => {
      const windowing = windowInto<Order>(windows[window]!, {
        trigger: TRIGGERS[trigger]!,
        accumulationMode: mode,
        allowedLateness: milliseconds(LATENESS),
      })
      const graph = buildGraph((root) => {
        const orders = root.pipe(ORDERS, windowing)
        return { out: build(orders.pipe(map(({ key, amount }) => [key, amount] as const))) }
      })
      const result = evaluatePanes(graph, script)
      expect(result.ledger.filter(({ reason }) => DROP_REASONS.includes(reason))).toEqual([])
      const orders = script.flatMap((event) => ('elements' in event ? event.rows.map(([order]) => order) : []))
      const { out } = evaluate(graph, { Orders: orders }).outputs
      expect(settledResult(remaining(result)).entries).toEqual(out!.entries)
    }),
    { numRuns: 300 },
  )
}

/** The last pane of each key and window. */
function lastPanes({ outputs }: PaneResult): readonly WindowedValue<unknown>[] {
  const last = new Map(outputs['out']!.map(({ element }) => [placeOf(element), element]))
  return [...last.values()]
}

/** The sums of all panes of each key and window. */
function mergedPanes({ outputs }: PaneResult): readonly WindowedValue<unknown>[] {
  const merged = new Map<string, WindowedValue<unknown>>()
  for (const { element } of outputs['out']!) {
    const [key, sum] = element.value as KV<string, number>
    const before = merged.get(placeOf(element))?.value as KV<string, number> | undefined
    merged.set(placeOf(element), { ...element, value: [key, (before?.[1] ?? 0) + sum] })
  }
  return [...merged.values()]
}

/** All elements, those that take back counting less. */
function netElements({ outputs }: PaneResult): readonly SettledItem[] {
  return outputs['out']!.map(({ element }) => ({ ...element, count: element.sign }))
}

function placeOf({ value, window }: WindowedValue<unknown>): string {
  return `${(value as KV<string, unknown>)[0]} ${window.start} ${window.end}`
}

describe('what remains of all panes is what the elements mean', () => {
  const notMerging = WINDOWS.filter(({ merging }) => !merging)

  it('for accumulating panes', () => {
    checkMeaning('accumulating', (keyed) => keyed.pipe(groupByKey('Group')), lastPanes, notMerging)
  })

  it('for discarding panes of a combiner whose outputs merge', () => {
    checkMeaning('discarding', (keyed) => keyed.pipe(combinePerKey('Sum', SUM)), mergedPanes, notMerging)
  })

  it('for changes, sessions that merge among them', () => {
    checkMeaning('retracting', (keyed) => keyed.pipe(groupByKey('Group')), netElements)
  })

  it('for changes into a second grouping', () => {
    checkMeaning(
      'retracting',
      (keyed) =>
        keyed.pipe(
          combinePerKey('First', SUM),
          map(([, sum]) => [`${sum % 2}`, sum] as const),
          groupByKey('Second'),
        ),
      netElements,
    )
  })

  it('for elements of a stateful step in order of event time', () => {
    checkMeaning('retracting', (keyed) => keyed.pipe(runningSum('event-time')), netElements, notMerging)
  })

  it('for elements of a stateful step fed by changes', () => {
    checkMeaning(
      'retracting',
      (keyed) => keyed.pipe(combinePerKey('First', SUM), runningSum('event-time')),
      netElements,
    )
  })
})
