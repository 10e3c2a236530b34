/**
 * Canonical bytes: their form, which is stored and must not change within a version, and what they refuse.
 */
import { Duration } from '@js-joda/core'
import { describe, expect, it } from 'vitest'
import { encodeKey, encodeValue } from '../../src/coder/canonical-bytes.ts'
import { decodeValue } from '../../src/coder/canonical-decode.ts'
import { EncodingError } from '../../src/error/pipeline-error.ts'

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
const refusalOf = (encode: () => unknown): EncodingError => {
  try {
    encode()
  } catch (error) {
    if (error instanceof EncodingError) return error
  }
  throw new Error('nothing was refused')
}

describe('canonical bytes, version 1', () => {
  it.each([
    [null, '10'],
    [false, '18'],
    [true, '19'],
    [0, '20 80 00 00 00 00 00 00 00'],
    [1, '20 bf f0 00 00 00 00 00 00'],
    [-1, '20 40 0f ff ff ff ff ff ff'],
    [Infinity, '20 ff f0 00 00 00 00 00 00'],
    [-Infinity, '20 00 0f ff ff ff ff ff ff'],
    [0n, '28 80'],
    [1n, '28 81 01'],
    [-1n, '28 7e fe'],
    [-256n, '28 7d fe ff'],
    [1n << 64n, '28 89 01 00 00 00 00 00 00 00 00'],
    ['', '30 00'],
    ['a', '30 61 00'],
    ['a\u0000\u0001\u0002', '30 61 01 01 01 02 02 00'],
    ['é', '30 c3 a9 00'],
    ['e\u0301', '30 65 cc 81 00'],
    ['€', '30 e2 82 ac 00'],
    ['🌊', '30 f0 9f 8c 8a 00'],
    [Uint8Array.of(0, 255, 1), '38 01 01 ff 01 02 00'],
    [[], '40 00'],
    [[[], null], '40 40 00 10 00'],
    [{}, '48 00'],
    [{ b: true, a: null }, '48 01 61 00 10 01 62 00 19 00'],
  ])('of %o', (value, expected) => {
    expect(hex(encodeKey(value))).toBe(`01 ${expected}`)
    expect(hex(encodeValue(value))).toBe(`01 ${expected}`)
    expect(decodeValue(encodeValue(value))).toEqual(value)
  })

  it('of a bigint of more than 126 bytes', () => {
    expect(hex(encodeKey(1n << 1008n)).slice(0, 27)).toBe('01 28 ff 00 00 00 7f 01 00 ')
    expect(hex(encodeKey(-(1n << 1008n))).slice(0, 27)).toBe('01 28 00 ff ff ff 80 fe ff ')
  })
})

describe('keys', () => {
  it('tell 1, "1", 1n, true and [1] apart', () => {
    expect(new Set([1, '1', 1n, true, [1], { 0: 1 }].map((key) => hex(encodeKey(key)))).size).toBe(6)
  })

  it('take -0 for 0, also inside', () => {
    expect(encodeKey(-0)).toEqual(encodeKey(0))
    expect(encodeKey({ a: [-0] })).toEqual(encodeKey({ a: [0] }))
  })

  it('do not depend on the order of fields, on the prototype of a record or on the kind of bytes', () => {
    expect(encodeKey({ a: 1, b: 2 })).toEqual(encodeKey({ b: 2, a: 1 }))
    expect(encodeKey({ 9: 1, 10: 2, a: 3 })).toEqual(encodeKey({ a: 3, 10: 2, 9: 1 }))
    expect(encodeKey(Object.assign(Object.create(null), { a: 1 }))).toEqual(encodeKey({ a: 1 }))
    expect(encodeKey(Buffer.from([1, 2]))).toEqual(encodeKey(Uint8Array.of(1, 2)))
  })

  // Mutation: packages/core/src/coder/canonical-decode.ts: `new Uint8Array(readTerminated(source))` → `readTerminated(source).slice()`
  it('share nothing with the bytes that are decoded from them, also those of a Buffer', () => {
    const encoded = Buffer.from(encodeValue(Uint8Array.of(7, 8)))
    const decoded = decodeValue(encoded)
    encoded.fill(0xff)
    expect(decoded).toEqual(Uint8Array.of(7, 8))
  })

  it('are not normalised', () => {
    expect(encodeKey('é')).not.toEqual(encodeKey('e\u0301'))
  })

  it('sort by type, numbers by size, text by code point, arrays and records part by part', () => {
    const sorted = [
      null,
      false,
      true,
      -Infinity,
      -1e300,
      -2,
      -1,
      -5e-324,
      0,
      5e-324,
      1,
      1.5,
      10,
      Number.MAX_SAFE_INTEGER,
      Infinity,
      -(1n << 2000n),
      -256n,
      -255n,
      -1n,
      0n,
      1n,
      255n,
      256n,
      1n << 2000n,
      '',
      '\u0000',
      '\u0001',
      'A',
      'a',
      'a\u0000',
      'aa',
      'b',
      'é',
      '\uffff',
      '🌊',
      new Uint8Array(0),
      Uint8Array.of(0),
      Uint8Array.of(0, 0),
      Uint8Array.of(1),
      [],
      [1],
      [1, 1],
      [2],
      {},
      { a: 1 },
      { a: 1, b: 1 },
      { a: 2 },
      { b: 0 },
    ]
    const bytes = sorted.map((key) => hex(encodeKey(key)))
    expect(bytes.toSorted()).toEqual(bytes)
  })
})

