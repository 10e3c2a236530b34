/**
 * schema: rows told from what is none, and fields named or refused.
 */
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { formatExpression, schema } from '../../src/field/index.ts'
import type { StandardSchema } from '../../src/index.ts'
import { order, plain } from './sample-order.ts'

const coded = (code: string, message: RegExp | string): object =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as object
const loose = schema as (...args: unknown[]) => { readonly fields: Record<string, unknown> }

describe('a schema in short form', () => {
  it('takes rows as they are, and lets other fields be', () => {
    const row = { ...plain, extra: 1 }
    expect(order.parse(row)).toBe(row)
    expect(order.parse({ ...plain, note: null, isPaid: undefined }).note).toBeNull()
  })

  // Mutation: packages/core/src/field/row-check.ts: `[...path, index]` → `path`
  it('says all that is wrong with a value, and where', () => {
    const row = {
      ...plain,
      amount: 2 ** 53,
      weight: NaN,
      cents: 1,
      placedAt: 0.5,
      price: '1e3',
      isGift: 0,
      tags: ['a', 1],
      buyer: {},
    }
    expect(() => order.parse(row)).toThrow(
      coded(
        'BAD_ROW',
        [
          'no row of "Order": amount: expected a safe integer, got 9007199254740992; weight: expected a finite number, got NaN; ',
          'isGift: expected true or false, got 0; cents: expected a bigint, got 1; placedAt: expected a timestamp .*, got 0.5; ',
          'price: expected a decimal .*, got "1e3"; tags\\[1\\]: expected a text, got 1; buyer.name: expected a text, got nothing\\.',
        ].join(''),
      ),
    )
    expect(() => order.parse([])).toThrow(coded('BAD_ROW', 'expected a record, got an array'))
    expect(() => order.parse(null)).toThrow(coded('BAD_ROW', 'expected a record, got null'))
    expect(() => order.parse({ ...plain, tags: 'a' })).toThrow(coded('BAD_ROW', 'tags: expected a list, got "a"'))
  })

  // Mutation: packages/core/src/field/row-check.ts: `Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined` → `Reflect.get(value, name)`
  it('takes no field from a prototype', () => {
    const row = Object.create({ id: 'inherited' }) as object
    expect(() => schema('Row', { id: 'text' }).parse(row)).toThrow(coded('BAD_ROW', 'id: expected a text, got nothing'))
  })

  it('is a Standard Schema', () => {
    const standard: StandardSchema<unknown, unknown> = order
    expect(standard['~standard']).toMatchObject({ version: 1, vendor: 'tidemark' })
    expect(standard['~standard'].validate({ ...plain, id: 1 })).toEqual({
      issues: [{ message: 'expected a text, got 1', path: ['id'] }],
    })
    expect(schema('Again', standard, { id: 'text' } as never).parse(plain)).toBe(plain)
  })

  it('describes itself in short form, as JSON', () => {
    const { name, fields, vendor } = order.describe()
    expect([name, vendor]).toEqual(['Order', 'tidemark'])
    expect(JSON.parse(JSON.stringify(fields))).toEqual(fields)
    expect(fields).toMatchObject({
      id: 'text',
      note: 'text?',
      tags: 'text[]',
      buyer: { name: 'text', age: 'integer?' },
    })
    expect(loose('Order', fields).fields).toHaveProperty('refund')
    expect(order).toSatisfy(Object.isFrozen)
  })

  it.each([
    ['{}', {}, 'has no fields'],
    ['a text', 'text', 'was given "text" for its fields'],
    ['an unknown type', { a: 'string' }, 'field "a" of type "string", which is none. Use one of text, integer'],
    ['a misspelled type', { a: 'interger' }, 'Did you mean "integer"'],
    ['marks in the wrong order', { a: 'text?[]' }, 'of type "text\\?\\[\\]", which is none'],
    ['a type in a record', { a: { b: 1 } }, 'field "a.b" of type 1, which is none'],
    ['null', { a: null }, 'given null for its fields of "a."'],
    ['the name of a property of every object', { constructor: 'text' }, 'field "constructor", which every object'],
  ])('is refused when it is %s', (_, form, message) => {
    expect(() => loose('Bad', form)).toThrow(coded('BAD_SCHEMA', message))
  })

  it('is refused without a name', () => {
    expect(() => loose('', { a: 'text' })).toThrow(coded('BAD_SCHEMA', 'no name'))
  })
})

