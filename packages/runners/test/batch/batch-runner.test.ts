/**
 * The batch runner: what it gives, what it publishes, and when it refuses.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  combineGlobally,
  combinePerKey,
  composite,
  create,
  fixedWindows,
  map,
  milliseconds,
  minutes,
  parDo,
  read,
  windowInto,
  withKeys,
  write,
  type PCollection,
  type PullSource,
  type Sink,
  type SinkWriter,
  type Source,
  type WindowedValue,
} from '@tidemark/core'
import { memorySink, memorySource, readMemory } from '@tidemark/io/memory'
import { readNdjson, writeNdjson } from '@tidemark/io/ndjson'
import { batchRunner } from '@tidemark/runners/batch'
import { count, sumOf } from '@tidemark/transforms'
import { describe, expect, expectTypeOf, it, onTestFinished } from 'vitest'

interface Order {
  readonly at: number
  readonly region: string
  readonly amount: number
}

const orders: readonly Order[] = [
  { at: 1000, region: 'eu', amount: 10 },
  { at: 2000, region: 'us', amount: 5 },
  { at: 61_000, region: 'eu', amount: 7 },
]

const revenuePerRegion = composite('RevenuePerRegion', (all: PCollection<Order>) =>
  all.pipe(
    windowInto(fixedWindows(minutes(1))),
    withKeys((order) => order.region),
    combinePerKey(
      'Sum',
      sumOf((order: Order) => order.amount),
    ),
  ),
)

const timestamp = (order: Order) => order.at
const runner = batchRunner({ progress: 'never' })

function scratch(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-batch-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  return folder
}

const valuesOf = <T>(elements: readonly WindowedValue<T>[]) =>
  elements
    .map(({ value, window }) => [window.start, value] as const)
    .toSorted((a, b) => (String(a) < String(b) ? -1 : 1))

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
        .pipe(readNdjson<Order>('Orders', join(folder, 'a.ndjson'), { timestamp }), revenuePerRegion)
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
      total: root.pipe(readNdjson<Order>('Orders', file, { timestamp }), combineGlobally('Count', count())),
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
    const pipeline = (root: Parameters<Parameters<typeof runner.run>[0]>[0]) => ({
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

describe('event time', () => {
  /** Runs orders through windows of a minute and says, for each write, how many elements had been read before it. */
  async function readBeforeWrites(source: PullSource<Order>, options: Partial<Parameters<typeof read<Order>>[2]>) {
    let reads = 0
    const log: (readonly [number, number])[] = []
    const counting: PullSource<Order> = {
      ...source,
      open(split, position) {
        const reader = source.open(split, position)
        return {
          close: () => reader.close(),
          read: async (credits) => {
            const batch = await reader.read(credits)
            reads += batch.elements.length
            return batch
          },
        }
      },
    }
    const sink: Sink<unknown> = {
      description: 'noting',
      open: () => ({
        write: (elements) => elements.forEach(({ window }) => log.push([window.start / 60_000, reads])),
        commit: () => undefined,
        abort: () => undefined,
      }),
    }
    await batchRunner({ progress: 'never', bundleSize: 1 }).run((root) => {
      root.pipe(read('Orders', counting, { timestamp, ...options }), revenuePerRegion).pipe(write('Out', sink))
      return {}
    })
    return log
  }

  const minute = (n: number, second = 0): Order => ({ at: n * 60_000 + second * 1000, region: 'eu', amount: 1 })

  it('closes all windows at the end where nothing is promised', async () => {
    expect(await readBeforeWrites(memorySource([minute(0), minute(1), minute(2)]), {})).toEqual([
      [0, 3],
      [1, 3],
      [2, 3],
    ])
  })

  it('closes windows as it goes where order is promised', async () => {
    const source = memorySource([minute(0), minute(1, 29), minute(0, 59), minute(1, 30), minute(2), minute(3)])
    expect(await readBeforeWrites(source, { eventTimeOrder: { disorder: milliseconds(30_000) } })).toEqual([
      [0, 4],
      [1, 6],
      [2, 6],
      [3, 6],
    ])
  })

  it('reads splits in the order of their partitions, and closes the windows of those that are read', async () => {
    const source = memorySource({ c: [minute(2), minute(2, 1)], a: [minute(0)], b: [minute(1)] })
    const starts: Readonly<Record<string, number>> = { a: 0, b: 60_000, c: 120_000 }
    const eventTimeOrder = { disorder: milliseconds(0), partition: (split: string) => starts[split] ?? 0 }
    expect(await readBeforeWrites(source, { eventTimeOrder })).toEqual([
      [0, 1],
      [1, 2],
      [2, 4],
    ])
  })

  it('refuses partitions that begin at no time', async () => {
    const eventTimeOrder = { disorder: milliseconds(0), partition: () => Number.NaN }
    await expect(readBeforeWrites(memorySource([minute(0)]), { eventTimeOrder })).rejects.toMatchObject({
      code: 'BAD_PARTITION',
    })
  })

  it('leads several sources through time together', async () => {
    const log: number[] = []
    const note = map((order: Order) => {
      log.push(order.at)
      return order
    })
    const eventTimeOrder = { disorder: milliseconds(0) }
    await batchRunner({ progress: 'never', bundleSize: 1 }).run((root) => ({
      even: root.pipe(readMemory('Even', [minute(0), minute(2), minute(4)], { timestamp, eventTimeOrder }), note),
      odd: root.pipe(readMemory('Odd', [minute(1), minute(3)], { timestamp, eventTimeOrder }), note),
    }))
    expect(log.map((at) => at / 60_000)).toEqual([0, 1, 2, 3, 4])
  })
})

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
        .pipe(readNdjson<Order>('Orders', join(folder, 'a.ndjson.gz'), { timestamp }))
        .pipe(writeNdjson('Out', join(folder, 'out.ndjson')))
      return {}
    })
    await expect(failing).rejects.toMatchObject({ code: 'GZIP_CORRUPT' })
    expect(readdirSync(folder).toSorted()).toEqual(['a.ndjson.gz', 'out.ndjson'])
    expect(readFileSync(join(folder, 'out.ndjson'), 'utf8')).toBe('before\n')
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
      all: root.pipe(readNdjson<Order>('Orders', file, { timestamp })),
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
    const run = runner.run((root) => ({ all: root.pipe(read('Orders', failing, { timestamp })) }))
    await expect(run).rejects.toMatchObject({ code: 'SOURCE_FAILED', step: 'Orders' })
    expect(closed).toBe(1)
  })

  it('refuses options that count nothing', () => {
    expect(() => batchRunner({ bundleSize: 0 })).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }))
    expect(() => batchRunner({ ledgerLimit: -1 })).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }))
  })
})
