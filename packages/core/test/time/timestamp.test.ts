/**
 * Timestamps: their bounds, how they are checked, added to and written.
 */
import { describe, expect, it } from 'vitest'
import { days, milliseconds } from '../../src/time/duration.ts'
import {
  END_OF_GLOBAL_WINDOW,
  formatTimestamp,
  isTimestamp,
  MAX_TIMESTAMP,
  MIN_TIMESTAMP,
  plus,
  requireTimestamp,
} from '../../src/time/timestamp.ts'

describe('a timestamp', () => {
  it('is a whole number within the bounds of a Date', () => {
    for (const value of [0, -1, MIN_TIMESTAMP, MAX_TIMESTAMP]) expect(isTimestamp(value)).toBe(true)
    for (const value of [0.5, Number.NaN, Infinity, MAX_TIMESTAMP + 1, MIN_TIMESTAMP - 1, '0', null, undefined, 0n]) {
      expect(isTimestamp(value)).toBe(false)
    }
  })

  it('leaves every difference of two exact', () => {
    expect(MAX_TIMESTAMP - MIN_TIMESTAMP).toBeLessThan(2 ** 54)
    expect(Number.isSafeInteger(MAX_TIMESTAMP) && Number.isSafeInteger(MIN_TIMESTAMP)).toBe(true)
    expect(MAX_TIMESTAMP - END_OF_GLOBAL_WINDOW).toBe(86_400_000)
  })

  it.each([
    ['"2026-03-01"', '2026-03-01'],
    ['1.5', 1.5],
    ['NaN', Number.NaN],
    ['undefined', undefined],
  ])('is not %s: the error names what was asked for, the value and the cure', (text, value) => {
    const check = () => requireTimestamp(value, 'The timestamp of "Orders"')
    expect(check).toThrow(expect.objectContaining({ code: 'BAD_TIMESTAMP' }))
    expect(check).toThrow(
      `The timestamp of "Orders" is ${text}, which is not a timestamp. ` +
        'A timestamp is a whole number of milliseconds since the epoch between -8.64e15 and 8.64e15; ' +
        'windows and watermarks are computed from it. Convert dates with date.getTime() and round finer units with Math.floor.',
    )
  })

  it('passes the check unchanged', () => {
    expect(requireTimestamp(-5, 'x')).toBe(-5)
  })
})

describe('plus', () => {
  it('adds a length of time', () => {
    expect(plus(1_000, milliseconds(-1_500))).toBe(-500)
  })

  it('stays within event time', () => {
    expect(plus(MAX_TIMESTAMP - 1, days(1))).toBe(MAX_TIMESTAMP)
    expect(plus(MIN_TIMESTAMP + 1, days(-1))).toBe(MIN_TIMESTAMP)
  })
})

describe('formatTimestamp', () => {
  it('writes ISO 8601 in UTC, and the bounds by name', () => {
    expect(formatTimestamp(1_772_359_200_000)).toBe('2026-03-01T10:00:00.000Z')
    expect(formatTimestamp(MIN_TIMESTAMP)).toBe('-infinity')
    expect(formatTimestamp(MAX_TIMESTAMP)).toBe('+infinity')
    expect(formatTimestamp(MAX_TIMESTAMP - 1)).toBe('+275760-09-12T23:59:59.999Z')
  })
})
