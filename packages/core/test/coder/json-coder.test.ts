/**
 * The JSON coder: readable bytes that keep the laws of coders.
 */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonCoder } from '../../src/coder/json-coder.ts'
import { checkCoderLaws } from '../../src/testing/coder-laws.ts'

const coder = jsonCoder<unknown>()
const textOf = (value: unknown): string => new TextDecoder().decode(coder.encode(value))
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('JSON', () => {
  it('has its fields in code unit order and no spaces', () => {
    expect(textOf({ b: 1, a: [true, null, 'é"\n'], 10: {}, 9: [] })).toBe(
      '{"10":{},"9":[],"a":[true,null,"é\\"\\n"],"b":1}',
    )
  })

  it('keeps -0', () => {
    expect(textOf([-0])).toBe('[-0]')
    expect(coder.decode(coder.encode([-0]))).toEqual([-0])
  })

  it('is lawful for any value that JSON can carry', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 4 }), (values) => {
        expect(checkCoderLaws(coder, values)).toEqual([])
      }),
    )
  })

  it('keeps a field named __proto__ a field', () => {
    const back = coder.decode(bytesOf('{"__proto__":1}')) as object
    expect(Object.hasOwn(back, '__proto__')).toBe(true)
    expect(textOf(back)).toBe('{"__proto__":1}')
  })

  it.each([
    ['JSON_NUMBER', { a: Number.NaN }, 'NaN at .a.'],
    ['JSON_NUMBER', [Infinity], 'Infinity at [0].'],
    ['JSON_BIGINT', 1n, 'the bigint 1'],
    ['JSON_BYTES', Uint8Array.of(1), 'bytes'],
    ['VALUE_UNDEFINED', { a: undefined }, 'at .a.'],
    ['LONE_SURROGATE', ['\ud800'], 'at [0].'],
    ['CLASS_INSTANCE', new Date(0), 'date.getTime()'],
    ['SPARSE_ARRAY', Object.assign([], { 1: 1 }), 'at [0].'],
  ])('refuses what would not come back: %s', (code, value, text) => {
    expect(() => coder.encode(value)).toThrow(expect.objectContaining({ code }))
    expect(() => coder.encode(value)).toThrow(text)
  })

  it('refuses bytes that are not JSON in UTF-8', () => {
    for (const bytes of [bytesOf('{"a":'), Uint8Array.of(0x22, 0xff, 0x22), new Uint8Array(0)]) {
      expect(() => coder.decode(bytes)).toThrow(expect.objectContaining({ code: 'BAD_BYTES' }))
    }
  })
})
