/**
 * Laws of the batch runner: how history is cut into splits, files, pieces and bundles changes nothing.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hours } from '@tidemark/core'
import { readNdjson, writeNdjson } from '@tidemark/io/ndjson'
import { batchRunner } from '@tidemark/runners/batch'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { revenuePerRegion, timestamp, type Order } from './revenue.ts'
import { scratch } from './scratch.ts'

const order = fc.record({
  at: fc.integer({ min: -120_000, max: 600_000 }),
  region: fc.constantFrom('eu', 'us', 'ü'),
  amount: fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
})

describe('a batch run', () => {
  it('gives the same settled result and the same file, byte for byte, however its input is cut', async () => {
    const folder = scratch()
    await fc.assert(
      fc.asyncProperty(
        fc.array(order, { maxLength: 40 }),
        fc.nat(40),
        fc.constantFrom(1, 3, 1000),
        fc.constantFrom(1, 10, 200, 100_000),
        fc.constantFrom(40, 100_000),
        fc.boolean(),
        async (orders, cut, bundleSize, chunkBytes, splitBytes, promise) => {
          const lines = orders.map((one) => `${JSON.stringify(one)}\n`)
          writeFileSync(join(folder, 'whole.ndjson'), lines.join(''))
          writeFileSync(join(folder, 'part-1.ndjson'), lines.slice(0, cut).join(''))
          writeFileSync(join(folder, 'part-2.ndjson'), lines.slice(cut).join(''))
          const run = async (pattern: string, options: object, bundle: number) => {
            const file = join(folder, 'out', 'result.ndjson')
            const { settled, ledger } = await batchRunner({ progress: 'never', settled: true, bundleSize: bundle }).run(
              (root) => {
                const revenue = root.pipe(
                  readNdjson<Order>('Orders', join(folder, pattern), { timestamp, timestampRange: 'off', ...options }),
                  revenuePerRegion,
                )
                revenue.pipe(writeNdjson('Out', file))
                return { revenue }
              },
            )
            expect(ledger).toEqual([])
            return [settled.revenue, readFileSync(file, 'utf8')]
          }
          const expected = await run('whole.ndjson', {}, 1000)
          // No order at all is promised by a disorder longer than the history.
          const order = promise ? { eventTimeOrder: { disorder: hours(1) } } : {}
          expect(await run('part-*.ndjson', { chunkBytes, splitBytes, ...order }, bundleSize)).toEqual(expected)
          expect(await run('whole.ndjson', { chunkBytes, splitBytes, ...order }, bundleSize)).toEqual(expected)
        },
      ),
      { numRuns: 100 },
    )
  })
})
