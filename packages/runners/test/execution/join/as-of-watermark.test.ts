/**
 * How an as-of join moves its output watermark, what it does about silence and the ends of its inputs, and that none of it depends on
 * bundles or shards.
 */
import {
  asOfJoin,
  boundedOutOfOrderness,
  combinePerKey,
  fixedWindows,
  flatten,
  MAX_TIMESTAMP,
  milliseconds,
  parDo,
  windowInto,
  withTimestamps,
  map,
  type KV,
} from '@tidemark/core'
import { sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { numbers, Scripted } from '../scripted.ts'
import { AsOfRun, type Numbers } from './as-of-run.ts'

describe('the output watermark', () => {
  it('is that of the left side while nothing waits, wherever the dimension is', () => {
    const run = new AsOfRun().leftTo(50)
    expect(run.outputWatermark).toBe(50)
    run.rowsTo(20).rows([30, 1])
    expect(run.outputWatermark).toBe(50)
  })

  // Mutation: packages/runners/src/execution/join/as-of-join.ts: `return Math.min(this.#clocks.watermark(LEFT), due.peekTime(), holds.min(), restated)` → `return Math.min(this.#clocks.watermark(LEFT), holds.min(), restated)`
  it('waits for the earliest element that waits, and goes on when it is answered', () => {
    const run = new AsOfRun().left([30, 1], [20, 2], [40, 3]).leftTo(100)
    expect(run.outputWatermark).toBe(20)
    run.rowsTo(21)
    expect(run.outputWatermark).toBe(30)
    run.rowsTo(41)
    expect(run.outputWatermark).toBe(100)
  })

  it('stays where it is while an element waits that was late', () => {
    const run = new AsOfRun({ lateness: 50 }).leftTo(100).left([60, 1]).leftTo(110)
    expect(run.outputWatermark).toBe(100)
    run.rowsTo(111)
    expect(run.outputWatermark).toBe(110)
  })

  // Mutation: packages/runners/src/execution/join/as-of-elements.ts: `if (window !== undefined && window.end - 1 < Math.min(time, record.hold)) records.hold(record, window.end - 1)` → ``
  it('lets the window of an element not expire that has outlived it', () => {
    const later = (side: Numbers): Numbers =>
      side.pipe(
        windowInto<KV<string, number>>(fixedWindows(milliseconds(10))),
        parDo({ process: ([key, value], { timestamp }) => [[key, value, timestamp] as const] }),
        withTimestamps(([, , at]) => at + 20),
        map(([key, value]) => [key, value] as const),
      )
    const run = new AsOfRun({}, {}, { left: later }).left([5, 1]).leftTo(100)
    expect(run.outputWatermark).toBe(9)
    run.rowsTo(26)
    expect(run.outputWatermark).toBe(100)
    expect(run.answers()).toEqual(['1=- @25'])
  })

  it('moves as far as the answers on their way allow before they arrive below', () => {
    const seen: number[] = []
    const run: AsOfRun = new AsOfRun({}, { onOutput: () => seen.push(run.outputWatermark) })
    run.left([20, 1], [30, 2]).leftTo(100).rowsTo(50)
    expect(seen).toEqual([20])
    run.left([200, 3]).leftTo(300).rowsTo(250)
    expect(seen).toEqual([20, 200])
  })
})

describe('a silent dimension', () => {
  it('is not waited for: it is as far as the left side', () => {
    const run = new AsOfRun().rows([0, 1]).left([10, 5], [20, 6])
    run.input('Rows').markIdle('0')
    expect(run.leftTo(15).answers()).toEqual(['5=1 @10'])
    expect(run.leftTo(21).answers()).toEqual(['6=1 @20'])
    // What it brings when it wakes up may be too late by that.
    expect(run.rows([20, 2], [21, 3]).noted()).toEqual(['too-late k=2'])
  })

  it('is waited for again when it has woken up', () => {
    const run = new AsOfRun()
    run.input('Rows').markIdle('0')
    run.leftTo(15).rows([15, 1]).left([20, 5]).leftTo(100)
    expect(run.answers()).toEqual([])
    expect(run.rowsTo(21).answers()).toEqual(['5=1 @20'])
  })
})

describe('a silent left side', () => {
  // Mutation: packages/runners/src/execution/join/as-of-join.ts: `this.#output.setIdle(this.#clocks.follows(LEFT) && holdsNothing)` → `this.#output.setIdle(this.#clocks.follows(LEFT))`
  it('is silent below only when nothing waits', () => {
    const run = new Scripted((root) => {
      const joined = asOfJoin('AsOf', { left: numbers(root, {}, 'Left'), right: numbers(root, {}, 'Rows') })
      const elements = joined.pipe(map(([key, { left }]) => [key, left] as const))
      return {
        out: flatten<KV<string, number>>([elements, numbers(root, {}, 'Other')]).pipe(
          windowInto(fixedWindows(milliseconds(10))),
          combinePerKey('Sum', sum()),
        ),
      }
    })
    run.watermark(5, 'Left').watermark(3, 'Rows').offerTo('Left', [6, 'k', 1])
    run.input('Left').markIdle('0')
    run.watermark(50, 'Other')
    expect(run.take()).toEqual([])
    // The element is there in time: it was waited for.
    run.watermark(7, 'Rows')
    expect(run.take()).toEqual(['[0,10) k=1 on-time#0 last'])
    expect(run.entries()).toEqual([])
  })
})

describe('the ends', () => {
  it('of the dimension answers all that waits, and whatever comes after it', () => {
    const run = new AsOfRun({ lateness: 1000 }).left([10, 5]).rows([5, 1]).endRows()
    expect(run.answers()).toEqual(['5=1 @10'])
    expect(run.left([3, 6], [99, 7]).answers()).toEqual(['6=- @3', '7=1 @99'])
  })

  it('of an empty dimension answers that there is no row', () => {
    const run = new AsOfRun().left([10, 5]).endRows()
    expect(run.answers()).toEqual(['5=- @10'])
  })

  it('of the left side lets the dimension answer what waits, and end it all', () => {
    const run = new AsOfRun().left([10, 5]).endLeft()
    expect(run.answers()).toEqual([])
    expect(run.outputWatermark).toBe(10)
    run.rows([10, 1]).rowsTo(11)
    expect(run.answers()).toEqual(['5=1 @10'])
    expect(run.outputWatermark).toBe(MAX_TIMESTAMP)
  })
})

describe('watermarks inside bundles', () => {
  const followed = (bundles: readonly (readonly [name: string, ...elements: readonly unknown[]])[], shards: number) => {
    const onTime = { watermark: boundedOutOfOrderness(milliseconds(0)) }
    const run = new Scripted(
      (root) => ({
        out: asOfJoin('AsOf', { left: numbers(root, onTime, 'Left'), right: numbers(root, onTime, 'Rows') }).pipe(
          map(([key, { left, right }]) => [key, left * 100 + (right ?? 0)] as const),
          windowInto(fixedWindows(milliseconds(10))),
          combinePerKey('Sum', sum()),
        ),
      }),
      { shards },
    )
    for (const [name, ...elements] of bundles) run.offerTo(name, ...elements)
    const ledger = run.entries().toSorted()
    return [ledger, run.complete().settled()]
  }

  // Mutation: packages/runners/src/execution/join/as-of-join.ts: `        this.#follow(watermark, LEFT)` → `        void watermark`
  it('decide what is too late row by row, so that bundles and shards do not matter', () => {
    const left = [
      [1, 'a', 1],
      [12, 'a', 2],
      [11, 'b', 3],
      [12, 'c', 4],
      [30, 'd', 5],
      [29, 'a', 6],
    ] as const
    const rows = [
      [0, 'a', 1],
      [10, 'a', 2],
      [9, 'c', 3],
      [40, 'b', 4],
    ] as const
    const expected = [
      ['too-late a=6 all', 'too-late b=3 all', 'too-late c=3 all'],
      ['[0,10) a=101', '[10,20) a=202', '[10,20) c=400', '[30,40) d=500'],
    ]
    for (const shards of [1, 2, 8]) {
      expect(
        followed(
          [
            ['Rows', ...rows],
            ['Left', ...left],
          ],
          shards,
        ),
      ).toEqual(expected)
      expect(
        followed(
          [
            ['Left', ...left],
            ['Rows', ...rows],
          ],
          shards,
        ),
      ).toEqual(expected)
      expect(
        followed([...rows.map((row) => ['Rows', row] as const), ...left.map((one) => ['Left', one] as const)], shards),
      ).toEqual(expected)
    }
  })
})
