/**
 * Lengths of time: short forms, and their conversion to whole milliseconds.
 */
import { Duration } from '@js-joda/core'
import { describe, expect, it } from 'vitest'
import {
  days,
  hours,
  milliseconds,
  minutes,
  requireNotNegative,
  requirePositive,
  seconds,
  toMillis,
} from '../../src/time/duration.ts'

describe('the short forms', () => {
  it('count in their unit', () => {
    expect([milliseconds(1), seconds(1), minutes(1), hours(1), days(1)].map(toMillis)).toEqual([
      1, 1000, 60_000, 3_600_000, 86_400_000,
    ])
  })

  it('give js-joda durations', () => {
    expect(minutes(90).equals(Duration.ofHours(1).plusMinutes(30))).toBe(true)
  })

  it('keep every millisecond of a fraction, though 1.001 * 1000 is below 1001', () => {
    // mutation: Duration.ofMillis(count * 1000) in seconds
    expect(1.001 * 1000).toBeLessThan(1001)
    for (let millis = 1; millis < 3000; millis++) expect(toMillis(seconds(millis / 1000))).toBe(millis)
  })

  it.each([
    ['milliseconds(0.5)', () => milliseconds(0.5)],
    ['seconds(0.0015)', () => seconds(0.0015)],
    ['minutes(NaN)', () => minutes(Number.NaN)],
    ['hours(Infinity)', () => hours(Infinity)],
  ])('refuse %s, which is no whole number of milliseconds', (text, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'BAD_DURATION' }))
    expect(make).toThrow(`${text} is not a whole number of milliseconds. Event time is counted in whole milliseconds`)
  })

  it('refuse a length that a double cannot hold exactly', () => {
    expect(toMillis(milliseconds(Number.MAX_SAFE_INTEGER))).toBe(Number.MAX_SAFE_INTEGER)
    expect(() => milliseconds(2 ** 53)).toThrow(expect.objectContaining({ code: 'BAD_DURATION' }))
    expect(() => days(1e9)).toThrow('The duration days(1000000000) is 86400000000000000 ms.')
  })
})

describe('toMillis', () => {
  it('counts below zero as well', () => {
    expect(toMillis(Duration.ofMillis(-1500))).toBe(-1500)
  })

  it('refuses what is finer than a millisecond, with the value and what to do', () => {
    const finer = Duration.ofNanos(1_500_000)
    expect(() => toMillis(finer)).toThrow(expect.objectContaining({ code: 'BAD_DURATION' }))
    expect(() => toMillis(finer)).toThrow(
      'The duration PT0.0015S is finer than a millisecond. Event time is counted in whole milliseconds, so it would be cut off. ' +
        'Use a whole number of milliseconds and keep finer precision in the element.',
    )
  })

  it('refuses 2^53 milliseconds and more, with an error of ours and not one of js-joda', () => {
    // mutation: return duration.toMillis()
    const huge = Duration.ofDays(1e9)
    expect(() => toMillis(huge)).toThrow(expect.objectContaining({ name: 'PipelineError', code: 'BAD_DURATION' }))
    expect(() => toMillis(huge)).toThrow('The duration PT24000000000H is 86400000000000000 ms.')
  })
})

describe('a length', () => {
  it('that must be above zero is refused at zero and below', () => {
    expect(requirePositive(milliseconds(1), 'The gap')).toBe(1)
    for (const length of [0, -1]) {
      const gap = milliseconds(length)
      expect(() => requirePositive(gap, 'The gap')).toThrow(expect.objectContaining({ code: 'BAD_DURATION' }))
      expect(() => requirePositive(gap, 'The gap')).toThrow(`The gap is ${length} ms. It must be longer than zero`)
    }
  })

  it('to wait for is refused below zero, with the step that would wait', () => {
    expect(requireNotNegative(milliseconds(0), 'The bound')).toBe(0)
    expect(() => requireNotNegative(milliseconds(-1), 'The bound', 'Orders')).toThrow(
      expect.objectContaining({ code: 'BAD_DURATION', step: 'Orders' }),
    )
    expect(() => requireNotNegative(milliseconds(-1), 'The bound')).toThrow(
      'The bound is -1 ms. It says how long to wait, and time does not go back.',
    )
  })

  it.each([[5000], [Number.NaN], ['PT5S'], [null], [undefined]])('is a Duration and not %s', (length) => {
    const wait = length as unknown as Duration
    expect(() => toMillis(wait)).toThrow(expect.objectContaining({ code: 'BAD_DURATION' }))
    expect(() => requireNotNegative(wait, 'The bound')).toThrow(/^The bound is .* and no Duration\. A bare number/)
  })
})