describe('values', () => {
  it('keep -0 apart from 0', () => {
    expect(encodeValue(-0)).not.toEqual(encodeValue(0))
    expect(decodeValue(encodeValue([-0]))).toEqual([-0])
  })

  it('have one NaN', () => {
    const odd = new Float64Array(new BigUint64Array([0xfff8_0000_0000_1234n]).buffer)[0]
    expect(odd).toBeNaN()
    expect(encodeValue(odd)).toEqual(encodeValue(Number.NaN))
    expect(decodeValue(encodeValue({ a: Number.NaN }))).toEqual({ a: Number.NaN })
  })

  it('may have a field named __proto__, which stays a field', () => {
    const value = JSON.parse('{ "__proto__": { "admin": true }, "a": 1 }') as object
    const back = decodeValue(encodeValue(value)) as object
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype)
    expect(Object.hasOwn(back, '__proto__')).toBe(true)
    expect(JSON.stringify(back)).toBe(JSON.stringify(value))
    expect((back as { admin?: boolean }).admin).toBeUndefined()
  })

  it('may hold the same object twice', () => {
    const shared = { a: 1 }
    expect(decodeValue(encodeValue([shared, shared]))).toEqual([shared, shared])
  })

  it('are copies: later values do not change bytes that were returned', () => {
    const bytes = encodeValue('first')
    const before = hex(bytes)
    encodeValue('other')
    expect(hex(bytes)).toBe(before)
  })

  it('may be encoded while another one is', () => {
    const outer = {
      get a() {
        return encodeValue('inner').length
      },
      b: 'x'.repeat(1000),
    }
    expect(decodeValue(encodeValue(outer))).toEqual({ a: 8, b: 'x'.repeat(1000) })
  })
})

class Point {
  readonly x = 1
}
const cyclic: Record<string, unknown> = { items: [] }
cyclic['items'] = [1, { parent: cyclic }]
const deep = (levels: number): unknown => Array.from({ length: levels }).reduce((inner) => [inner], null)

