/**
 * The engine against the pane evaluator at an as-of join of two streams, each with its own watermark, silence and end.
 */
import {
  afterCount,
  afterWatermark,
  asOfJoin,
  combinePerKey,
  fixedWindows,
  groupByKey,
  map,
  milliseconds,
  windowInto,
  type AsOfJoinOptions,
  type KV,
  type PCollection,
  type Root,
} from '@tidemark/core'
import { evaluatePanes, playScript, testStream, type PaneResult, type ScriptEvent } from '@tidemark/runners/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SUM } from './running-sum.ts'

type Order = { readonly key: string; readonly amount: number; readonly at: number }
type Keyed = PCollection<KV<string, number>>
type Options = AsOfJoinOptions<string, number, number, 'inner' | 'left'>

const timestamp = ({ at }: Order) => at
const left = testStream<Order>('Left', { timestamp })
const right = testStream<Order>('Right', { timestamp })
const streams = [left, right] as const

const order = fc.record({
  key: fc.constantFrom('a', 'b'),
  amount: fc.integer({ min: 1, max: 3 }),
  at: fc.integer({ min: 0, max: 20 }),
})
const event = fc.oneof(
  { weight: 7, arbitrary: fc.array(order, { minLength: 1, maxLength: 4 }).map((orders) => ({ orders })) },
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 26 }).map((watermark) => ({ watermark })) },
  { weight: 1, arbitrary: fc.constant({ idle: true }) },
  { weight: 1, arbitrary: fc.constant({ complete: true }) },
)

function scripts(isSilentAtTimes: boolean): fc.Arbitrary<readonly ScriptEvent[]> {
  return fc.array(fc.tuple(fc.nat(1), event), { minLength: 1, maxLength: 16, size: 'max' }).map((drawn) => {
    const watermarks = [-1, -1]
    const done = new Set<number>()
    const events = drawn.flatMap(([of, what]): readonly ScriptEvent[] => {
      const stream = streams[of]!
      if (done.has(of)) return []
      if ('orders' in what) return [stream.addElements(...what.orders)]
      if ('idle' in what) return isSilentAtTimes ? [stream.markIdle()] : []
      if ('complete' in what) {
        done.add(of)
        return [stream.complete()]
      }
      watermarks[of] = Math.max(watermarks[of]!, what.watermark)
      return [stream.advanceWatermarkTo(watermarks[of])]
    })
    return [...events, ...streams.filter((_, of) => !done.has(of)).map((stream) => stream.complete())]
  })
}

const options: fc.Arbitrary<Options> = fc
  .record({
    type: fc.constantFrom('inner' as const, 'left' as const),
    late: fc.constantFrom<Options>(
      { lateRows: 'wait' },
      { lateRows: 'restate' },
      { lateRows: 'freeze' },
      { lateRows: 'freeze', knownAt: (row) => row * 6 },
    ),
    lateness: fc.integer({ min: 0, max: 9 }),
    maxAge: fc.constantFrom(undefined, 7),
  })
  .map(({ type, late, lateness, maxAge }) => ({
    type,
    ...late,
    lateness: milliseconds(lateness),
    ...(maxAge !== undefined && { maxAge: milliseconds(maxAge) }),
  }))

const keyed = map(({ key, amount }: Order) => [key, amount] as const)
const retracting = windowInto<KV<string, number>>(fixedWindows(milliseconds(10)), {
  trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }),
  allowedLateness: milliseconds(6),
  accumulationMode: 'retracting',
})

type Said = PaneResult<Record<'out', PCollection<unknown>>>

function ledgerOf({ ledger }: Said): readonly string[] {
  return ledger
    .map(({ reason, step, element, timestamp: time, watermark }) =>
      JSON.stringify([reason, step, element, time, watermark]),
    )
    .toSorted()
}

function byPlace(said: Said): unknown {
  const places: Record<string, unknown[]> = {}
  for (const { at, element } of said.outputs.out) {
    const { value, window, timestamp: time, sign, pane } = element
    const [key] = value as KV<string, unknown>
    ;(places[`${key} [${window.start}`] ??= []).push([at, value, sign, time, pane])
  }
  return { places, ledger: ledgerOf(said) }
}

/** Panes of several windows come in any order, so what follows from them does too. */
function inAnyOrder(said: Said): unknown {
  const rows = said.outputs.out.map(({ at, element }) =>
    JSON.stringify([at, element.value, element.sign, element.timestamp]),
  )
  return { rows: rows.toSorted(), ledger: ledgerOf(said) }
}

function checkAgreement(
  build: (root: Root, of: Options) => PCollection<unknown>,
  where: fc.Arbitrary<Options> = options,
  hasChanges = false,
): void {
  const seen = hasChanges ? inAnyOrder : byPlace
  fc.assert(
    fc.property(where, scripts(!hasChanges), (of, script) => {
      const pipeline = (root: Root) => ({ out: build(root, of) })
      expect(seen(playScript(pipeline, script))).toEqual(seen(evaluatePanes(pipeline, script)))
    }),
    { numRuns: Number(process.env['TIDEMARK_RUNS'] ?? 600), seed: 1 },
  )
}

describe('the engine agrees with the pane evaluator at an as-of join', () => {
  const inputs = (root: Root) => ({ left: root.pipe(left, keyed), right: root.pipe(right, keyed) })

  it('of elements', () => {
    checkAgreement((root, of) => asOfJoin('AsOf', inputs(root), of))
  })

  it('of elements in windows, with a grouping below', () => {
    const windowed = windowInto<KV<string, number>>(fixedWindows(milliseconds(12)), {
      trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }),
      allowedLateness: milliseconds(4),
      accumulationMode: 'retracting',
    })
    checkAgreement((root, of) => {
      const { left: orders, right: rows } = inputs(root)
      return asOfJoin('AsOf', { left: orders.pipe(windowed), right: rows }, of).pipe(groupByKey('Group'))
    })
  })

  it('of changes with elements, and with changes', () => {
    const sums = (root: Root, stream: typeof left, name: string): Keyed =>
      root.pipe(stream, keyed, retracting, combinePerKey(name, SUM))
    const nettable = options
      .filter(({ lateRows, knownAt }) => lateRows !== 'freeze' || knownAt !== undefined)
      .map((of) => ({ ...of, lateness: milliseconds(6) }))
    for (const [changingLeft, changingRight] of [
      [true, false],
      [false, true],
      [true, true],
    ]) {
      checkAgreement(
        (root, of) =>
          asOfJoin(
            'AsOf',
            {
              left: changingLeft ? sums(root, left, 'Elements') : root.pipe(left, keyed),
              right: changingRight ? sums(root, right, 'Rows') : root.pipe(right, keyed),
            },
            of,
          ),
        nettable,
        true,
      )
    }
  })
})
