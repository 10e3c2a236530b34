/**
 * explain over running steps that wait for side inputs, partners and calls, at moments that were worked out by hand.
 */
import {
  asOfJoin,
  asSingleton,
  combinePerKey,
  fixedWindows,
  intervalJoin,
  map,
  mapAsync,
  minutes,
  monotonousTimestamps,
  read,
  seconds,
  windowInto,
  type KV,
  type PCollection,
  type Root,
} from '@tidemark/core'
import { buildGraph, type Outputs } from '@tidemark/core/graph'
import { memorySource } from '@tidemark/io/memory'
import { count } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { Engine } from '../../../src/execution/engine.ts'
import { formatExplanation } from '../../../src/execution/explain/format-explanation.ts'

const at = (time: string): number => Date.parse(`2026-03-01T${time}Z`)
const window = (from: string, to: string): { start: number; end: number } => ({ start: at(from), end: at(to) })
const minute = window('10:00:00', '10:01:00')

type Order = KV<string, number>

/** A running pipeline over orders and payments; its splits are called `a`. */
function running(pipeline: (orders: PCollection<Order>, payments: PCollection<Order>) => Outputs, shards = 1) {
  const source = (name: string, root: Root): PCollection<Order> =>
    root.pipe(read(name, memorySource<Order>([]), { timestamp: ([, time]) => time, watermark: monotonousTimestamps() }))
  const graph = buildGraph((root) => pipeline(source('Orders', root), source('Payments', root)))
  const engine = new Engine(graph, { shards })
  for (const input of engine.inputs) input.openSplits(['a'])
  const offer = (name: string, ...rows: readonly (readonly [key: string, time: string])[]): void =>
    engine.inputs
      .find(({ step }) => step.path === name)!
      .offer('a', {
        elements: rows.map(([key, time]) => [key, at(time)]),
        offsets: rows.map((_, index) => index),
        rejected: [],
        position: null,
        bytes: 0,
        done: false,
      })
  /** The explanation as text, with times of the day. */
  const said = (key: unknown, step?: string, by: Engine = engine): string =>
    formatExplanation(by.explain(key, minute, step))
      .replaceAll('2026-03-01T', '')
      .replaceAll('.000Z', '')
  /** An engine that goes on from where this one is. */
  const restored = (): Engine => {
    const other = new Engine(graph, { shards })
    other.restore(engine.snapshot())
    return other
  }
  return { offer, said, restored }
}

