/**
 * The option shards of the streaming runner: the same results, whatever the number.
 */
import { boundedOutOfOrderness, seconds } from '@tidemark/core'
import { fromObservable, streamingRunner } from '@tidemark/runners/streaming'
import { from, NEVER } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { recorded } from './replayed-job.ts'
import { multisets, READINGS, shardedPipeline, type Reading } from '../sharded-pipeline.ts'

const time = { timestamp: (one: Reading) => one.at, watermark: boundedOutOfOrderness(seconds(60)) }

async function run(shards: number) {
  const job = streamingRunner({ shards, settled: true, bundleSize: 50, maxFuture: 'off' }).run(
    shardedPipeline(fromObservable('Readings', from(READINGS), time)),
  )
  const { told } = recorded(job)
  await job.done
  const { settled, ledgerCounts, counters } = job
  return {
    outputs: told().outputs,
    settled: { ...settled },
    ledgerCounts: new Map(ledgerCounts),
    counters,
  }
}

describe('shards of a job', () => {
  // Mutation: packages/runners/src/execution/shard/sharded-step.ts: `for (const shard of this.#shards) shard.advance(watermark, input)` → `this.#shards[0]!.advance(watermark, input)`
  it('change neither settled results, nor the ledger, nor what is emitted', async () => {
    const one = await run(1)
    expect(new Set(one.ledgerCounts.keys())).toEqual(
      new Set(['Ends too-late', 'Lists expired', 'Sums expired', 'Visits expired']),
    )
    expect(Object.values(one.outputs).every(({ length }) => length > 0)).toBe(true)
    for (const shards of [2, 8]) {
      const many = await run(shards)
      expect(many.settled).toEqual(one.settled)
      expect(many.ledgerCounts).toEqual(one.ledgerCounts)
      expect(many.counters).toEqual(one.counters)
      expect(multisets(many.outputs)).toEqual(multisets(one.outputs))
    }
  })

  // Mutation: packages/runners/src/streaming/job-options.ts: `given.shards ?? 1` → `1`
  it('each emit keys of their own: the order of panes shows that they are there', async () => {
    const [one, eight] = [await run(1), await run(8)]
    expect(eight.outputs['sums']).not.toEqual(one.outputs['sums'])
  })

  it.each([0, 1.5, Number.NaN, -1, Infinity])('are refused when there are %s of them', (shards) => {
    const readings = fromObservable('Readings', NEVER, time)
    expect(() => streamingRunner({ shards }).run(shardedPipeline(readings))).toThrow(
      expect.objectContaining({ code: 'BAD_OPTION', message: expect.stringContaining(`shards is ${shards}`) }),
    )
  })
})