describe('a field that the schema lacks', () => {
  const fields = order.fields as unknown as Record<string, unknown>

  // Mutation: packages/core/src/field/schema.ts: `throw unknownField(name, [...inside, key]` → `if (inside.length > 9) throw unknownField(name, [...inside, key]`
  it('is an error that says which fields there are, and which was probably meant', () => {
    expect(() => fields['amuont']).toThrow(
      coded('UNKNOWN_FIELD', 'schema "Order" has no field "amuont".*Did you mean "amount"\\? Its fields are id, note'),
    )
    expect(() => fields['colour']).toThrow(
      coded('UNKNOWN_FIELD', 'no field "colour", so it would be null in every row\\. Its fields are'),
    )
    const { fields: inner } = order.fields.buyer as unknown as { fields: Record<string, unknown> }
    expect(() => inner['nam']).toThrow(
      coded('UNKNOWN_FIELD', 'no field "buyer.nam".*Did you mean "name"\\? Its fields of "buyer" are name, age'),
    )
  })

  it('is none to tools that look at the record of fields', () => {
    expect('amuont' in fields).toBe(false)
    expect(Object.keys(fields)).toHaveLength(16)
    expect(JSON.stringify({ fields })).toBe('{"fields":{}}')
    expect(fields).toSatisfy(Object.isFrozen)
  })
})

describe('a schema from a Standard Schema', () => {
  const purchase = z.object({
    status: z.enum(['ok', 'failed']),
    size: z.number().nullable(),
    count: z.int().optional(),
    mixed: z.union([z.string(), z.number()]),
    place: z.object({ city: z.string().default('?') }).nullable(),
  })

  // Mutation: packages/core/src/field/described-shapes.ts: `const optional = absent || present.length < parts.length` → `const optional = absent`
  it('knows the fields of a schema that can describe itself', () => {
    const { fields, parse, describe } = schema('Purchase', purchase)
    expect(describe()).toEqual({
      name: 'Purchase',
      vendor: 'zod',
      fields: { status: 'text', size: 'number?', count: 'integer?', mixed: 'any', place: { city: 'text' } },
    })
    const row = parse({ status: 'ok', size: null, mixed: 1, place: {} })
    // The row is what the schema gives, with its defaults.
    expect(fields.place.fields.city(row)).toBe('?')
    expect(fields.place.fields.city({ ...row, place: null })).toBeNull()
    expect(formatExpression(fields.size.isNull().or(fields.status.is('failed')).expression)).toBe(
      'size is null or status is "failed"',
    )
    expect(() => parse({ status: 'no' })).toThrow(coded('BAD_ROW', 'no row of "Purchase": status: .*; size: '))
  })

  it('names the fields that are said where the schema cannot say them', () => {
    const mute: StandardSchema<unknown, { readonly at: number; readonly cents: bigint }> = {
      '~standard': {
        version: 1,
        vendor: 'hand',
        validate: (value) => ({ value: value as { at: number; cents: bigint } }),
      },
    }
    expect(() => schema('Mute', mute)).toThrow(
      coded('BAD_SCHEMA', '\\(hand\\) does not say which fields.*Give those that are used'),
    )
    expect(() => schema('Dated', z.object({ at: z.date() }))).toThrow(coded('BAD_SCHEMA', '\\(zod\\) does not say'))
    const { fields, describe } = schema('Mute', mute, { at: 'timestamp' })
    expect(fields.at.truncatedTo('day', 'UTC')({ at: 5, cents: 1n })).toBe(0)
    expect(describe().fields).toEqual({ at: 'timestamp' })
  })

  // Mutation: packages/core/src/field/comparison-node.ts: `return family === other || known === 'decimal' ? known : 'any'` → `return known`
  it('compares what may be of several types within one type only', () => {
    const { mixed } = schema('Purchase', purchase).fields
    const isMore = (mixed as unknown as { moreThan(than: unknown): (row: { mixed: unknown }) => boolean }).moreThan(3)
    expect([4, 3, '4', null].map((value) => isMore({ mixed: value }))).toEqual([true, false, false, false])
  })

  it('refuses a schema that answers later', () => {
    const later = schema('Later', z.object({ id: z.string().refine(async () => Promise.resolve(true)) }), {
      id: 'text',
    })
    expect(() => later.parse({ id: 'a' })).toThrow(
      coded('ASYNC_SCHEMA', 'The schema of schema\\("Later"\\) \\(zod\\) answers with a promise.*mapAsync'),
    )
  })
})
