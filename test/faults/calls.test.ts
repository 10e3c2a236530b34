/**
 * J6, J7 and J14 for calls: those that fail in every way in which a function can fail, and those that bring what nobody can use.
 */
import { minutes, PipelineError, type MapAsyncOptions } from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import { inHistory, requireHandled, type Call } from './calls-in-history.ts'

/** Something that can be waited for, by a property `then` that is given. */
function promiseLike(then: PropertyDescriptor): unknown {
  // eslint-disable-next-line unicorn/no-thenable -- to be waited for
  return Object.defineProperty({}, 'then', then)
}

requireHandled()

describe('J6: a call that fails', () => {
  const unspeakable = Object.create(null) as object
  const mute = Object.defineProperty(new Error('unseen'), 'message', {
    get: () => {
      throw new Error('no message')
    },
  })
  const failures: readonly (readonly [name: string, fn: Call, text: string])[] = [
    [
      'throws',
      () => {
        throw new Error('thrown')
      },
      'thrown',
    ],
    ['rejects', () => Promise.reject(new Error('rejected')), 'rejected'],
    [
      'rejects later',
      async () => {
        await Promise.resolve()
        throw new Error('later')
      },
      'later',
    ],
    // eslint-disable-next-line prefer-promise-reject-errors -- what is no error
    ['rejects with text', () => Promise.reject('text'), 'text'],
    // eslint-disable-next-line prefer-promise-reject-errors -- nothing
    ['rejects with nothing', () => Promise.reject(), 'undefined'],
    // eslint-disable-next-line prefer-promise-reject-errors -- what has no text
    ['rejects with what has no text', () => Promise.reject(unspeakable), 'a value of type object without text'],
    [
      'throws what has no text',
      () => {
        throw unspeakable
      },
      'a value of type object without text',
    ],
    [
      'throws an error that cannot be read',
      () => {
        throw mute
      },
      'a value of type object without text',
    ],
    [
      'gives a promise whose then throws',
      () =>
        promiseLike({
          value: () => {
            throw new Error('then')
          },
        }),
      'then',
    ],
    [
      'gives something that cannot be looked at',
      () =>
        promiseLike({
          get: () => {
            throw new Error('looked')
          },
        }),
      'looked',
    ],
    [
      'gives a promise of one that rejects',
      () => promiseLike({ value: (resolve: (value: unknown) => void) => resolve(Promise.reject(new Error('inner'))) }),
      'inner',
    ],
  ]

  // Mutation: packages/runners/src/driver/async-call.ts: `message: thrownText(cause)` → `message: String(cause)`
  it('J6: in whatever way is tried again, and then a dead letter with its text; the others go on', async () => {
    for (const [name, fn, text] of failures) {
      let calls = 0
      const counted: Call = (element, context) => {
        calls += 1
        return fn(element, context)
      }
      const { values, ledger } = await inHistory(counted, { onError: 'dead-letter', retry: { attempts: 2 } })
      expect([name, calls, values]).toEqual([name, 3, [2]])
      expect([name, ...ledger]).toEqual([name, ['dead-letter', 'Call', 1, `the call failed after 3 tries: ${text}`]])
    }
  })

  it('J6: in whatever way fails the run, with step, time, tries and cause, where no dead letters are made', async () => {
    for (const [name, fn, text] of failures) {
      const error = await inHistory(fn, { retry: { attempts: 1 } }).catch((cause: unknown) => cause)
      expect([name, error]).toEqual([name, expect.objectContaining({ code: 'USER_CODE', step: 'Call' })])
      const { message } = error as PipelineError
      expect(message).toContain('1970-01-01T00:00:00.001Z')
      expect(message).toContain(`after 2 tries: ${text}`)
    }
  })

  it('J6: and then has an answer is no failure: nothing of it is in the ledger', async () => {
    const fn: Call = (_, { attempt }) => (attempt < 3 ? Promise.reject(new Error(`try ${attempt}`)) : 'answer')
    expect(await inHistory(fn, { retry: { attempts: 2 } })).toEqual({ values: ['answer', 2], ledger: [] })
  })

  it('J6: twice over, or gives two answers, is heard once: the first counts', async () => {
    const both: Call = () =>
      promiseLike({
        value: (resolve: (value: string) => void, reject: (cause: Error) => void) => {
          resolve('first')
          reject(new Error('second'))
          resolve('third')
        },
      })
    expect(await inHistory(both, {})).toEqual({ values: ['first', 2], ledger: [] })
  })

  it('J6: with an error of the library is not tried again, as it would come again', async () => {
    let calls = 0
    const fn: Call = () => {
      calls += 1
      throw new PipelineError('BAD_CUSTOMER', 'no such customer')
    }
    await expect(inHistory(fn, {})).rejects.toMatchObject({ code: 'BAD_CUSTOMER' })
    expect(calls).toBe(1)
  })
})

