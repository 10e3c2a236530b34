/**
 * The engine against the pane evaluator at joins of two streams, each with its own watermark, silence and end.
 */
import {
  afterCount,
  afterWatermark,
  combinePerKey,
  fixedWindows,
  groupByKey,
  intervalJoin,
  map,
  milliseconds,
  windowInto,
  type JoinType,
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

const timestamp = ({ at }: Order) => at
const left = testStream<Order>('Left', { timestamp })
const right = testStream<Order>('Right', { timestamp })
const streams = [left, right] as const

const order = fc.record({
  key: fc.constantFrom('a', 'b'),
  amount: fc.integer({ min: 1, max: 3 }),
  at: fc.integer({ min: 0, max: 60 }),
})
const event = fc.oneof(
  { weight: 7, arbitrary: fc.array(order, { minLength: 1, maxLength: 4 }).map((orders) => ({ orders })) },
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 80 }).map((watermark) => ({ watermark })) },
  { weight: 1, arbitrary: fc.constant({ idle: true }) },
  { weight: 1, arbitrary: fc.constant({ complete: true }) },
)

/** Scripts of both streams; those of changes do without silence, behind which a stream has changes to bring that are too late. */
function scripts(isSilentAtTimes: boolean): fc.Arbitrary<readonly ScriptEvent[]> {
  return fc.array(fc.tuple(fc.nat(1), event), { minLength: 1, maxLength: 16 }).map((drawn) => {
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

const joining = fc.record({
  before: fc.integer({ min: -6, max: 10 }),
  span: fc.integer({ min: 0, max: 15 }),
  type: fc.constantFrom<JoinType>('inner', 'left', 'right', 'full'),
  lateness: fc.integer({ min: 0, max: 9 }),
})

type Joining = typeof joining extends fc.Arbitrary<infer J> ? J : never

const keyed = map(({ key, amount }: Order) => [key, amount] as const)
const retracting = windowInto<KV<string, number>>(fixedWindows(milliseconds(10)), {
  trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }),
  allowedLateness: milliseconds(6),
  accumulationMode: 'retracting',
})

function joined(of: Joining, inputs: { readonly left: Keyed; readonly right: Keyed }): Keyed {
  const { before, span, type, lateness } = of
  const bounds = { before: milliseconds(before), after: milliseconds(span - before) }
  return intervalJoin('Join', inputs, { ...bounds, type, lateness: milliseconds(lateness) }) as unknown as Keyed
}

/**
 * By key and window. Whether a pane on time is the last is left out: the evaluator lets a pair that is on its way hold the watermark for a
 * moment, which the engine hands on at once; a window may be on time in that moment and expire just after it, or both at once.
 */
function byPlace({ outputs, ledger }: PaneResult<Record<'out', PCollection<unknown>>>): unknown {
  const places: Record<string, unknown[]> = {}
  for (const { at, element } of outputs.out) {
    const { value, window, timestamp: time, sign, pane } = element
    const [key] = value as KV<string, unknown>
    const { isLast, ...rest } = pane
    const seen = pane.timing === 'on-time' ? rest : { isLast, ...rest }
    ;(places[`${key} [${window.start}`] ??= []).push([at, value, sign, time, seen])
  }
  const entries = ledger.map(({ reason, step, element, timestamp: time, watermark }) =>
    JSON.stringify([reason, step, element, time, watermark]),
  )
  return { places, ledger: entries.toSorted() }
}

/** Panes of several windows come in any order, so what follows from them does too. */
function inAnyOrder(said: PaneResult<Record<'out', PCollection<unknown>>>): unknown {
  const { outputs, ledger } = said
  return {
    rows: outputs.out
      .map(({ at, element }) => JSON.stringify([at, element.value, element.sign, element.timestamp]))
      .toSorted(),
    ledger: byPlace({ outputs: { out: [] }, ledger }),
  }
}

function checkAgreement(build: (root: Root, of: Joining) => PCollection<unknown>, hasChanges = false): void {
  const seen = hasChanges ? inAnyOrder : byPlace
  fc.assert(
    fc.property(joining, scripts(!hasChanges), (of, script) => {
      const pipeline = (root: Root) => ({ out: build(root, of) })
      expect(seen(playScript(pipeline, script))).toEqual(seen(evaluatePanes(pipeline, script)))
    }),
    { numRuns: 600, seed: 1 },
  )
}

describe('the engine agrees with the pane evaluator at an interval join', () => {
  it('of elements', () => {
    checkAgreement((root, of) => joined(of, { left: root.pipe(left, keyed), right: root.pipe(right, keyed) }))
  })

  it('of elements, with a grouping below', () => {
    checkAgreement((root, of) =>
      joined(of, { left: root.pipe(left, keyed), right: root.pipe(right, keyed) }).pipe(
        windowInto(fixedWindows(milliseconds(12)), {
          trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }),
          allowedLateness: milliseconds(0),
          accumulationMode: 'accumulating',
        }),
        groupByKey('Group'),
      ),
    )
  })

  it('of changes with elements, and with changes', () => {
    const sums = (root: Root, stream: typeof left, name: string): Keyed =>
      root.pipe(stream, keyed, retracting, combinePerKey(name, SUM))
    const late = (of: Joining): Joining => ({ ...of, lateness: 6 })
    checkAgreement(
      (root, of) => joined(late(of), { left: sums(root, left, 'Sum'), right: root.pipe(right, keyed) }),
      true,
    )
    checkAgreement(
      (root, of) => joined(late(of), { left: root.pipe(left, keyed), right: sums(root, right, 'Sum') }),
      true,
    )
    checkAgreement(
      (root, of) => joined(late(of), { left: sums(root, left, 'Sums'), right: sums(root, right, 'Sum') }),
      true,
    )
  })
})
