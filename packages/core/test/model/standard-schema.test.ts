/**
 * parseStandard: a schema's answer, or an error that says what is wrong with the schema.
 */
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  formatIssues,
  isStandardSchema,
  parseStandard,
  requireStandardSchema,
  type StandardSchema,
} from '../../src/index.ts'

const answering = (validate: StandardSchema['~standard']['validate']): StandardSchema => ({
  '~standard': { version: 1, vendor: 'hand', validate },
})

describe('parseStandard', () => {
  it('returns the answer as it is', () => {
    expect(parseStandard('it', z.string(), 'a')).toEqual({ value: 'a' })
    expect(parseStandard('it', z.string(), 1)).toHaveProperty('issues')
  })

  // Mutation: packages/core/src/model/standard-schema.ts: `result.then(undefined, () => undefined)` → `result.then()`
  it('refuses promises, and lets none of them end the process', () => {
    const asynchronous = expect.objectContaining({ code: 'ASYNC_SCHEMA' }) as object
    expect(() =>
      parseStandard(
        'it',
        answering(async () => Promise.resolve({ value: 1 })),
        1,
      ),
    ).toThrow(asynchronous)
    expect(() =>
      parseStandard(
        'it',
        answering(async () => Promise.reject(new Error('late'))),
        1,
      ),
    ).toThrow(asynchronous)
    expect(() =>
      parseStandard(
        'it',
        z.string().refine(async () => Promise.resolve(true)),
        'a',
      ),
    ).toThrow(asynchronous)
  })

  it('says when the schema itself throws', () => {
    const broken = answering(() => {
      throw new Error('no such table')
    })
    expect(() => parseStandard('Orders', broken, 1)).toThrow(
      expect.objectContaining({
        code: 'BAD_SCHEMA',
        message: expect.stringContaining('Orders (hand) threw: no such table') as string,
      }),
    )
  })
})

describe('a Standard Schema', () => {
  it('is told from what is none', () => {
    expect([z.string(), answering(() => ({ value: 1 }))].map(isStandardSchema)).toEqual([true, true])
    const callable = Object.assign(
      () => 1,
      answering(() => ({ value: 1 })),
    )
    expect(isStandardSchema(callable)).toBe(true)
    const others = [
      null,
      undefined,
      'text',
      {},
      { '~standard': null },
      { '~standard': { version: 2, validate: () => 1 } },
      { '~standard': { version: 1 } },
    ]
    expect(others.map(isStandardSchema)).toEqual(others.map(() => false))
    expect(requireStandardSchema('it', callable)).toBe(callable)
    expect(() => requireStandardSchema('it', {} as StandardSchema)).toThrow(
      expect.objectContaining({ code: 'BAD_SCHEMA' }),
    )
  })

  it('has its issues in one line, each with its path', () => {
    expect(
      formatIssues([
        { message: 'is old', path: ['items', 0, { key: 'amount' }] },
        { message: 'is odd', path: [] },
        { message: 'is new', path: [2, Symbol('s')] },
      ]),
    ).toBe('items[0].amount: is old; is odd; [2].Symbol(s): is new')
  })
})
