/**
 * Side inputs in the batch runner: what is seen of them, and in which order sources are read so that history need not wait.
 */
import {
  asIterable,
  asMap,
  asSingleton,
  create,
  fixedWindows,
  map,
  milliseconds,
  minutes,
  windowInto,
  type KV,
  type Root,
} from '@tidemark/core'
import { readMemory } from '@tidemark/io/memory'
import { batchRunner } from '@tidemark/runners/batch'
import { describe, expect, it } from 'vitest'
import { orders, timestamp, type Order } from './revenue.ts'

const runner = batchRunner({ progress: 'never', bundleSize: 1 })
const eventTimeOrder = { disorder: milliseconds(0) }

/** Reads orders as `name`, and notes each one as it is read. */
function noted(
  root: Root,
  name: string,
  log: string[],
  options: Partial<{ eventTimeOrder: typeof eventTimeOrder }> = {},
) {
  return root.pipe(
    readMemory(name, orders, { timestamp, ...options }),
    map((order: Order) => {
      log.push(`${name} ${order.at / 1000}`)
      return order
    }),
  )
}

describe('side inputs in history', () => {
  it('are seen whole, whatever is read first', async () => {
    const { outputs } = await runner.run((root) => {
      const rates = root.pipe(
        create<KV<string, number>>('Rates', [
          ['eu', 2],
          ['us', 3],
        ]),
        asMap('ByRegion'),
      )
      const total = root.pipe(
        readMemory('Sales', orders, { timestamp }),
        map(({ amount }) => amount),
        asIterable('Amounts'),
      )
      const priced = root.pipe(
        readMemory('Orders', orders, { timestamp }),
        map(({ region, amount }, side) => [amount * side.rates.get(region)!, side.total.length], {
          side: { rates, total },
        }),
      )
      return { priced }
    })
    expect(outputs.priced.map(({ value }) => value)).toEqual([
      [20, 3],
      [15, 3],
      [14, 3],
    ])
  })

  // Mutation: packages/runners/src/batch/batch-run.ts: `this.#first.find(({ done }) => !done)` → `this.#first.find(() => false)`
  it('are read first where nothing is promised, those that others are made with before them', async () => {
    const log: string[] = []
    await runner.run((root) => {
      const main = noted(root, 'Orders', log)
      const rates = noted(root, 'Rates', log)
      const first = noted(root, 'First', log)
      const corrections = first.pipe(asIterable('Corrections'))
      const corrected = rates.pipe(
        map((order, { corrections: list }) => [order, list.length], { side: { corrections } }),
        asIterable('Corrected'),
      )
      return { out: main.pipe(map((order, { corrected: list }) => [order, list.length], { side: { corrected } })) }
    })
    expect(log).toEqual(['First', 'Rates', 'Orders'].flatMap((name) => orders.map(({ at }) => `${name} ${at / 1000}`)))
  })

  it('are read first also when only they promise an order, and not when the step reads them too', async () => {
    const log: string[] = []
    await runner.run((root) => {
      const main = noted(root, 'Orders', log)
      const rates = noted(root, 'Rates', log, { eventTimeOrder }).pipe(asIterable('All'))
      return { out: main.pipe(map((order, { rates: list }) => [order, list.length], { side: { rates } })) }
    })
    expect(log.slice(0, 3)).toEqual(['Rates 1', 'Rates 2', 'Rates 61'])
    log.length = 0
    await runner.run((root) => {
      const main = noted(root, 'Orders', log)
      const both = noted(root, 'Both', log)
      const all = both.pipe(asIterable('All'))
      return { both, out: main.pipe(map((order, { all: list }) => [order, list.length], { side: { all } })) }
    })
    expect(log.slice(0, 3)).toEqual(['Orders 1', 'Orders 2', 'Orders 61'])
  })

  // Mutation: packages/runners/src/batch/reading-order.ts: `&& (!inOrder || ` → `&& (true || `
  it('go through time with what reads them where all sources promise an order', async () => {
    const log: string[] = []
    const { outputs } = await runner.run((root) => {
      const perMinute = windowInto<Order>(fixedWindows(minutes(1)))
      const rates = noted(root, 'Rates', log, { eventTimeOrder }).pipe(perMinute, asIterable('PerMinute'))
      const limit = root.pipe(create('Limit', [7]), asSingleton('TheLimit'))
      const main = noted(root, 'Orders', log, { eventTimeOrder }).pipe(perMinute)
      return {
        out: main.pipe(map(({ at }, side) => [at / 1000, side.rates.length, side.limit], { side: { rates, limit } })),
      }
    })
    expect(log.indexOf('Orders 1')).toBeLessThan(log.indexOf('Rates 61'))
    expect(outputs.out.map(({ value }) => value)).toEqual([
      [1, 2, 7],
      [2, 2, 7],
      [61, 1, 7],
    ])
  })
})
