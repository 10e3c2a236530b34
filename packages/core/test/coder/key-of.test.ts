/**
 * Keys as text: the cheap cases keep the law of the others.
 */
import { describe, expect, it } from 'vitest'
import { keyText } from '../../src/coder/key-of.ts'

describe('the text of a key', () => {
  it('is the key itself when it is text', () => {
    expect(keyText('eu')).toBe('eu')
    expect(keyText('')).toBe('')
  })

  it('tells keys of different types apart', () => {
    const keys = [null, true, false, 0, '0', 0n, [0], { a: 0 }, '\u00000', '\u0000.0', '\u0000', Uint8Array.of(0)]
    expect(new Set(keys.map(keyText)).size).toBe(keys.length)
  })

  it('takes -0 for 0 and the order of fields for nothing', () => {
    expect(keyText(-0)).toBe(keyText(0))
    expect(keyText({ a: 1, b: [-0] })).toBe(keyText({ b: [0], a: 1 }))
  })

  it('stands for a key of any length', () => {
    expect(keyText(['x'.repeat(100_000)])).toHaveLength(100_000 + 6)
  })

  it.each([
    ['KEY_NAN', Number.NaN],
    ['LONE_SURROGATE', 'a\ud800'],
    ['LONE_SURROGATE', '\ud800\ud800\udc00'],
    ['LONE_SURROGATE', '\udc00'],
    ['VALUE_UNDEFINED', undefined],
    ['CLASS_INSTANCE', new Date(0)],
  ])('refuses what cannot be a key: %s', (code, key) => {
    expect(() => keyText(key)).toThrow(expect.objectContaining({ code }))
  })
})
