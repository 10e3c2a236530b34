/**
 * The option shards of the batch runner: the same results, whatever the number.
 */
import { minutes } from '@tidemark/core'
import { readMemory } from '@tidemark/io/memory'
import { batchRunner } from '@tidemark/runners/batch'
import { describe, expect, it } from 'vitest'
import { multisets, READINGS, shardedPipeline } from '../sharded-pipeline.ts'

const readings = readMemory('Readings', READINGS, {
  timestamp: (one) => one.at,
  eventTimeOrder: { disorder: minutes(1) },
})

async function run(shards: number) {
  const { outputs, settled, ledgerCounts, ledger, counters } = await batchRunner({
    shards,
    settled: true,
    bundleSize: 50,
  }).run(shardedPipeline(readings))
  return { outputs, settled, ledgerCounts: new Map(ledgerCounts), ledger, counters }
}

describe('shards of a batch run', () => {
  // Mutation: packages/runners/src/execution/shard/partition.ts: `rowsOf[shardOf(key, coder, shards)]!.push(row)` → `rowsOf[row % shards]!.push(row)`
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

  // Mutation: packages/runners/src/batch/batch-run.ts: `shards: options.shards,` → ``
  it('each emit keys of their own: the order of panes shows that they are there', async () => {
    const [one, eight] = [await run(1), await run(8)]
    expect(eight.outputs.sums).not.toEqual(one.outputs.sums)
  })

  it.each([0, 1.5, Number.NaN, -1, Infinity])('are refused when there are %s of them', async (shards) => {
    await expect((async () => batchRunner({ shards }).run(shardedPipeline(readings)))()).rejects.toMatchObject({
      code: 'BAD_OPTION',
      message: expect.stringContaining(`shards is ${shards}`),
    })
  })
})
