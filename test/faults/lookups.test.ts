/**
 * J3, J5 to J7, J10 and J14 for look-ups: keys of which nothing is known, look-ups that hang, fail or bring what is no row, and keys that are none.
 */
import { create, milliseconds, minutes, seconds, type KV, type PCollection } from '@tidemark/core'
import { batchRunner } from '@tidemark/runners/batch'
import { lookupJoin, type LookupJoinOptions } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { hasty, requireHandled } from './calls-in-history.ts'

interface Row {
  readonly name: string
}

type Lookup = (key: string) => PromiseLike<Row | null | undefined> | Row | null | undefined

const known: Lookup = (key) => (key === 'a' ? { name: 'Ann' } : undefined)

/** What comes of elements of these keys, numbered, in history. */
async function lookedUp(
  keys: readonly unknown[],
  lookup: Lookup,
  options: LookupJoinOptions<string, number, 'left' | 'inner'> & {
    readonly parse?: (answer: Row, key: string) => Row
  } = {},
) {
  const { outputs, ledger } = await batchRunner({ progress: 'never', deadLetters: 'off', env: hasty }).run((root) => ({
    out: root.pipe(
      create(
        'In',
        keys.map((key, at) => [key, at] as KV<string, number>),
        { timestamp: ([, at]) => at },
      ),
      lookupJoin('Customers', lookup, options as LookupJoinOptions<string, number, 'left'>),
    ) as PCollection<unknown>,
  }))
  return {
    values: outputs.out.map(({ value }) => value),
    ledger: ledger.map(({ reason, step, element }) => [reason, step, element]),
    details: ledger.map(({ detail }) => detail ?? ''),
  }
}

requireHandled()

const withRow = (key: string, left: number, right: Row | null = { name: 'Ann' }) => [key, { left, right }]

describe('J3: a key of which nothing is known', () => {
  // Mutation: packages/transforms/src/join/lookup-join.ts: `answer === undefined || answer === null ? null` → `answer === null ? null`
  it('J3: is null beside its element, or leaves it out, whatever the look-up says for nothing', async () => {
    for (const nothing of [null, undefined]) {
      const lookup: Lookup = (key) => Promise.resolve(known(key) ?? nothing)
      expect(await lookedUp(['a', 'b', 'a'], lookup)).toEqual({
        values: [withRow('a', 0), withRow('b', 1, null), withRow('a', 2)],
        ledger: [],
        details: [],
      })
      expect((await lookedUp(['a', 'b', 'a'], lookup, { type: 'inner' })).values).toEqual([
        withRow('a', 0),
        withRow('a', 2),
      ])
    }
  })
})

describe('J5: a look-up that hangs', () => {
  // Mutation: packages/runners/src/execution/async/open-calls.ts: `others.push(element)` → `;`
  it('J5: is ended in its time: all elements that share it are dead letters, and the next one asks anew', async () => {
    let calls = 0
    const lookup: Lookup = (key) => {
      if (key === 'a') return known(key)
      calls += 1
      return new Promise(() => undefined)
    }
    const options = { timeout: seconds(1), retry: 'off', onError: 'dead-letter' } as const
    const { values, ledger, details } = await lookedUp(['b', 'b', 'a'], lookup, options)
    expect([calls, values]).toEqual([1, [withRow('a', 2)]])
    expect(ledger).toEqual([
      ['dead-letter', 'Customers/Lookup', ['b', 0]],
      ['dead-letter', 'Customers/Lookup', ['b', 1]],
    ])
    for (const detail of details) expect(detail).toContain('no answer within 1000 ms')
    await expect(lookedUp(['b'], lookup, { ...options, onError: 'fail' })).rejects.toMatchObject({
      code: 'ASYNC_TIMEOUT',
      step: 'Customers/Lookup',
    })
  })
})

describe('J6: a look-up that fails', () => {
  it('J6: makes dead letters of its elements, or fails the run with the step', async () => {
    const lookup: Lookup = (key) => (key === 'a' ? known(key) : Promise.reject(new Error('no connection')))
    const { values, ledger, details } = await lookedUp(['b', 'a'], lookup, { onError: 'dead-letter' })
    expect([values, ledger]).toEqual([[withRow('a', 1)], [['dead-letter', 'Customers/Lookup', ['b', 0]]]])
    expect(details).toEqual(['the call failed after 4 tries: no connection'])
    await expect(lookedUp(['b'], lookup)).rejects.toMatchObject({ code: 'USER_CODE', step: 'Customers/Lookup' })
  })
})

describe('J7: a look-up that brings no row', () => {
  const parse = (answer: Row): Row => {
    if (typeof answer.name === 'string') return { name: answer.name.toUpperCase() }
    throw new Error('a row without name')
  }

  it('J7: is not asked again: parse says what is one, of what was found', async () => {
    let calls = 0
    const lookup: Lookup = (key) => {
      calls += 1
      return Promise.resolve(key === 'c' ? ({ nom: 'Carl' } as unknown as Row) : known(key))
    }
    const { values, ledger, details } = await lookedUp(['a', 'b', 'c'], lookup, { parse, onError: 'dead-letter' })
    expect([calls, values]).toEqual([3, [withRow('a', 0, { name: 'ANN' }), withRow('b', 1, null)]])
    expect(ledger).toEqual([['dead-letter', 'Customers/Lookup', ['c', 2]]])
    expect(details[0]).toContain('a row without name')
  })
})

describe('J10: keys of a look-up', () => {
  // Mutation: packages/transforms/src/join/lookup-join.ts: `key: ([key]) => key` → `key: ([key]) => key ?? undefined`
  it('J10: null is one, and elements of equal keys share one look-up', async () => {
    const asked: unknown[] = []
    const lookup: Lookup = (key) => {
      asked.push(key)
      return known('a')
    }
    const { values } = await lookedUp([null, { id: 1 }, null, { id: 1 }], lookup)
    expect([asked, values.length]).toEqual([[null, { id: 1 }], 4])
  })

  it('J10: what is no key is a dead letter, or fails the run with the step: it would be looked up for every element', async () => {
    for (const [key, code] of [
      [undefined, 'VALUE_UNDEFINED'],
      [Number.NaN, 'KEY_NAN'],
    ] as const) {
      const { values, ledger } = await lookedUp([key, 'a'], known, { onError: 'dead-letter' })
      expect([values, ledger]).toEqual([[withRow('a', 1)], [['dead-letter', 'Customers/Lookup', [key, 0]]]])
      const error = await lookedUp([key], known).catch((cause: unknown) => cause)
      expect(error).toMatchObject({ code, step: 'Customers/Lookup' })
    }
  })
})

describe('J14: a look-up whose row has no shape of its own', () => {
  it('J14: as parse throws something without text, is a dead letter all the same', async () => {
    const parse = (): never => {
      throw Object.create(null)
    }
    const { ledger, details } = await lookedUp(['a'], known, {
      parse,
      onError: 'dead-letter',
      retry: { firstDelay: milliseconds(1) },
    })
    expect(ledger).toEqual([['dead-letter', 'Customers/Lookup', ['a', 0]]])
    expect(details).toEqual(['parse threw: a value of type object without text'])
  })

  it('J14: as its cache would keep nothing, is refused when it is made', () => {
    const limited = (cache: { readonly limit?: number; readonly expiresAfter?: ReturnType<typeof minutes> }) => () =>
      lookupJoin('Customers', known, { cache })
    expect(limited({ limit: 0 })).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }))
    expect(limited({ expiresAfter: minutes(0) })).toThrow(expect.objectContaining({ code: 'BAD_DURATION' }))
  })
})
