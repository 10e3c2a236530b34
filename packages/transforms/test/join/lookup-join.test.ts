/**
 * lookupJoin: each element with what is found for its key, in both runners and by what elements mean.
 */
import {
  afterCount,
  afterWatermark,
  combinePerKey,
  fixedWindows,
  milliseconds,
  minutes,
  windowInto,
  type KV,
  type PCollection,
  type Root,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { readMemory } from '@tidemark/io/memory'
import { batchRunner } from '@tidemark/runners/batch'
import { streamingRunner } from '@tidemark/runners/streaming'
import { assertSameAnswer, assertSameAnswerAsync, evaluateAsync, timestamped } from '@tidemark/runners/testing'
import { lookupJoin, sum, type Found, type LookupJoinOptions } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'

interface Customer {
  readonly name: string
}

type Order = KV<string, number>

const CUSTOMERS: Readonly<Record<string, Customer>> = { a: { name: 'Ada' }, b: { name: 'Bo' } }
const orders: readonly Order[] = [
  ['a', 1],
  ['x', 2],
  ['b', 3],
  ['a', 4],
  ['x', 5],
  ['a', 6],
]

/** A service of customers that counts what it is asked. */
function service(): { readonly asked: string[]; readonly find: (id: string) => Promise<Found<Customer>> } {
  const asked: string[] = []
  return {
    asked,
    async find(id) {
      asked.push(id)
      await new Promise((resolve) => setImmediate(resolve))
      return CUSTOMERS[id]
    },
  }
}

function read(root: Root): PCollection<Order> {
  return root.pipe(readMemory('Orders', orders, { timestamp: ([, n]) => n }))
}

async function joined<J extends 'left' | 'inner' = 'left'>(
  find: (id: string) => Promise<Found<Customer>>,
  options: LookupJoinOptions<string, number, J> = {},
) {
  const { outputs } = await batchRunner({ progress: 'never' }).run((root) => ({
    joined: read(root).pipe(lookupJoin('Customers', find, options)),
  }))
  return outputs.joined.map(({ value }) => value)
}

const ALL = [
  ['a', { left: 1, right: { name: 'Ada' } }],
  ['x', { left: 2, right: null }],
  ['b', { left: 3, right: { name: 'Bo' } }],
  ['a', { left: 4, right: { name: 'Ada' } }],
  ['x', { left: 5, right: null }],
  ['a', { left: 6, right: { name: 'Ada' } }],
] as const

describe('lookupJoin', () => {
  // Mutation: packages/transforms/src/join/lookup-join.ts: `filter(([, { right }]) => right !== null)` → `filter(() => true)`
  it('puts what is found beside each element; what is not found is null, or leaves the element out', async () => {
    expect(await joined(service().find)).toEqual(ALL)
    expect(await joined(service().find, { type: 'inner' })).toEqual(ALL.filter(([key]) => key !== 'x'))
  })

  it('takes null for nothing, as a database says it', async () => {
    expect(await joined(() => Promise.resolve(null), { type: 'inner' })).toEqual([])
  })

  // Mutation: packages/transforms/src/join/lookup-join.ts: `...(cache !== 'off' && { cache: cacheOf<K, L>(subject, cache) }),` → ``
  it('asks once for a key while what was found serves, and each element has its own left side', async () => {
    const { asked, find } = service()
    expect(await joined(find)).toEqual(ALL)
    expect(asked).toEqual(['a', 'x', 'b'])
  })

  it('asks again when its time is over, or for each element without a cache', async () => {
    const short = service()
    await joined(short.find, { cache: { expiresAfter: milliseconds(4) } })
    expect(short.asked).toEqual(['a', 'x', 'b', 'a'])
    const none = service()
    await joined(none.find, { cache: 'off' })
    expect(none.asked).toEqual(['a', 'x', 'b', 'a', 'x', 'a'])
  })

  it('checks the shape of what was found, once for each element, and does not ask again for what has the wrong one', async () => {
    const asked: string[] = []
    const { outputs, ledger } = await batchRunner({ progress: 'never' }).run((root) => ({
      joined: read(root).pipe(
        lookupJoin(
          'Customers',
          (id): Promise<unknown> => {
            asked.push(id)
            return Promise.resolve(id === 'b' ? { nam: 'Bo' } : CUSTOMERS[id])
          },
          {
            type: 'inner',
            onError: 'dead-letter',
            parse(answer, key) {
              const { name } = answer as Partial<Customer>
              if (typeof name !== 'string') throw new TypeError(`${key} has no name`)
              return { name }
            },
          },
        ),
      ),
    }))
    expect(outputs.joined.map(({ value: [, { left, right }] }) => `${left} ${right.name}`)).toEqual([
      '1 Ada',
      '4 Ada',
      '6 Ada',
    ])
    expect(ledger.map(({ step, element, detail }) => [step, element, detail])).toEqual([
      ['Customers/Lookup', ['b', 3], 'parse threw: b has no name'],
    ])
    expect(asked).toEqual(['a', 'x', 'b'])
  })

  it('fails the run where a look-up fails, or makes dead letters of all elements that waited for it', async () => {
    const down = (id: string): Promise<Found<Customer>> =>
      id === 'a' ? Promise.reject(new Error('down')) : Promise.resolve(CUSTOMERS[id])
    await expect(joined(down, { retry: 'off' })).rejects.toThrow(/step "Customers\/Lookup".*down/)
    expect(await joined(down, { retry: 'off', onError: 'dead-letter' })).toEqual(ALL.filter(([key]) => key !== 'a'))
  })

  it('gives the same in a live job', async () => {
    const job = streamingRunner({ maxFuture: 'off' }).run((root) => ({
      joined: read(root).pipe(lookupJoin('Customers', service().find)),
    }))
    const values: unknown[] = []
    job.outputs.joined.subscribe(({ value }) => values.push(value))
    await job.done
    expect(values).toEqual(ALL)
  })

  it('settles the same whenever look-ups end, over panes and over changes, where it is pure', async () => {
    for (const mode of ['accumulating', 'retracting'] as const) {
      const pipeline = (find: (id: string) => Found<Customer> | Promise<Found<Customer>>) => ({
        name: 'Joined',
        expand: (input: PCollection<Order>) =>
          input.pipe(
            windowInto<Order>(fixedWindows(milliseconds(3)), {
              trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }),
              accumulationMode: mode,
              allowedLateness: milliseconds(2),
            }),
            combinePerKey('Sum', sum()),
            lookupJoin('Customers', find, { pure: true, type: 'inner' }),
          ),
      })
      const elements = orders.map((order) => timestamped(order, order[1]))
      assertSameAnswer(
        pipeline((id) => CUSTOMERS[id]),
        elements,
      )
      await assertSameAnswerAsync(pipeline(service().find), elements, { runs: 20 })
    }
  })

  it('means the answer for each element, cache or none', async () => {
    const meant = await evaluateAsync(
      (root) => ({ joined: read(root).pipe(lookupJoin('Customers', service().find)) }),
      {
        Orders: orders,
      },
    )
    expect(meant.rows.joined.map(({ value }) => value)).toEqual(ALL)
  })

  it('says that it drifts, unless it is pure', () => {
    const driftOf = (options: LookupJoinOptions<string, number, 'left'>) => {
      const graph = buildGraph((root) => ({ out: read(root).pipe(lookupJoin('Customers', service().find, options)) }))
      return graph.steps.at(-1)!.drift
    }
    expect(driftOf({})).toEqual({ safe: false, reasons: [{ step: 'Customers/Lookup', reason: 'impure-lookup' }] })
    expect(driftOf({ pure: true }).safe).toBe(true)
  })

  it('refuses options that say nothing to it', () => {
    const refused = [
      { type: 'full' },
      { cahce: 'off' },
      { cache: { key: () => 1 } },
      { cache: { expiresAfter: minutes(0) } },
      { parse: 3 },
    ] as unknown as LookupJoinOptions<string, number, 'left'>[]
    for (const options of refused)
      expect(() => lookupJoin('Customers', service().find, options)).toThrow(
        /lookupJoin\("Customers"\)|mapAsync\("Lookup"\)/,
      )
    expect(() => lookupJoin('Customers', undefined as never)).toThrow(/The lookup of lookupJoin\("Customers"\)/)
  })
})
