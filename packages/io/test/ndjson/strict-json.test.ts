/**
 * Strict NDJSON (faults B8 and B10): what JSON.parse would lose without a word is a dead letter, and money is read from its source text.
 */
import { join } from 'node:path'
import { schema } from '@tidemark/core/fields'
import { describe, expect, it } from 'vitest'
import { readNdjson, type NdjsonReadOptions } from '../../src/ndjson/read-ndjson.ts'
import type { StrictJsonOptions } from '../../src/ndjson/strict-fields.ts'
import { strictJson } from '../../src/ndjson/strict-json.ts'
import { readAll } from '../read-all.ts'
import { scratchFolder } from '../scratch-folder.ts'

const read = (lines: readonly string[], options: Partial<NdjsonReadOptions<unknown>> = { strict: true }) =>
  readAll(
    readNdjson('Values', join(scratchFolder({ 'a.ndjson': lines.join('\n') }), 'a.ndjson'), {
      timestamp: () => 0,
      ...options,
    }),
  )

/** What is said of a line, without its place in the file. */
const faults = async (lines: readonly string[], strict: boolean | StrictJsonOptions = true) =>
  (await read(lines, { strict })).rejected.map(
    ({ offset, code, detail }) => `${offset} ${code}: ${detail.replace(/ \(line \d+, byte \d+\)$/, '')}`,
  )

const value = (text: string, strict: StrictJsonOptions = {}) => strictJson('readNdjson("Values")', strict)(text)

