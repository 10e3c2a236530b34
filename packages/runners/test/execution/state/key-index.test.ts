/**
 * Keys: equal when their canonical bytes are, refused when they have none.
 */
import type { Coder } from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import { canonicalKey, KeyIndex } from '../../../src/execution/state/key-index.ts'

describe('a map by key', () => {
  it('tells 1, "1", 1n, true, null and lists of them apart', () => {
    const index = new KeyIndex<number>(undefined)
    const keys = [1, '1', 1n, true, null, [1], ['1'], [1n], { a: 1 }, { a: '1' }, '', []]
    for (const [value, key] of keys.entries()) index.set(key, value)
    expect(index.size).toBe(keys.length)
    expect(keys.map((key) => index.get(key))).toEqual(keys.map((_, value) => value))
  })

  it('takes for equal what has equal bytes: -0 and 0, composites by value, fields in any order', () => {
    // mutation: the text of a composite key by String(key)
    const index = new KeyIndex<string>(undefined)
    index.set(-0, 'zero')
    index.set(['a', { x: 1, y: -0 }], 'composite')
    expect(index.get(0)).toBe('zero')
    expect(index.get(['a', { y: 0, x: 1 }])).toBe('composite')
    expect(index.get(['a', { x: 1 }])).toBeUndefined()
    expect(index.get(0.5)).toBeUndefined()
  })

  it('knows infinities', () => {
    const index = new KeyIndex<string>(undefined)
    index.set(Infinity, 'most')
    index.set(-Infinity, 'least')
    expect([index.get(Infinity), index.get(-Infinity)]).toEqual(['most', 'least'])
  })

  it('forgets what is deleted', () => {
    const index = new KeyIndex<number>(undefined)
    for (const key of ['a', 1, [1]]) index.set(key, 1)
    for (const key of ['a', 1, [1]]) index.delete(key)
    expect([index.size, index.get('a'), index.get(1), index.get([1])]).toEqual([0, undefined, undefined, undefined])
  })

  it.each([
    ['NaN', Number.NaN, 'KEY_NAN'],
    ['a lone surrogate', '\ud800', 'LONE_SURROGATE'],
    ['undefined', undefined, 'VALUE_UNDEFINED'],
    ['a Date', new Date(0), 'CLASS_INSTANCE'],
    ['a list with NaN in it', ['a', Number.NaN], 'KEY_NAN'],
  ])('refuses %s', (_, key, code) => {
    const index = new KeyIndex<number>(undefined)
    expect(() => index.set(key, 1)).toThrow(expect.objectContaining({ name: 'EncodingError', code }))
    expect(index.size).toBe(0)
  })

  it('looks keys up by the bytes of a coder when there is one, strings and numbers too', () => {
    const caseless: Coder<unknown> = {
      encode: (value) => new TextEncoder().encode(String(value).toLowerCase()),
      decode: (bytes) => new TextDecoder().decode(bytes),
    } as Coder<unknown>
    const index = new KeyIndex<number>(caseless)
    index.set('Tide', 1)
    expect([index.get('TIDE'), index.get('tidy')]).toEqual([1, undefined])
    index.delete('tIDE')
    expect(index.size).toBe(0)
    expect(canonicalKey('TIDE', caseless)).toBe('tide')
  })
})

describe('the key that stands for all equal ones', () => {
  it('is 0 for -0, and a copy of composites in canonical form', () => {
    expect(Object.is(canonicalKey(-0, undefined), 0)).toBe(true)
    const key = { b: 1, a: [-0] }
    const canonical = canonicalKey(key, undefined) as typeof key
    expect(JSON.stringify(canonical)).toBe('{"a":[0],"b":1}')
    expect(canonical).not.toBe(key)
    expect([canonicalKey('a', undefined), canonicalKey(1n, undefined), canonicalKey(null, undefined)]).toEqual([
      'a',
      1n,
      null,
    ])
  })
})
