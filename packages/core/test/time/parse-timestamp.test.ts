/**
 * Instants as text: what is one, what is none, and to the last digit.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseMicroseconds, parseNanoseconds, parseTimestamp } from '../../src/time/parse-timestamp.ts'

describe('RFC 3339', () => {
  it('is read to the digit, and cut off toward the past', () => {
    expect(parseTimestamp('2018-03-24T17:15:20.865716Z')).toBe(1_521_911_720_865)
    expect(parseMicroseconds('2018-03-24T17:15:20.865716Z')).toBe(1_521_911_720_865_716)
    expect(parseNanoseconds('2018-03-24T17:15:20.865716123Z')).toBe(1_521_911_720_865_716_123n)
    expect(parseTimestamp('1969-12-31T23:59:59.9999Z')).toBe(-1)
    expect(parseNanoseconds('1969-12-31T23:59:59.9999999991Z')).toBe(-1n)
  })

  it('agrees with the platform on every instant that it can write', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(-62_135_596_800_000), max: new Date(253_402_300_799_999), noInvalidDate: true }),
        (date) => {
          expect(parseTimestamp(date.toISOString())).toBe(date.getTime())
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('has no day that the calendar does not have, also right after one that it has', () => {
    expect(parseTimestamp('2024-02-29T00:00:00Z')).toBe(1_709_164_800_000)
    for (const day of [
      '2024-02-30',
      '2023-02-29',
      '2024-00-01',
      '2024-13-01',
      '2024-04-31',
      '2024-01-00',
      '2024/01/01',
    ]) {
      expect(() => parseTimestamp(`${day}T00:00:00Z`)).toThrow(expect.objectContaining({ code: 'BAD_TIMESTAMP' }))
    }
  })

  it('has a zone, seconds, and nothing around it', () => {
    const wrong = [
      '2026-04-11T10:00:00',
      '2026-04-11T10:00Z',
      '2026-04-11T10:00:00.Z',
      '2026-04-11T24:00:00Z',
      '2026-04-11T10:00:00+24:00',
    ]
    for (const text of [
      ...wrong,
      '2026-04-11T10:00:00ZZ',
      '2026-04-11T10:00:00Z ',
      '٢٠٢٦-04-11T10:00:00Z',
      '+002026-04-11T10:00:00Z',
    ]) {
      expect(() => parseTimestamp(text)).toThrow(expect.objectContaining({ code: 'BAD_TIMESTAMP' }))
    }
  })

  it('gives microseconds only where a number holds them exactly', () => {
    expect(parseMicroseconds('2255-06-05T23:47:34.740991Z')).toBe(Number.MAX_SAFE_INTEGER)
    expect(() => parseMicroseconds('2255-06-05T23:47:34.740992Z')).toThrow(
      expect.objectContaining({ code: 'BAD_TIMESTAMP' }),
    )
  })
})
