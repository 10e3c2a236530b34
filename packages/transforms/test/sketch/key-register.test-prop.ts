/**
 * Registers of keys: the short ways give what the canonical bytes give.
 */
import { encodeKey } from '@tidemark/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesRegister, keyRegister, RANK_BITS } from '../../src/sketch/key-register.ts'
import { anyDouble } from '../doubles.ts'

const precision = fc.integer({ min: 4, max: 18 })

// Every length up to some blocks, ASCII with the characters that are escaped, and now and then what is no ASCII.
const text = fc.oneof(
  fc.string({ unit: fc.integer({ min: 2, max: 0x7f }).map((code) => String.fromCharCode(code)), maxLength: 20 }),
  fc.string({ unit: fc.constantFrom('a', '\u0000', '\u0001', '\u0002', '\u007f', '\u0080', 'é', '😀'), maxLength: 12 }),
)

describe('the register of a key', () => {
  // Mutation: packages/transforms/src/sketch/key-register.ts: `const whole = shift === 24` → `const whole = shift === 23`
  it('is for text what it is for its canonical bytes', () => {
    fc.assert(
      fc.property(text, precision, (key, p) => {
        expect(keyRegister(key, p)).toBe(bytesRegister(encodeKey(key), p))
      }),
      { seed: 601, numRuns: 3000 },
    )
  })

  // Mutation: packages/transforms/src/sketch/key-register.ts: `double.getInt32(0) >> 31` → `double.getInt32(0) >>> 31`
  it('is for numbers what it is for their canonical bytes', () => {
    fc.assert(
      fc.property(anyDouble, precision, (key, p) => {
        if (Number.isNaN(key)) expect(() => keyRegister(key, p)).toThrow('NaN')
        else expect(keyRegister(key, p)).toBe(bytesRegister(encodeKey(key), p))
      }),
      { seed: 602, numRuns: 3000 },
    )
  })

  it('is the number of the first bits, and the rank of the bits behind them', () => {
    for (let key = 0; key < 2000; key += 1) {
      // The bits that follow are the same for every precision: at 18 they begin 14 bits later than at 4.
      const fine = keyRegister(key, 18)
      const coarse = keyRegister(key, 4)
      const index = (fine >>> RANK_BITS).toString(2).padStart(18, '0')
      expect((coarse >>> RANK_BITS).toString(2).padStart(4, '0')).toBe(index.slice(0, 4))
      const first = index.slice(4).indexOf('1')
      expect(coarse & 63).toBe(first < 0 ? 14 + (fine & 63) : first + 1)
    }
  })

  it('has half as many keys at each rank as at the one below', () => {
    const ranks = Array.from({ length: 64 }, () => 0)
    const keys = 200_000
    for (let key = 0; key < keys; key += 1) ranks[keyRegister(`id-${key}`, 10) & 63]! += 1
    for (let rank = 1; rank <= 10; rank += 1) {
      const expected = keys / 2 ** rank
      expect(Math.abs(ranks[rank]! - expected)).toBeLessThan(5 * Math.sqrt(expected))
    }
  })
})
