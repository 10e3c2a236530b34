/**
 * Seconds as text: what is one, what is none, and to the last digit.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { microsecondsOfSeconds } from '../../src/file/exact-time.ts'

describe('seconds since the epoch', () => {
  it('are read as whole microseconds', () => {
    expect(microsecondsOfSeconds('1521911720.865716')).toBe(1_521_911_720_865_716)
    expect(microsecondsOfSeconds('0')).toBe(0)
    expect(microsecondsOfSeconds('-1.5')).toBe(-1_500_000)
    expect(microsecondsOfSeconds('-0.000000')).toBe(0)
    expect(microsecondsOfSeconds('1.1000000')).toBe(1_100_000)
  })

  it('have at most six digits that say something', () => {
    for (const text of ['1.0000001', '', '.5', '1.', '1e3', ' 1', 'NaN', '9999999999999.0']) {
      expect(() => microsecondsOfSeconds(text)).toThrow(expect.objectContaining({ code: 'BAD_TIMESTAMP' }))
    }
  })

  it('are exact for every microsecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (microseconds) => {
        const text = `${Math.floor(microseconds / 1_000_000)}.${String(microseconds % 1_000_000).padStart(6, '0')}`
        expect(microsecondsOfSeconds(text)).toBe(microseconds)
      }),
      { numRuns: 1000 },
    )
  })
})
