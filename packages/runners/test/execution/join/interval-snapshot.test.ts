/**
 * An interval join goes on from a snapshot as if nothing had been: restored before every call, it says the same, in the same order.
 */
import {
  afterCount,
  afterWatermark,
  boundedOutOfOrderness,
  combinePerKey,
  fixedWindows,
  intervalJoin,
  map,
  milliseconds,
  windowInto,
  type Coder,
  type KV,
  type PCollection,
} from '@tidemark/core'
import { sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { numbers } from '../scripted.ts'
import { resumed, type Built, type Run } from '../snapshot/resumed.ts'

const near = { before: milliseconds(2), after: milliseconds(5) }
type Numbers = PCollection<KV<string, number>>

const joined =
  (prepare: (side: Numbers, name: string) => Numbers = (side) => side): Built =>
  (root) => ({
    out: intervalJoin(
      'Join',
      { left: prepare(numbers(root, {}, 'L'), 'L'), right: prepare(numbers(root, {}, 'R'), 'R') },
      { ...near, type: 'full', lateness: milliseconds(3) },
    ),
  })

/** What is kept after calls of a script, run after run. */
class Kept {
  readonly runs: unknown[][] = []

  begin(): void {
    this.runs.push([])
  }

  note(run: Run): void {
    this.runs.at(-1)!.push(run.engine.snapshot(), run.engine.counters())
  }
}

function play(run: Run, kept: Kept): void {
  kept.begin()
  run.offerTo('L', [10, 'a', 1], [12, 'b', 2], [4, 'a', 3])
  kept.note(run)
  run.offerTo('R', [11, 'a', 4], [30, 'c', 5], [11, 'a', 4])
  run.watermark(13, 'L').watermark(14, 'R')
  kept.note(run)
  run.offerTo('L', [9, 'a', 6], [10, 'd', 7])
  run.watermark(40, 'R').input((input) => input.markIdle('0'), 'R')
  run.offerTo('L', [33, 'c', 8], [36, 'a', 9])
  kept.note(run)
  run.watermark(60, 'L').offerTo('R', [58, 'a', 10], [2, 'a', 11])
  kept.note(run)
  run.complete()
}

describe('an interval join goes on from a snapshot', () => {
  // Mutation: packages/runners/src/execution/join/interval-record.ts: `    record.sweepAt = sweepAt` → `    record.sweepAt = sweepAt + 1`
  // Mutation: packages/runners/src/execution/join/interval-join.ts: `this.#place.waiting = this.#records.waiting()` → `this.#place.waiting = 0`
  it('of elements, in any number of shards', () => {
    for (const shards of [1, 2, 8]) {
      const kept = new Kept()
      const run = resumed(joined(), (script) => play(script, kept), { shards, settled: true })
      expect(kept.runs[1]).toEqual(kept.runs[0])
      expect(kept.runs[0]).toHaveLength(8)
      expect(run.engine.settled('out').entries).toHaveLength(8)
      expect([...run.engine.ledgerCounts]).toEqual([['Join too-late', 2]])
    }
  })

  // Mutation: packages/runners/src/execution/join/interval-record.ts: `side.changes.matches[place] = matches!` → `side.changes.matches[place] = 0`
  // Mutation: packages/runners/src/execution/join/interval-record.ts: `side.changes.counts[place] = count!` → `side.changes.counts[place] = 1`
  it('of changes, in any number of shards', () => {
    const retracting = windowInto<KV<string, number>>(fixedWindows(milliseconds(10)), {
      trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }),
      allowedLateness: milliseconds(20),
      accumulationMode: 'retracting',
    })
    const halved = map(([key, value]: KV<string, number>) => [key, value % 2] as const)
    // Two sums of one window and key are equal elements then, and are counted.
    const prepare = (side: Numbers, name: string): Numbers =>
      side.pipe(
        map(([key, value]) => [`${key}${value % 3}`, value] as const),
        retracting,
        combinePerKey(`Sum${name}`, sum()),
        map(([key, value]) => [key.slice(0, 1), value] as const),
        halved,
      )
    for (const shards of [1, 2]) {
      const run = resumed(
        joined(prepare),
        (run) => {
          run.offerTo('L', [10, 'a', 1], [12, 'a', 3], [14, 'a', 2], [4, 'b', 3])
          run.offerTo('R', [11, 'a', 4], [13, 'a', 5], [11, 'a', 6], [18, 'c', 2])
          run.offerTo('L', [15, 'a', 4])
          run.watermark(21, 'L').watermark(24, 'R')
          run.offerTo('R', [12, 'a', 1], [3, 'b', 2])
          run.offerTo('L', [19, 'c', 2], [13, 'a', 7])
          run.watermark(39, 'L').watermark(41, 'R').offerTo('L', [19, 'c', 3])
          run.complete()
        },
        { shards, settled: true },
      )
      expect(run.heard.some(({ sign }) => sign < 0)).toBe(true)
    }
  })

  it('in the middle of a bundle that another one follows', () => {
    const run = resumed(
      (root) => ({
        out: intervalJoin(
          'Join',
          {
            left: numbers(root, { watermark: boundedOutOfOrderness(milliseconds(1)) }, 'L'),
            right: numbers(root, { watermark: boundedOutOfOrderness(milliseconds(4)) }, 'R'),
          },
          { ...near, type: 'full' },
        ),
      }),
      (run) => {
        for (let at = 0; at < 60; at += 6) {
          run.offerTo('L', [at, 'a', at], [at + 2, 'b', at], [at + 1, 'a', at])
          run.offerTo('R', [at + 3, 'b', at], [at, 'c', at], [at + 1, 'a', at])
        }
        run.complete()
      },
    )
    expect(run.heard.length).toBeGreaterThan(30)
  })

  it('with keys and values that only their coders can write', () => {
    const coderOf = <T>(id: string, write: (value: T) => unknown, read: (data: never) => T): Coder<T> => ({
      id,
      encode: (value) => new TextEncoder().encode(JSON.stringify(write(value))),
      decode: (bytes) => read(JSON.parse(new TextDecoder().decode(bytes)) as never),
    })
    const date = coderOf<Date>(
      'date',
      (value) => value.getTime(),
      (time: number) => new Date(time),
    )
    const set = coderOf<Set<number>>(
      'set',
      (value) => [...value],
      (items: number[]) => new Set(items),
    )
    const map1 = coderOf<Map<string, number>>(
      'map',
      (value) => [...value],
      (items: [string, number][]) => new Map(items),
    )
    const run = resumed(
      (root) => ({
        out: intervalJoin(
          'Join',
          {
            left: numbers(root, {}, 'L').pipe(map(([, value]) => [new Date(value), new Set([value])] as const)),
            right: numbers(root, {}, 'R').pipe(map(([, value]) => [new Date(value), new Map([['n', value]])] as const)),
          },
          { ...near, keyCoder: date, leftCoder: set, rightCoder: map1 },
        ).pipe(map(([key, { left, right }]) => [key.getTime(), [...left], [...right]] as const)),
      }),
      (script) => {
        script.offerTo('L', [10, '', 1], [11, '', 2])
        script.offerTo('R', [11, '', 1], [12, '', 1])
        script.complete()
      },
    )
    expect(run.heard.map(({ value }) => value)).toEqual([
      [1, [1], [['n', 1]]],
      [1, [1], [['n', 1]]],
    ])
  })
})
