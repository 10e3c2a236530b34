/**
 * Event time in the batch runner: when windows close, and in which order sources and splits are read.
 */
import { map, milliseconds, monotonousTimestamps, read, write, type PullSource, type Sink } from '@tidemark/core'
import { memorySource, readMemory } from '@tidemark/io/memory'
import { batchRunner } from '@tidemark/runners/batch'
import { describe, expect, it } from 'vitest'
import { revenuePerRegion, timestamp, type Order } from './revenue.ts'

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

  it('takes no estimate of a watermark for a promise, so nothing is late', async () => {
    const source = memorySource([minute(1), minute(0), minute(2)])
    expect(await readBeforeWrites(source, { watermark: monotonousTimestamps() })).toEqual([
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
