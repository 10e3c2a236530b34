/**
 * The batch runner: what it gives, and when it refuses.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  combineGlobally,
  create,
  map,
  parDo,
  read,
  write,
  type PullSource,
  type Root,
  type Source,
  type WindowedValue,
} from '@tidemark/core'
import { memorySink, memorySource, readMemory } from '@tidemark/io/memory'
import { readNdjson, writeNdjson } from '@tidemark/io/ndjson'
import { batchRunner } from '@tidemark/runners/batch'
import { count } from '@tidemark/transforms'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { orders, revenuePerRegion, timestamp, type Order } from './revenue.ts'
import { scratch } from './scratch.ts'

const runner = batchRunner({ progress: 'never' })

const valuesOf = <T>(elements: readonly WindowedValue<T>[]) =>
  elements
    .map(({ value, window }) => [window.start, value] as const)
    .toSorted((a, b) => (String(a) < String(b) ? -1 : 1))

describe('a batch run', () => {
  it('gives each output under its name, typed', async () => {
    const { outputs } = await runner.run((root) => {
      const all = root.pipe(create('Orders', orders, { timestamp }))
      return { revenue: all.pipe(revenuePerRegion), amounts: all.pipe(map((order) => order.amount)) }
    })
    expectTypeOf(outputs.amounts).toEqualTypeOf<readonly WindowedValue<number>[]>()
    expect(valuesOf(outputs.revenue)).toEqual([
      [0, ['eu', 10]],
      [0, ['us', 5]],
      [60_000, ['eu', 7]],
    ])
    expect(outputs.amounts.map(({ value }) => value)).toEqual([10, 5, 7])
  })

  it('reads files, writes files, and tells what it took', async () => {
    const folder = scratch({ 'a.ndjson': orders.map((order) => JSON.stringify(order)).join('\n') })
    const file = join(folder, 'out.ndjson')
    const { elapsed, counters } = await runner.run((root) => {
      root
        .pipe(
          readNdjson<Order>('Orders', join(folder, 'a.ndjson'), { timestamp, timestampRange: 'off' }),
          revenuePerRegion,
        )
        .pipe(writeNdjson('Revenue', file))
      return {}
    })
    expect(readFileSync(file, 'utf8').split('\n').slice(0, -1)).toEqual([
      '{"key":"eu","value":10,"windowStart":"1970-01-01T00:00:00.000Z","windowEnd":"1970-01-01T00:01:00.000Z"}',
      '{"key":"us","value":5,"windowStart":"1970-01-01T00:00:00.000Z","windowEnd":"1970-01-01T00:01:00.000Z"}',
      '{"key":"eu","value":7,"windowStart":"1970-01-01T00:01:00.000Z","windowEnd":"1970-01-01T00:02:00.000Z"}',
    ])
    expect(elapsed).toEqual({ milliseconds: expect.any(Number), records: 3, bytes: expect.any(Number) })
    expect(counters.find(({ step }) => step === 'Revenue')).toMatchObject({ in: 3 })
  })

  it('enters malformed and undated records in the ledger with file, line and reason', async () => {
    const file = join(scratch({ 'a.ndjson': '{"at":1}\nnonsense\n{"at":"x"}\n{"at":2}\n' }), 'a.ndjson')
    const { outputs, ledger, ledgerCounts } = await runner.run((root) => ({
      total: root.pipe(
        readNdjson<Order>('Orders', file, { timestamp, timestampRange: 'off' }),
        combineGlobally('Count', count()),
      ),
    }))
    expect(outputs.total.map(({ value }) => value)).toEqual([2])
    expect(ledger.map(({ reason, step, position, detail }) => [reason, step, position, detail?.split(':')[0]])).toEqual(
      [
        ['dead-letter', 'Orders', { split: file, offset: 2, unit: 'line' }, 'BAD_JSON'],
        ['dead-letter', 'Orders', { split: file, offset: 3, unit: 'line' }, 'BAD_TIMESTAMP'],
      ],
    )
    expect([...ledgerCounts]).toEqual([['Orders dead-letter', 2]])
  })

  it('counts all ledger entries and keeps as many as it may', async () => {
    const limited = batchRunner({ progress: 'never', ledgerLimit: 1 })
    const bad: readonly Order[] = [1, 2, 3].map((n) => ({ at: n / 2.5, region: '', amount: 0 }))
    const { ledger, ledgerCounts } = await limited.run((root) => ({
      all: root.pipe(readMemory('Orders', bad, { timestamp })),
    }))
    expect([ledger.length, ledgerCounts.get('Orders dead-letter')]).toEqual([1, 3])
  })

  it('gives settled results when asked for them', async () => {
    const pipeline = (root: Root) => ({
      revenue: root.pipe(create('Orders', orders, { timestamp }), revenuePerRegion),
    })
    const { settled } = await batchRunner({ progress: 'never', settled: true }).run(pipeline)
    expect(settled.revenue.entries.map(({ value }) => value)).toEqual([
      ['eu', 10],
      ['us', 5],
      ['eu', 7],
    ])
    const result = await runner.run(pipeline)
    expect(() => result.settled).toThrow(expect.objectContaining({ code: 'NOT_SETTLED' }))
  })

  it('gives the output of nothing for an empty source', async () => {
    const { outputs } = await runner.run((root) => ({
      none: root.pipe(readMemory<Order>('Orders', {}, { timestamp }), combineGlobally('Count', count())),
      also: root.pipe(create<Order>('None', []), combineGlobally('Zero', count())),
    }))
    expect([outputs.none, outputs.also].map((output) => output.map(({ value }) => value))).toEqual([[0], [0]])
  })
})

describe('parDo', () => {
  it('is set up before the first element and torn down after the last, also after a failure', async () => {
    const log: string[] = []
    const doFn = (fail: boolean) => ({
      setup: async () => {
        await Promise.resolve()
        log.push('setup')
      },
      process: (order: Order) => {
        log.push(`process ${order.amount}`)
        if (fail) throw new Error('boom')
        return [order.amount]
      },
      teardown: async () => {
        await Promise.resolve()
        log.push('teardown')
      },
    })
    const sink = memorySink<number>()
    const run = (fail: boolean) =>
      runner.run((root) => {
        root.pipe(create('Orders', orders.slice(0, 1), { timestamp }), parDo(doFn(fail))).pipe(write('Out', sink))
        return {}
      })
    await run(false)
    expect(log).toEqual(['setup', 'process 10', 'teardown'])
    expect(sink.committed.map(({ value }) => value)).toEqual([10])
    await expect(run(true)).rejects.toMatchObject({ code: 'USER_CODE' })
    expect(log.slice(3)).toEqual(['setup', 'process 10', 'teardown'])
    expect(sink.committed).toHaveLength(1)
  })

  it('that cannot be torn down fails the run before anything is published', async () => {
    const sink = memorySink<number>()
    const doFn = {
      process: (order: Order) => [order.amount],
      teardown: () => {
        throw new Error('stuck')
      },
    }
    const failing = runner.run((root) => {
      root.pipe(create('Orders', orders, { timestamp }), parDo(doFn)).pipe(write('Out', sink))
      return {}
    })
    await expect(failing).rejects.toThrow(/stuck/)
    expect(sink.committed).toEqual([])
  })
})

describe('the flood breaker', () => {
  const lines = (total: number, bad: number) =>
    Array.from({ length: total }, (_, i) => (i < total - bad ? `{"at":${i}}` : 'x')).join('\n')
  const run = (content: string, options: Parameters<typeof batchRunner>[0] = {}) => {
    const file = join(scratch({ 'a.ndjson': content }), 'a.ndjson')
    return batchRunner({ progress: 'never', ...options }).run((root) => ({
      all: root.pipe(readNdjson<Order>('Orders', file, { timestamp, timestampRange: 'off' })),
    }))
  }

  it('ends a run of which more than one record in twenty is malformed, and says where it began', async () => {
    await expect(run(lines(1000, 51))).rejects.toMatchObject({ code: 'DLQ_FLOOD', step: 'Orders' })
    await expect(run(lines(1000, 51))).rejects.toThrow(/51 dead letters among 1000 records.*line 950/s)
  })

  it('lets up to one in twenty pass, and any share of a few', async () => {
    expect((await run(lines(1000, 50))).ledger).toHaveLength(50)
    expect((await run(lines(999, 999))).ledger).toHaveLength(999)
  })

  it('can be set and switched off', async () => {
    expect((await run(lines(1000, 900), { deadLetters: 'off' })).ledger).toHaveLength(900)
    await expect(run(lines(10, 2), { deadLetters: { share: 0.1, atLeast: 10 } })).rejects.toMatchObject({
      code: 'DLQ_FLOOD',
    })
  })
})

describe('a run that cannot be', () => {
  it('names the source that delivers by itself, and the runner for it', async () => {
    const push: Source<Order> = {
      mode: 'push',
      description: 'clicks',
      bounded: false,
      unit: 'element',
      overflow: 'fail',
      limit: 1,
      connect: () => () => undefined,
    }
    const failing = runner.run((root) => ({ all: root.pipe(read('Clicks', push, { timestamp })) }))
    await expect(failing).rejects.toMatchObject({ code: 'NOT_BOUNDED', step: 'Clicks' })
    await expect(failing).rejects.toThrow(/streamingRunner/)
  })

  it('ends at the signal and publishes nothing', async () => {
    const folder = scratch()
    const abort = new AbortController()
    let reads = 0
    const endless: PullSource<Order> = {
      ...memorySource(orders),
      open: () => ({
        read: () => {
          if (++reads === 100) setTimeout(() => abort.abort('enough'), 0)
          return { elements: orders, offsets: [0, 1, 2], rejected: [], position: 0, bytes: 0, done: false }
        },
        close: () => undefined,
      }),
    }
    const failing = batchRunner({ progress: 'never', signal: abort.signal }).run((root) => {
      root
        .pipe(read('Orders', endless, { timestamp }), combineGlobally('Count', count()))
        .pipe(writeNdjson('Out', join(folder, 'out.ndjson')))
      return {}
    })
    await expect(failing).rejects.toMatchObject({ code: 'ABORTED', cause: 'enough' })
    expect(readdirSync(folder)).toEqual([])
  })

  it('ends before it begins when the signal was given already', async () => {
    const file = join(scratch(), 'out.ndjson')
    const failing = batchRunner({ progress: 'never', signal: AbortSignal.abort() }).run((root) => {
      root.pipe(create('Orders', orders, { timestamp }), writeNdjson('Out', file))
      return {}
    })
    await expect(failing).rejects.toMatchObject({ code: 'ABORTED' })
    expect(existsSync(file)).toBe(false)
  })

  it('names the step of a source that fails, and lets go of its reader', async () => {
    let closed = 0
    const failing: PullSource<Order> = {
      ...memorySource(orders),
      open: () => ({
        read: () => Promise.reject(new Error('gone')),
        close: () => {
          closed++
        },
      }),
    }
    const once = batchRunner({ progress: 'never', retry: 'off' })
    const run = once.run((root) => ({ all: root.pipe(read('Orders', failing, { timestamp })) }))
    await expect(run).rejects.toMatchObject({ code: 'SOURCE_FAILED', step: 'Orders' })
    expect(closed).toBe(1)
  })

  it('refuses options that count nothing', () => {
    expect(() => batchRunner({ bundleSize: 0 })).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }))
    expect(() => batchRunner({ ledgerLimit: -1 })).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }))
  })
})
