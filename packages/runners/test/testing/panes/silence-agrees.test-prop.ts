/**
 * The engine against the pane evaluator where streams have splits, fall silent and wake up, one without the other.
 */
import {
  afterCount,
  afterWatermark,
  combinePerKey,
  fixedWindows,
  flatten,
  groupByKey,
  map,
  milliseconds,
  windowInto,
  type KV,
  type PCollection,
  type Root,
} from '@tidemark/core'
import { playScript, testStream, evaluatePanes, type PaneResult, type ScriptEvent } from '@tidemark/runners/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runningSum, SUM } from './running-sum.ts'

type Order = { readonly key: string; readonly amount: number; readonly at: number }

const timestamp = ({ at }: Order) => at
const shop = testStream<Order>('Shop', { timestamp, splits: ['east', 'west'] })
const market = testStream<Order>('Market', { timestamp })
const places = [shop.split('east'), shop.split('west'), market.split('0')] as const

const order = fc.record({
  key: fc.constantFrom('a', 'b'),
  amount: fc.integer({ min: 1, max: 4 }),
  at: fc.integer({ min: 0, max: 99 }),
})
const event = fc.oneof(
  { weight: 5, arbitrary: fc.array(order, { minLength: 1, maxLength: 3 }).map((orders) => ({ orders })) },
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 120 }).map((watermark) => ({ watermark })) },
  { weight: 4, arbitrary: fc.constant({ idle: true }) },
  { weight: 1, arbitrary: fc.constant({ complete: true }) },
)
const scripts = fc.array(fc.tuple(fc.nat(places.length - 1), event), { minLength: 1, maxLength: 14 }).map((drawn) => {
  const watermarks = places.map(() => -1)
  const done = new Set<number>()
  return drawn.flatMap(([place, what]): readonly ScriptEvent[] => {
    const split = places[place]!
    if (done.has(place)) return []
    if ('orders' in what) return [split.addElements(...what.orders)]
    if ('idle' in what) return [split.markIdle()]
    if ('complete' in what) {
      done.add(place)
      return [split.complete()]
    }
    watermarks[place] = Math.max(watermarks[place]!, what.watermark)
    return [split.advanceWatermarkTo(watermarks[place])]
  })
})

type Keyed = PCollection<KV<string, number>>
const keyed = map(({ key, amount }: Order) => [key, amount] as const)
const windowed = windowInto<KV<string, number>>(fixedWindows(milliseconds(10)), {
  trigger: afterWatermark({ early: afterCount(2), late: afterCount(1) }),
  allowedLateness: milliseconds(7),
  accumulationMode: 'retracting',
})

function byPlace({ outputs, ledger }: PaneResult<{ out: PCollection<unknown> }>): unknown {
  const panes: Record<string, unknown[]> = {}
  for (const { at, element } of outputs.out) {
    const [key] = element.value as KV<string, unknown>
    ;(panes[`${key} [${element.window.start}`] ??= []).push([at, element.value, element.sign, element.timestamp])
  }
  const entries = ledger.map(({ reason, step, element, watermark }) =>
    JSON.stringify([reason, step, element, watermark]),
  )
  return { panes, ledger: entries.toSorted() }
}

function checkAgreement(build: (root: Root) => PCollection<unknown>): void {
  fc.assert(
    fc.property(scripts, (script) => {
      const pipeline = (root: Root) => ({ out: build(root) })
      expect(byPlace(playScript(pipeline, script))).toEqual(byPlace(evaluatePanes(pipeline, script)))
    }),
    { numRuns: 400 },
  )
}

describe('the engine agrees with the pane evaluator under silence', () => {
  it('of splits, at one grouping', () => {
    checkAgreement((root) => {
      // The other stream is read too, as the scripts know both.
      root.pipe(market)
      return root.pipe(shop, keyed, windowed, combinePerKey('Sum', SUM))
    })
  })

  it('of one of two streams that meet', () => {
    checkAgreement((root) => {
      const both: readonly Keyed[] = [root.pipe(shop, keyed, windowed), root.pipe(market, keyed, windowed)]
      return flatten(both).pipe(groupByKey('Group'))
    })
  })

  it('of streams that meet below a grouping, which may have panes to emit', () => {
    checkAgreement((root) => {
      const sums = root.pipe(shop, keyed, windowed, combinePerKey('Sum', SUM))
      const single = root.pipe(market, keyed, windowed, combinePerKey('Other', SUM))
      return flatten([sums, single]).pipe(groupByKey('Group'))
    })
  })

  it('of streams that meet below a stateful step, where elements may wait', () => {
    checkAgreement((root) => {
      const running = root.pipe(shop, keyed, windowed, runningSum('event-time'))
      return flatten([running, root.pipe(market, keyed, windowed)]).pipe(groupByKey('Group'))
    })
  })
})
