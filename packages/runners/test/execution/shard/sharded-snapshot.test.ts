/**
 * A sharded step goes on from a snapshot: each shard with its state and its own watermark.
 */
import {
  afterCount,
  afterWatermark,
  combinePerKey,
  fixedWindows,
  milliseconds,
  processingTimeTimer,
  statefulParDo,
  windowInto,
  type KV,
} from '@tidemark/core'
import { sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { numbers } from '../scripted.ts'
import { resumed, type Built } from '../snapshot/resumed.ts'

// Their hashes end in 1 and 0: of two shards, a is of the second and eu of the first.
const KEYS = ['a', 'eu']
const twoShards = { shards: 2, settled: true }

const sums: Built = (root) => ({
  out: numbers(root).pipe(
    windowInto<KV<string, number>>(fixedWindows(milliseconds(10)), {
      trigger: afterWatermark({ late: afterCount(1) }),
      allowedLateness: milliseconds(100),
      accumulationMode: 'accumulating',
    }),
    combinePerKey('Sum', sum()),
  ),
})

describe('a sharded step', () => {
  // Mutation: packages/runners/src/execution/shard/sharded-step.ts: `for (const [shard, part] of shards.entries())` → `for (const [shard, part] of shards.slice(1).entries())`
  it('goes on with the state of each shard', () => {
    const run = resumed(
      sums,
      (run) => {
        for (const key of KEYS) run.offer([1, key, 1]).offer([12, key, 2]).offer([2, key, 4])
        run.watermark(5).watermark(10).offer([3, 'a', 9]).watermark(15).complete()
      },
      twoShards,
    )
    expect(run.engine.settled('out').entries.map(({ value }) => value)).toEqual([
      ['a', 14],
      ['eu', 5],
      ['a', 2],
      ['eu', 2],
    ])
  })

  // Mutation: packages/runners/src/execution/shard/sharded-step.ts: `this.#outputs[shard]!.load(part)` → `void part`
  it('calls a pane late by the watermark of before', () => {
    resumed(
      sums,
      (run) => {
        run.offer([1, 'a', 1]).watermark(12).take()
        run.offer([3, 'eu', 9], [4, 'a', 2])
        expect(run.take()).toEqual(['[0,10) eu=9 late#0', '[0,10) a=3 late#1'])
      },
      twoShards,
    )
  })

  // Mutation: packages/runners/src/execution/shard/sharded-step.ts: `this.#merge.load(merge)` → `void merge`
  it('waits for the shard that holds its output back, and knows how far the others had come', () => {
    const held: Built = (root) => ({
      out: numbers(root).pipe(
        statefulParDo('Step', {
          state: {},
          timers: { alarm: processingTimeTimer() },
          order: 'arrival',
          process({ value, timers }) {
            timers.alarm.set(value)
          },
          onTimer: { alarm: () => [] },
        }),
      ),
    })
    resumed(
      held,
      (run) => {
        run.offer([30, 'a', 1000], [20, 'eu', 500]).watermark(40)
        expect(run.engine.outputWatermark('out')).toBe(20)
        run.tick(501)
        expect(run.engine.outputWatermark('out')).toBe(30)
        run.tick(1001)
        expect(run.engine.outputWatermark('out')).toBe(40)
      },
      { shards: 2 },
    )
  })
})
