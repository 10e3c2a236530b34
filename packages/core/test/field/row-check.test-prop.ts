/**
 * A short form takes the values that a schema of zod takes which says the same.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { MAX_TIMESTAMP, MIN_TIMESTAMP } from '../../src/index.ts'
import { schema } from '../../src/field/index.ts'

const short = schema('Row', {
  text: 'text',
  integer: 'integer',
  number: 'number?',
  flag: 'boolean',
  at: 'timestamp?',
  big: 'bigint?',
  decimal: 'decimal',
  list: 'integer[]',
  inner: { texts: 'text[]?' },
})
const long = z.object({
  text: z.string(),
  integer: z.int(),
  number: z.number().nullish(),
  flag: z.boolean(),
  at: z.int().min(MIN_TIMESTAMP).max(MAX_TIMESTAMP).nullish(),
  big: z.bigint().nullish(),
  decimal: z.string().regex(/^-?[0-9]+(\.[0-9]+)?$/),
  list: z.array(z.int()),
  inner: z.object({ texts: z.array(z.string()).nullish() }),
})

const odd = fc.constantFrom<unknown>(
  null,
  undefined,
  0,
  1.5,
  NaN,
  2 ** 53,
  '1',
  '-0.5',
  '1e3',
  '.5',
  1n,
  true,
  [],
  ['a'],
  [1, 1.5],
  {},
)
const good = fc.record({
  text: fc.string(),
  integer: fc.integer(),
  number: fc.double({ noNaN: true, noDefaultInfinity: true }),
  flag: fc.boolean(),
  at: fc.integer(),
  big: fc.bigInt(),
  decimal: fc.constantFrom('12.50', '0', '-3'),
  list: fc.array(fc.integer()),
  inner: fc.record({ texts: fc.constantFrom(['a'], [], null) }),
})

// Mutation: packages/core/src/field/row-check.ts: `integer: Number.isSafeInteger` → `integer: Number.isInteger`
// Mutation: packages/core/src/field/row-check.ts: `if (!Array.isArray(value)) return [expected('a list', value, path)]` → `if (!Array.isArray(value)) return []`
// Mutation: packages/core/src/field/decimal-order.ts: `^-?\d+(?:\.\d+)?$` → `^-?\d*(?:\.\d+)?$`
it('a row by the short form is a row by zod', () => {
  const broken = fc.tuple(
    good,
    fc.dictionary(fc.constantFrom(...Object.keys(short.fields)), fc.oneof(odd, fc.record({ texts: odd })), {
      maxKeys: 2,
    }),
  )
  let taken = 0
  fc.assert(
    fc.property(broken, ([row, changes]) => {
      const value = { ...row, ...changes }
      const isRow = !('issues' in short['~standard'].validate(value))
      if (isRow) taken += 1
      expect(isRow).toBe(long.safeParse(value).success)
    }),
    { seed: 20_260_401, numRuns: 2000 },
  )
  expect(taken).toBeGreaterThan(100)
})
