/**
 * Sliding windows: overlapping, adjacent and with gaps.
 */
import { describe, expect, it } from 'vitest'
import { days, milliseconds, minutes, seconds } from '../../src/time/duration.ts'
import { END_OF_GLOBAL_WINDOW, MIN_TIMESTAMP } from '../../src/time/timestamp.ts'
import { fixedWindows } from '../../src/window/fixed-windows.ts'
import { slidingWindows } from '../../src/window/sliding-windows.ts'

describe('sliding windows', () => {
  it('are all those that hold the timestamp, the earliest first', () => {
    expect(slidingWindows(minutes(2), minutes(1)).assign(60_000, null)).toEqual([
      { start: 0, end: 120_000 },
      { start: 60_000, end: 180_000 },
    ])
  })

  it('hold an element before the epoch as one after it', () => {
    expect(slidingWindows(seconds(10), seconds(5)).assign(-1, null)).toEqual([
      { start: -10_000, end: 0 },
      { start: -5_000, end: 5_000 },
    ])
  })

  it('give an element in a gap between windows no window', () => {
    const fn = slidingWindows(seconds(5), seconds(20), seconds(1))
    expect(fn.assign(5_999, null)).toEqual([{ start: 1_000, end: 6_000 }])
    expect(fn.assign(6_000, null)).toEqual([])
    expect(fn.assign(20_999, null)).toEqual([])
    expect(fn.assign(21_000, null)).toEqual([{ start: 21_000, end: 26_000 }])
  })

  it('tile event time when the period is the size, as fixed windows do', () => {
    const fn = slidingWindows(minutes(1), minutes(1))
    expect(fn.tiling).toBe(true)
    for (const timestamp of [-60_001, -1, 0, 59_999, 60_000]) {
      expect(fn.assign(timestamp, null)).toEqual(fixedWindows(minutes(1)).assign(timestamp, null))
    }
    expect(slidingWindows(minutes(1), seconds(59)).tiling).toBe(false)
    expect(slidingWindows(minutes(1), seconds(61)).tiling).toBe(false)
  })

  it('are cut at the ends of event time and stay distinct there', () => {
    const fn = slidingWindows(days(2), days(1))
    expect(fn.assign(MIN_TIMESTAMP, null)).toEqual([
      { start: MIN_TIMESTAMP, end: MIN_TIMESTAMP + 86_400_000 },
      { start: MIN_TIMESTAMP, end: MIN_TIMESTAMP + 2 * 86_400_000 },
    ])
    expect(fn.assign(END_OF_GLOBAL_WINDOW, null)).toEqual([
      { start: END_OF_GLOBAL_WINDOW - 86_400_000, end: END_OF_GLOBAL_WINDOW + 1 },
      { start: END_OF_GLOBAL_WINDOW, end: END_OF_GLOBAL_WINDOW + 1 },
    ])
  })

  it('are refused when an element would be in more than a million', () => {
    expect(() => slidingWindows(days(365), milliseconds(1))).toThrow(
      expect.objectContaining({ code: 'TOO_MANY_WINDOWS' }),
    )
  })

  it('count the offset modulo the period', () => {
    expect(slidingWindows(minutes(2), minutes(1), seconds(-1)).description).toBe(
      'sliding(size=PT2M, period=PT1M, offset=PT59S)',
    )
  })
})