describe('J7: an answer of the wrong shape', () => {
  interface Customer {
    readonly name: string
  }
  const parse = (answer: unknown): string => {
    if (typeof (answer as Partial<Customer> | null)?.name === 'string') return (answer as Customer).name
    throw new Error(`no customer: ${JSON.stringify(answer)}`)
  }

  // Mutation: packages/runners/src/execution/async/element-functions.ts: `this.result = parse === undefined ? answer : parse(answer, element)` → `this.result = answer`
  it('J7: is not asked for again, and a dead letter, or fails the run with the step', async () => {
    for (const answer of [null, undefined, 5, {}, { name: 5 }, []]) {
      let calls = 0
      const fn: Call = () => {
        calls += 1
        return Promise.resolve(answer)
      }
      const parsed = (options: MapAsyncOptions<number>) =>
        inHistory(fn, {
          ...options,
          parse: (given: unknown, element: number) => (element === 1 ? parse(given) : given),
        })
      const { values, ledger } = await parsed({ onError: 'dead-letter' })
      expect([calls, values]).toEqual([1, [2]])
      expect(ledger).toEqual([
        ['dead-letter', 'Call', 1, expect.stringContaining(`no customer: ${JSON.stringify(answer)}`)],
      ])
      await expect(parsed({})).rejects.toMatchObject({ code: 'USER_CODE', step: 'Call' })
    }
  })

  // Mutation: packages/runners/src/execution/async/element-functions.ts: `if (parse !== undefined) isSynchronous(this.result, 'parse', this.#step)` → `;`
  it('J7: as parse gives a promise, is a fault of the program: ASYNC_PROCESS, no element of which no shape is known', async () => {
    const options = { parse: (answer: unknown) => Promise.resolve(answer), onError: 'dead-letter' } as const
    await expect(inHistory(() => 1, options)).rejects.toMatchObject({ code: 'ASYNC_PROCESS', step: 'Call' })
  })
})

describe('J14: a key of a cache that cannot be told', () => {
  // Mutation: packages/runners/src/execution/async/element-functions.ts: `if (isFault || this.#payload.onError === 'fail') throw` → `if (isFault) throw`
  it('J14: fails the run with the step, or makes a dead letter of its element alone', async () => {
    const keys: readonly (readonly [key: (element: number) => unknown, text: string])[] = [
      [
        (element) => {
          if (element === 1) throw new Error('no key')
          return element
        },
        'no key',
      ],
      [(element) => (element === 1 ? Number.NaN : element), 'NaN'],
      [(element) => (element === 1 ? undefined : element), 'undefined'],
    ]
    for (const [key, text] of keys) {
      const cache = { key, expiresAfter: minutes(1) }
      const { values, ledger } = await inHistory(() => 1, { cache, onError: 'dead-letter' })
      expect(values).toEqual([2])
      expect(ledger).toEqual([['dead-letter', 'Call', 1, expect.stringContaining(text)]])
      const error = await inHistory(() => 1, { cache }).catch((cause: unknown) => cause)
      expect(error).toBeInstanceOf(PipelineError)
      expect((error as PipelineError).message).toContain('"Call"')
    }
  })
})