describe('explain of a running pipeline', () => {
  it('says which elements of a join wait, and for whose clock', () => {
    const { offer, said } = running((orders, payments) => ({
      paid: intervalJoin(
        'Paid',
        { left: orders, right: payments },
        { before: minutes(0), after: minutes(5), type: 'left', lateness: seconds(10) },
      ),
    }))
    offer('Orders', ['eu', '10:00:30'], ['us', '10:00:40'], ['eu', '10:04:00'], ['eu', '10:20:00'])
    offer('Payments', ['eu', '10:04:20'])
    // The first and the second order of eu have met the payment. The last one may be paid until 10:25:00, by a clock 10 s behind. No
    // order that still comes is from before the payment.
    expect(said('eu', 'Paid')).toBe(`\
Paid, key "eu", window [10:00:00, 10:01:00): open
  1 element waits for a partner, or to be known to have none: the clock of right is 10:04:10 and has to pass 10:25:00, 1250 s on; it keeps 3 elements of left and 0 of right. The slowest is split "a" of source "Payments", at 10:04:20.
  watermark in 10:04:20, out 10:00:40
  "Paid": 1 waiting for a partner, the first until past 10:25:00, holding 10:20:00
    left: 3 kept, clock 10:19:50; right: 0 kept, clock 10:04:10
  source "Orders" 10:20:00
    split "a" 10:20:00
  source "Payments" 10:04:20
    split "a" 10:04:20
  hold at 10:00:40 by "Paid": an element of "us" that may have no partner
  "Paid" waits 10000 ms for late elements
  ledger: nothing at this step or above it
  drift-safe: its settled result does not depend on arrival`)
    expect(said('de', 'Paid')).toContain(
      '\n  Nothing of it is kept at the step: no element has come, or what came has gone on.',
    )
  })

  // Mutation: packages/runners/src/execution/explain/explain.ts: `output > operator.inputWatermark ? output : -Infinity` → `-Infinity`
  it('says for which rows of a dimension elements wait', () => {
    const { offer, said } = running((orders, right) => {
      const left = orders.pipe(windowInto(fixedWindows(minutes(1))))
      return { paid: asOfJoin('Paid', { left, right }, { lateness: seconds(10) }) }
    })
    offer('Orders', ['eu', '10:00:30'], ['eu', '10:01:05'], ['us', '10:01:30'])
    offer('Payments', ['eu', '10:00:20'])
    // Of the minute asked for, one order; a payment of until 10:00:30 may come until the payments are at 10:00:40.
    const lines = said('eu', 'Paid').split('\n')
    expect([...lines.slice(1, 5), lines[9]]).toEqual([
      '  1 element waits for a partner, or to be known to have none: the clock of right is 10:00:10 and has to pass 10:00:30, 20 s on; ' +
        'it keeps 1 element of left and 1 of right. The slowest is split "a" of source "Payments", at 10:00:20.',
      '  watermark in 10:00:20, out 10:00:30',
      '  "Paid": 1 waiting for a partner, the first until past 10:00:30, holding 10:00:30',
      '    left: 1 kept, clock 10:01:20; right: 1 kept, clock 10:00:10',
      '  hold at 10:00:30 by "Paid": an element of "eu" [10:00:00, 10:01:00) that waits for the dimension',
    ])
  })

  it('says how many calls are pending, where they are made and further down', () => {
    const { offer, said } = running((orders) => ({
      counts: orders.pipe(
        windowInto(fixedWindows(minutes(1))),
        mapAsync('Lookup', (order: Order) => order, { pure: true }),
        combinePerKey('PerMinute', count()),
      ),
    }))
    offer('Orders', ['eu', '10:00:05'], ['us', '10:00:07'], ['eu', '10:01:30'])
    expect(said('eu', 'Lookup')).toBe(`\
Lookup, key "eu", window [10:00:00, 10:01:00): open
  2 elements wait for calls that are pending, the earliest at 10:00:05.
  watermark in 10:01:30, out 10:00:05
  "Lookup": 2 waiting for calls, the earliest at 10:00:05, holding 10:00:05
  source "Orders" 10:01:30
    split "a" 10:01:30
  hold at 10:00:05 by "Lookup": an element whose call has not ended
  hold at 10:00:07 by "Lookup": an element whose call has not ended
  ledger: nothing at this step or above it
  drift-safe: its settled result does not depend on arrival`)
    // No element has come to the grouping.
    expect(said('eu').split('\n')[1]).toBe(
      '  Nothing is kept of it: no element of this key and window has come to the step. It takes elements until the watermark, at 10:00:05, ' +
        'passes 10:00:59.999Z. At step "Lookup" above, 2 elements wait for calls that are pending, the earliest at 10:00:05.',
    )
  })

  // The mutation is of what the gate says of itself; that explain shows it is proven in awaiting.test.ts.
  it('says which side input is awaited, where it is read and further down', () => {
    const { offer, said } = running((orders, payments) => {
      const paid = payments.pipe(
        windowInto(fixedWindows(minutes(10))),
        map(([, time]) => time),
        asSingleton('Paid', { default: 0 }),
      )
      return {
        counts: orders.pipe(
          windowInto(fixedWindows(minutes(1))),
          map(([region], side) => [region, side.paid] as const, { side: { paid } }),
          combinePerKey('PerMinute', count()),
        ),
      }
    })
    offer('Orders', ['eu', '10:00:05'], ['us', '10:00:07'], ['eu', '10:01:30'])
    offer('Payments', ['eu', '10:03:00'])
    const awaited =
      '2 elements wait for side input "Paid" of [10:00:00, 10:10:00): its watermark is 10:03:00 and has to pass 10:09:59.999Z, 419999 ms on. ' +
      'The slowest is split "a" of source "Payments", at 10:03:00.'
    expect(said('eu', 'Map#2').split('\n').slice(0, 5)).toEqual([
      'Map#2, key "eu", window [10:00:00, 10:01:00): open',
      `  ${awaited}`,
      '  watermark in 10:01:30, out 10:00:05',
      '  "Map#2": 2 waiting for side inputs, holding 10:00:05',
      '    side input "Paid" of [10:00:00, 10:10:00): watermark 10:03:00, ready past 10:09:59.999Z',
    ])
    expect(said('eu').split('\n')[1]).toContain(
      `the watermark, at 10:00:05, passes 10:00:59.999Z. At step "Map#2" above, ${awaited}`,
    )
    // When the side window has expired, all of it has gone on.
    offer('Payments', ['eu', '10:10:00'])
    expect(said('eu', 'Map#2').split('\n')[1]).toBe(
      '  Nothing of it is kept at the step: no element has come, or what came has gone on. The watermark is 10:01:30.',
    )
    expect(said('eu').split('\n')[0]).toContain('expired')
  })

  it('says the same of every number of shards, and after a restore', () => {
    const texts = [1, 2, 8].map((shards) => {
      const { offer, said, restored } = running((orders, right) => {
        const left = orders.pipe(windowInto(fixedWindows(minutes(1))))
        const rate = right.pipe(
          windowInto(fixedWindows(minutes(10))),
          map(([, time]) => time),
          asSingleton('Rate', { default: 0 }),
        )
        const interval = { before: minutes(0), after: minutes(5), type: 'full' } as const
        return {
          paid: asOfJoin('Paid', { left, right }),
          pairs: intervalJoin('Pairs', { left, right }, interval),
          rated: left.pipe(
            map(([region], side) => [region, side.rate] as const, { side: { rate } }),
            combinePerKey('Rated', count()),
          ),
          known: left.pipe(mapAsync('Known', (order: Order) => order)),
        }
      }, shards)
      offer('Orders', ['eu', '10:00:05'], ['us', '10:00:07'], ['eu', '10:01:30'])
      offer('Payments', ['eu', '10:00:03'], ['us', '10:00:04'])
      const again = restored()
      return ['Paid', 'Pairs', 'Rated', 'Known'].flatMap((step) => [said('eu', step), said('eu', step, again)])
    })
    expect(texts[0]?.map((text) => text.split('\n')[1])).toEqual([
      ...twice(
        expect.stringContaining('  1 element waits for a partner, or to be known to have none: the clock of right'),
      ),
      ...twice(expect.stringContaining('  2 elements wait for a partner')),
      ...twice(expect.stringContaining(' above, 2 elements wait for side input "Rate"')),
      ...twice('  2 elements wait for calls that are pending, the earliest at 10:00:05.'),
    ])
    const [one, ...others] = texts
    for (const other of others) expect(other).toEqual(one)
  })
})

const twice = (text: unknown): readonly unknown[] => [text, text]
