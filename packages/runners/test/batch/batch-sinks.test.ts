/**
 * Sinks of a batch run: all publish, or none that had not.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { create, map, write, type Sink, type SinkWriter } from '@tidemark/core'
import { readNdjson, writeNdjson } from '@tidemark/io/ndjson'
import { batchRunner } from '@tidemark/runners/batch'
import { describe, expect, it } from 'vitest'
import { orders, timestamp, type Order } from './revenue.ts'
import { scratch } from './scratch.ts'

const runner = batchRunner({ progress: 'never' })

/** A sink that notes what it is asked for. */
function noting(
  log: string[],
  fail: Partial<Record<'open' | 'write' | 'commit', Error>> = {},
  name = 'sink',
): Sink<unknown> {
  const step = async (what: 'open' | 'write' | 'commit' | 'abort') => {
    await new Promise((resolve) => setTimeout(resolve, 1))
    log.push(`${name} ${what}`)
    if (what !== 'abort' && fail[what] !== undefined) throw fail[what]
  }
  const writer: SinkWriter<unknown> = {
    write: () => step('write'),
    commit: () => step('commit'),
    abort: () => step('abort'),
  }
  return { description: name, open: () => step('open').then(() => writer) }
}

describe('sinks', () => {
  const intoSinks = (...sinks: readonly Sink<unknown>[]) =>
    batchRunner({ progress: 'never', bundleSize: 2 }).run((root) => {
      const all = root.pipe(create('Orders', orders, { timestamp }))
      for (const [i, sink] of sinks.entries()) all.pipe(write(`Out${i}`, sink))
      return {}
    })

  it('are opened before anything is read, awaited for each bundle, and committed at the end', async () => {
    const log: string[] = []
    await intoSinks(noting(log))
    expect(log).toEqual(['sink open', 'sink write', 'sink write', 'sink commit'])
  })

  it('are all taken back when one of them fails to write', async () => {
    const log: string[] = []
    await expect(intoSinks(noting(log, {}, 'a'), noting(log, { write: new Error('full') }, 'b'))).rejects.toMatchObject(
      {
        code: 'SINK_FAILED',
        step: 'Out1',
      },
    )
    expect(log.filter((entry) => /commit|abort/.test(entry))).toEqual(['a abort', 'b abort'])
  })

  it('are taken back when another cannot be opened', async () => {
    const log: string[] = []
    await expect(intoSinks(noting(log, {}, 'a'), noting(log, { open: new Error('no') }, 'b'))).rejects.toThrow(
      /b.*while opening: no/,
    )
    expect(log).toEqual(['a open', 'b open', 'a abort'])
  })

  it('that have not published are taken back when one fails to', async () => {
    const log: string[] = []
    await expect(intoSinks(noting(log, { commit: new Error('no') }, 'a'), noting(log, {}, 'b'))).rejects.toThrow(
      /a.*while committing: no/,
    )
    expect(log.filter((entry) => /commit|abort/.test(entry))).toEqual(['a commit', 'a abort', 'b abort'])
  })

  it('leave no file when user code throws in the middle', async () => {
    const folder = scratch()
    const broken = map((order: Order) => {
      if (order.at > 2000) throw new Error('boom')
      return order.amount
    })
    const failing = batchRunner({ progress: 'never', bundleSize: 1 }).run((root) => {
      const all = root.pipe(create('Orders', orders, { timestamp }))
      all.pipe(writeNdjson('Raw', join(folder, 'raw.ndjson')))
      all.pipe(broken, writeNdjson('Out', join(folder, 'out.ndjson')))
      return {}
    })
    await expect(failing).rejects.toMatchObject({ code: 'USER_CODE' })
    expect(readdirSync(folder)).toEqual([])
  })

  it('leave what stood there before when the source turns out to be broken', async () => {
    const folder = scratch({ 'out.ndjson': 'before\n', 'a.ndjson.gz': 'no gzip' })
    const failing = runner.run((root) => {
      root
        .pipe(readNdjson<Order>('Orders', join(folder, 'a.ndjson.gz'), { timestamp, timestampRange: 'off' }))
        .pipe(writeNdjson('Out', join(folder, 'out.ndjson')))
      return {}
    })
    await expect(failing).rejects.toMatchObject({ code: 'GZIP_CORRUPT' })
    expect(readdirSync(folder).toSorted()).toEqual(['a.ndjson.gz', 'out.ndjson'])
    expect(readFileSync(join(folder, 'out.ndjson'), 'utf8')).toBe('before\n')
  })
})
