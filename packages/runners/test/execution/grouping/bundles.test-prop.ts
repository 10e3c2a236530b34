/**
 * Results do not depend on bundles: the same arrival in bundles of 1, 3, 7 and all together gives the same ledger and the same
 * settled result, drops included.
 */
import {
  boundedOutOfOrderness,
  combinePerKey,
  fixedWindows,
  groupByKey,
  milliseconds,
  sessions,
  slidingWindows,
  windowInto,
  type AccumulationMode,
  type WindowFn,
} from '@tidemark/core'
import { count } from '@tidemark/transforms'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { numbers, Scripted, type Element } from '../scripted.ts'

const arrival: fc.Arbitrary<readonly Element[]> = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 80 }), fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 3 })),
  { maxLength: 30 },
)

const windows: readonly (readonly [string, WindowFn])[] = [
  ['fixed', fixedWindows(milliseconds(10))],
  ['sliding', slidingWindows(milliseconds(10), milliseconds(5))],
  ['sessions', sessions(milliseconds(10))],
]
const modes: readonly AccumulationMode[] = ['accumulating', 'discarding', 'retracting']

const cases = windows.flatMap(([name, windowFn]) =>
  [0, 15].flatMap((lateness) => modes.map((accumulationMode) => [name, lateness, accumulationMode, windowFn] as const)),
)

function run(
  elements: readonly Element[],
  size: number,
  windowFn: WindowFn,
  lateness: number,
  accumulationMode: AccumulationMode,
  grouped: boolean,
): unknown {
  const script = new Scripted((root) => {
    const input = numbers(root, { watermark: boundedOutOfOrderness(milliseconds(3)) }).pipe(
      windowInto(windowFn, { allowedLateness: milliseconds(lateness), accumulationMode }),
    )
    return { out: grouped ? input.pipe(groupByKey('Group')) : input.pipe(combinePerKey('N', count())) }
  })
  for (let from = 0; from < elements.length; from += size) script.offer(...elements.slice(from, from + size))
  script.complete()
  return { ledger: script.entries().toSorted(), settled: script.settled() }
}

describe.each(cases)('%s windows, lateness %i, %s', (_, lateness, accumulationMode, windowFn) => {
  it('settle alike whatever the bundles, and drop alike', () => {
    // mutation: WindowGrouping.takeRows and MergingGrouping.takeRows without follow()
    fc.assert(
      fc.property(arrival, fc.boolean(), (elements, lists) => {
        // Discarding panes of lists do not merge: what they come to depends on panes.
        const grouped = lists && accumulationMode !== 'discarding'
        const single = run(elements, 1, windowFn, lateness, accumulationMode, grouped)
        for (const size of [3, 7, elements.length + 1]) {
          expect(run(elements, size, windowFn, lateness, accumulationMode, grouped)).toEqual(single)
        }
      }),
      { numRuns: 60 },
    )
  })
})

it('the arrivals are such that elements are dropped, and sessions split', () => {
  const late: readonly Element[] = [
    [0, 'a', 1],
    [40, 'a', 1],
    [5, 'a', 1],
    [39, 'a', 1],
    [60, 'a', 1],
    [46, 'a', 1],
    [80, 'a', 1],
  ]
  for (const [name, windowFn] of windows) {
    const { ledger } = run(late, 3, windowFn, 0, 'accumulating', false) as { readonly ledger: readonly string[] }
    expect([name, ledger.length > 0]).toEqual([name, true])
  }
})
