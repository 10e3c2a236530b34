/**
 * The laws of canonical bytes on any plain data: exact round trips, equality, order.
 */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeKey, encodeValue } from '../../src/coder/canonical-bytes.ts'
import { canonicalCoder } from '../../src/coder/canonical-coder.ts'
import { decodeValue } from '../../src/coder/canonical-decode.ts'
import { compareBytes, equalBytes } from '../../src/coder/compare-bytes.ts'
import { keyText } from '../../src/coder/key-of.ts'
import { EncodingError } from '../../src/error/pipeline-error.ts'
import { checkCoderLaws } from '../../src/testing/coder-laws.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('', '\u0000', '\u00000', '\u0000\u0000', '__proto__'),
)
const leaf = fc.oneof(
  fc.constantFrom(null, true, false, 0, -0, 1, '1', 1n),
  fc.double({ noNaN: true }),
  fc.integer(),
  fc.bigInt(),
  text,
  fc.uint8Array({ maxLength: 8 }),
)
const key = fc.letrec<{ value: unknown; array: unknown[]; record: Record<string, unknown> }>((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, leaf, tie('array'), tie('record')),
  array: fc.array(tie('value'), { maxLength: 4 }),
  record: fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }),
})).value

/** Keys that are often alike: what two keys differ in is then small. */
const alike = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom<unknown[]>(
      null,
      0,
      -0,
      1,
      1n,
      -1n,
      256n,
      '',
      '0',
      '1',
      '\u0000',
      '\u0000.',
      '\u00001',
      Uint8Array.of(0),
      Uint8Array.of(),
    ),
    fc.array(tie('value'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('', 'a', 'b', '\u0000'), tie('value'), { maxKeys: 2 }),
  ),
})).value

/** Equality of keys as it is defined, without bytes. */
function same(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return a instanceof Uint8Array && b instanceof Uint8Array && a.join() === b.join()
  }
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && same(Reflect.get(a, name), Reflect.get(b, name)))
  )
}

describe('for any plain data', () => {
  it('canonical bytes are a lawful coder', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(key, fc.constant(Number.NaN)), { maxLength: 4 }), (values) => {
        expect(checkCoderLaws(canonicalCoder<unknown>(), values)).toEqual([])
      }),
    )
  })

  it('values come back exactly as they were', () => {
    fc.assert(
      fc.property(key, (value) => {
        expect(decodeValue(encodeValue(value))).toStrictEqual(value)
      }),
    )
  })

  it('keys are equal if and only if their bytes are, and if and only if their texts are', () => {
    fc.assert(
      fc.property(alike, alike, (a, b) => {
        const expected = same(a, b)
        expect(equalBytes(encodeKey(a), encodeKey(b))).toBe(expected)
        expect(keyText(a) === keyText(b)).toBe(expected)
      }),
      { numRuns: 3000 },
    )
  })

  it('no key is the beginning of another', () => {
    fc.assert(
      fc.property(alike, alike, (a, b) => {
        const [short, long] = [encodeKey(a), encodeKey(b)].sort((x, y) => x.length - y.length)
        if (short === undefined || long === undefined || short.length === long.length) return
        expect(equalBytes(short, long.subarray(0, short.length))).toBe(false)
      }),
      { numRuns: 1000 },
    )
  })

  it('numbers, bigints and texts sort as they do', () => {
    const inOrder = (a: unknown, b: unknown, expected: number) =>
      expect(Math.sign(compareBytes(encodeKey(a), encodeKey(b)))).toBe(expected)
    const number = fc.oneof(fc.double({ noNaN: true }), fc.integer({ min: -3, max: 3 }))
    fc.assert(
      fc.property(number, number, (a, b) => {
        inOrder(a, b, a < b ? -1 : a > b ? 1 : 0)
      }),
    )
    const bigint = fc.oneof(fc.bigInt(), fc.bigInt({ min: -300n, max: 300n }))
    fc.assert(
      fc.property(bigint, bigint, (a, b) => {
        inOrder(a, b, a < b ? -1 : a > b ? 1 : 0)
      }),
    )
    fc.assert(
      fc.property(text, text, (a, b) => {
        const points = [a, b].map((t) =>
          Array.from(t, (char) => (char.codePointAt(0) ?? 0).toString(16).padStart(6, '0')),
        )
        const [x, y] = points.map((list) => list.join(''))
        inOrder(a, b, (x ?? '') < (y ?? '') ? -1 : x === y ? 0 : 1)
      }),
    )
  })

  it('arrays and records sort by their first parts that differ', () => {
    fc.assert(
      fc.property(alike, alike, alike, alike, (a, b, c, d) => {
        const order = Math.sign(compareBytes(encodeKey(a), encodeKey(b)))
        if (order === 0) return
        expect(Math.sign(compareBytes(encodeKey([a, c]), encodeKey([b, d])))).toBe(order)
        expect(Math.sign(compareBytes(encodeKey({ x: a, y: c }), encodeKey({ x: b, y: d })))).toBe(order)
      }),
    )
  })
})

describe('for any bytes', () => {
  it('decoding gives a value with just these bytes, or refuses them', () => {
    const byte = fc.constantFrom(
      0x00,
      0x01,
      0x02,
      0x10,
      0x18,
      0x20,
      0x28,
      0x30,
      0x38,
      0x40,
      0x48,
      0x61,
      0x7f,
      0x80,
      0x81,
      0xff,
    )
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 14 }), (body) => {
        const bytes = Uint8Array.of(1, ...body)
        try {
          expect(encodeValue(decodeValue(bytes))).toEqual(bytes)
        } catch (error) {
          if (!(error instanceof EncodingError)) throw error
        }
      }),
      { numRuns: 5000 },
    )
  })

  it('one flipped bit is refused or gives another value', () => {
    fc.assert(
      fc.property(key, fc.nat(), (value, position) => {
        const bytes = encodeValue(value)
        const damaged = bytes.slice()
        const bit = position % (bytes.length * 8)
        damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        try {
          expect(encodeValue(decodeValue(damaged))).toEqual(damaged)
        } catch (error) {
          if (!(error instanceof EncodingError)) throw error
        }
      }),
    )
  })
})