describe('a value that cannot be encoded', () => {
  it.each([
    ['VALUE_UNDEFINED', undefined, 'is undefined'],
    ['VALUE_UNDEFINED', { a: undefined }, 'holds undefined at .a.'],
    ['VALUE_UNDEFINED', { items: [0, { price: undefined }] }, 'at .items[1].price.'],
    ['SPARSE_ARRAY', { a: Object.assign([], { 2: 1 }) }, 'a hole in an array at .a[0].'],
    ['LONE_SURROGATE', ['a\ud800'], 'at [0].'],
    ['LONE_SURROGATE', { 'a b': '\udc00x' }, 'at ["a b"].'],
    ['LONE_SURROGATE', { '\ud800': 1 }, 'at ["\\ud800"].'],
    ['CLASS_INSTANCE', { when: new Date(0) }, 'an object of class Date at .when.'],
    ['CLASS_INSTANCE', new Map(), 'class Map'],
    ['CLASS_INSTANCE', [new Point()], 'class Point at [0]'],
    ['CLASS_INSTANCE', Duration.ZERO, 'class Duration'],
    ['CLASS_INSTANCE', new (class extends Array {})(), 'an object of class'],
    ['CLASS_INSTANCE', Object('text'), 'class String'],
    ['CLASS_INSTANCE', new Float64Array(1), 'class Float64Array'],
    ['CLASS_INSTANCE', /x/, 'class RegExp'],
    ['CLASS_INSTANCE', Object.create({ inherited: 1 }), 'class Object'],
    ['VALUE_FUNCTION', { f: () => 1 }, 'a function at .f.'],
    ['VALUE_SYMBOL', Symbol('s'), 'is a symbol'],
    ['SYMBOL_FIELD', { [Symbol('s')]: 1 }, 'fields named by symbols'],
    ['SYMBOL_FIELD', Math, 'fields named by symbols'],
    ['CYCLE', cyclic, 'contains itself at .items[1].parent.'],
    ['TOO_DEEP', deep(501), 'more than 500 levels'],
  ])('is refused with %s: %o', (code, value, text) => {
    for (const encode of [encodeKey, encodeValue]) {
      const error = refusalOf(() => encode(value))
      expect(error.code).toBe(code)
      expect(error.message).toContain(text)
    }
  })

  it('is NaN, for a key', () => {
    expect(refusalOf(() => encodeKey({ price: Number.NaN }))).toMatchObject({
      code: 'KEY_NAN',
      message:
        'A key holds NaN at .price. NaN equals nothing, not even itself, so it cannot group. ' +
        'Filter it out, or use null for "not a number".',
    })
  })

  it('leaves nothing behind that the next one would show', () => {
    refusalOf(() => encodeKey(['x'.repeat(500), undefined]))
    expect(hex(encodeKey('a'))).toBe('01 30 61 00')
  })

  it('may be as deep as the limit', () => {
    expect(decodeValue(encodeValue(deep(500)))).toEqual(deep(500))
  })
})

describe('bytes that were not written by the encoder', () => {
  it('are refused when they are of another version', () => {
    expect(() => decodeValue(Uint8Array.of(2, 0x10))).toThrow(expect.objectContaining({ code: 'BYTES_VERSION' }))
    expect(() => decodeValue(new Uint8Array(0))).toThrow(expect.objectContaining({ code: 'BYTES_VERSION' }))
  })

  it.each([
    ['01', 'an end'],
    ['01 11', 'the unknown tag 17'],
    ['01 10 10', 'more bytes'],
    ['01 20 80 00', 'an end'],
    ['01 30 61', 'no end of text'],
    ['01 30 c1 81 00', 'not UTF-8'],
    ['01 30 ed a0 80 00', 'not UTF-8'],
    ['01 30 f4 90 80 80 00', 'not UTF-8'],
    ['01 30 c3 00', 'not UTF-8'],
    ['01 30 01 00', 'a 1 that stands for nothing'],
    ['01 38 61 01 03 00', 'a 1 that stands for nothing'],
    ['01 40 10', 'an end'],
    ['01 48 02 00', 'where a field begins'],
    ['01 48 01 62 00 10 01 61 00 10 00', 'out of order'],
    ['01 48 01 61 00 10 01 61 00 10 00', 'out of order'],
    ['01 28 82 00 01', 'longer than it need be'],
    ['01 28 7f', 'longer than it need be'],
    ['01 28 ff 00 00 00 01 01', 'longer than it need be'],
    ['01 20 ff f8 00 00 00 00 00 01', 'a NaN'],
  ])('are refused: %s', (text, what) => {
    const bytes = Uint8Array.from(text.split(' '), (byte) => Number.parseInt(byte, 16))
    const error = refusalOf(() => decodeValue(bytes))
    expect(error).toMatchObject({ code: 'BAD_BYTES' })
    expect(error.message).toContain(what)
  })
})