describe('strict reading of NDJSON', () => {
  // Mutation: packages/io/src/ndjson/strict-json.ts: `members !== fieldCount(value)` → `false`
  it('B8: makes a dead letter of two members of one name, wherever they stand and whatever they say', async () => {
    expect(
      await faults([
        '{"a":1,"a":2}',
        '{"a":1}',
        '{"a":1,"a":1}',
        '[{"b":{"c":[{"d":":{}", "\\u0064" :null}]}}]',
        '{"a":{"a":{"a":"\\\\\\"a\\":"}},"b":[{"a":1},{"a":1}]}',
        '{"a":"\\\\","a\\n":"x","a\\n":0}',
        '{"__proto__":1,"__proto__":2}',
      ]),
    ).toEqual([
      '1 DUP_KEY: "a" stands twice in one object, and only one of the two values could count',
      '3 DUP_KEY: "a" stands twice in one object, and only one of the two values could count',
      '4 DUP_KEY: "d" stands twice in one object, and only one of the two values could count',
      '6 DUP_KEY: "a\\n" stands twice in one object, and only one of the two values could count',
      '7 DUP_KEY: "__proto__" stands twice in one object, and only one of the two values could count',
    ])
  })

  it('reads names that begin with an escape as they are written, whatever was read before', () => {
    const strict = strictJson('readNdjson("Values")', true)
    expect(
      ['\\\\', '\\"', '\\n', '\\u0062'].map((name) => Object.keys(strict(`{"a":1,"${name}":2}`) as object)),
    ).toEqual([
      ['a', '\\'],
      ['a', '"'],
      ['a', '\n'],
      ['a', 'b'],
    ])
    expect(() => strict('{"a":1,"\\n":2,"\\u000a":3}')).toThrow(expect.objectContaining({ code: 'DUP_KEY' }))
  })

  // Mutation: packages/io/src/ndjson/json-number.ts: `BigInt(text) === BigInt(number)` → `true`
  it('B10: makes a dead letter of a number that would become another one, and says where', async () => {
    expect(
      await faults([
        '{"id":9007199254740993}',
        '{"id":9007199254740991,"ratio":0.1,"sum":1e21,"zero":0e999}',
        '{"lines":[{"price":1},{"price":12345678901234.567890}]}',
        '1e400',
        '[-1e-400]',
        '{"x":0.30000000000000004,"y":-0.0,"z":100000000000000000000}',
        '{"x":{"y":123456789012345680000}}',
      ]),
    ).toEqual([
      '1 PRECISION: the number 9007199254740993 at id would be read as 9007199254740992',
      '3 PRECISION: the number 12345678901234.567890 at lines[].price would be read as 12345678901234.568',
      '4 PRECISION: the number 1e400 would be read as Infinity',
      '5 PRECISION: the number -1e-400 at [] would be read as 0',
      '7 PRECISION: the number 123456789012345680000 at x.y would be read as 123456789012345680000',
    ])
  })

  it('is asked for: JSON.parse takes the last of two members and the nearest of all numbers', async () => {
    const { elements, rejected } = await read(['{"a":1,"a":2}', '9007199254740993', '1e400'], {})
    expect(elements).toEqual([{ a: 2 }, 9007199254740992, Infinity])
    expect(rejected).toEqual([])
  })

  // Mutation: packages/io/src/ndjson/strict-json.ts: `[options.decimals, decimalText],` → ``
  it('reads decimals as they stand in the source, small ones too', () => {
    const strict = { decimals: ['price', 'lines[].price', 'total.tax'] }
    expect(value('{"price":12.50,"lines":[{"price":0},{"price":7}],"total":{"tax":0.10}}', strict)).toEqual({
      price: '12.50',
      lines: [{ price: '0' }, { price: '7' }],
      total: { tax: '0.10' },
    })
    expect(value('{"price":12345678901234567890.123456789012345678}', strict)).toEqual({
      price: '12345678901234567890.123456789012345678',
    })
  })

  it.each([
    ['1e2', '100'],
    ['-1.50e1', '-15.0'],
    ['1.25e-3', '0.00125'],
    ['12.5E+0', '12.5'],
    ['0e5', '0'],
    ['120e-1', '12.0'],
    ['-0.001e1', '-0.01'],
  ])('writes the decimal %s without its exponent: %s', (text, decimal) => {
    expect(value(`[${text}]`, { decimals: ['[]'] })).toEqual([decimal])
  })

  it('refuses a decimal whose exponent stands for more digits than any amount has', async () => {
    expect(await faults(['{"price":1e1001}', '{"price":1e-1001}'], { decimals: ['price'] })).toEqual([
      '1 PRECISION: the number 1e1001 at price is no size that a decimal has',
      '2 PRECISION: the number 1e-1001 at price is no size that a decimal has',
    ])
  })

  // Mutation: packages/io/src/ndjson/strict-json.ts: `[options.bigints, wholeBigInt],` → ``
  it('reads whole numbers of any size as bigints where asked, always, so that a field has one type', async () => {
    const strict = { bigints: ['id'] }
    expect(value('{"id":9223372036854775807,"n":1}', strict)).toEqual({ id: 9223372036854775807n, n: 1 })
    expect(value('{"id":-3}', strict)).toEqual({ id: -3n })
    expect(await faults(['{"id":1.0}', '{"id":1e3}', `{"id":${'9'.repeat(1001)}}`], strict)).toEqual([
      '1 NOT_WHOLE: the number 1.0 at id should be a whole one',
      '2 NOT_WHOLE: the number 1e3 at id should be a whole one',
      `3 PRECISION: the number ${'9'.repeat(40)}… at id has 1001 digits, more than 1000`,
    ])
  })

  // Mutation: packages/io/src/ndjson/json-number.ts: `!Number.isInteger(number)` → `false`
  it('takes for an integer what is whole by value and counted exactly', async () => {
    const strict = { integers: ['amount'] }
    expect(value('{"amount":100.0}', strict)).toEqual({ amount: 100 })
    expect(
      await faults(['{"amount":0.5}', '{"amount":9007199254740992}', '{"amount":9007199254740993}'], strict),
    ).toEqual([
      '1 NOT_WHOLE: the number 0.5 at amount should be a whole one',
      '2 PRECISION: the number 9007199254740992 at amount is beyond what a number counts exactly (2^53 - 1)',
      '3 PRECISION: the number 9007199254740993 at amount would be read as 9007199254740992',
    ])
  })

  it('leaves texts, null and what is missing as they are: those are for a schema to judge', () => {
    const strict = { integers: ['a'], bigints: ['b'], decimals: ['c'] }
    expect(value('{"a":"1.5","b":null,"c":"12.50","d":{"c":1.50}}', strict)).toEqual({
      a: '1.5',
      b: null,
      c: '12.50',
      d: { c: 1.5 },
    })
  })

  // Mutation: packages/io/src/ndjson/strict-fields.ts: `ofTypes('integer', 'timestamp')` → `[]`
  it('reads what a schema asks for by its types, which then takes it', async () => {
    const order = schema('Order', {
      id: 'bigint',
      at: 'timestamp',
      total: { price: 'decimal', cents: 'integer?' },
      parts: 'decimal[]',
      rate: 'number',
    })
    const { elements, rejected } = await read(
      [
        '{"id":1,"at":1750000000000,"total":{"price":12.50,"cents":1250},"parts":[0.10,1e2],"rate":0.5}',
        '{"id":2,"at":1750000000000.5,"total":{"price":1},"parts":[],"rate":1}',
        '{"id":2,"at":0,"total":{"price":1,"cents":0.5},"parts":[],"rate":1}',
        '{"id":"2","at":0,"total":{"price":1},"parts":[],"rate":1}',
      ],
      { strict: order, parse: order.parse },
    )
    expect(elements).toEqual([
      { id: 1n, at: 1750000000000, total: { price: '12.50', cents: 1250 }, parts: ['0.10', '100'], rate: 0.5 },
    ])
    expect(rejected.map(({ offset, code }) => `${offset} ${code}`)).toEqual(['2 NOT_WHOLE', '3 NOT_WHOLE', '4 BAD_ROW'])
  })

  it('rejects what plain reading rejects, with the same words, and hidden depths with a name', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    expect(
      (await faults(['{"a":1', '["\\ud800"]', deep, `{"a":${deep},"a":1}`])).map((fault) => fault.slice(0, 13)),
    ).toEqual(['1 BAD_JSON: a', '2 BAD_UNICODE', '3 TOO_DEEP: t', '4 DUP_KEY: "a'])
  })

  it('keeps fields of forbidden names as plain data', () => {
    const record = value('{"__proto__":{"polluted":1.0},"constructor":2.00,"n":1e0}', {
      decimals: ['constructor'],
    }) as Record<string, unknown>
    expect(Object.keys(record)).toEqual(['__proto__', 'constructor', 'n'])
    expect(Object.getPrototypeOf(record)).toBe(Object.prototype)
    expect(record['constructor']).toBe('2.00')
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('hands what it read to parse', async () => {
    const { elements } = await read(['{"price":1.10}'], {
      strict: { decimals: ['price'] },
      parse: (line) => (line as { readonly price: string }).price,
    })
    expect(elements).toEqual(['1.10'])
  })

  it('refuses options that say nothing to it', () => {
    const build = (options: Partial<NdjsonReadOptions<unknown>>) => () =>
      readNdjson('Values', 'a.ndjson', { timestamp: () => 0, ...options })
    expect(build({ strict: true, parser: JSON.parse })).toThrow(/has a parser and strict/)
    expect(build({ strict: { integers: ['a'], bigints: ['a'] } })).toThrow(
      /The field "a" in strict of readNdjson\("Values"\) is named twice/,
    )
    expect(build({ strict: { decimals: [''] } })).toThrow(/The field "" .* is no name of a field/)
    expect(build({ strict: { decimal: ['a'] } as StrictJsonOptions })).toThrow(/Did you mean "decimals"\?/)
    expect(build({ strict: 'yes' as unknown as true })).toThrow(/was given "yes" where its options belong/)
  })
})
