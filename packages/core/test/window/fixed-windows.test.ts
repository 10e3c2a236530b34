/**
 * Fixed windows, and the ends of event time that all windows share.
 */
import { Duration } from '@js-joda/core'
import { describe, expect, it } from 'vitest'
import { hours, milliseconds, minutes, seconds } from '../../src/time/duration.ts'
import { END_OF_GLOBAL_WINDOW, MAX_TIMESTAMP, MIN_TIMESTAMP } from '../../src/time/timestamp.ts'
import { fixedWindows } from '../../src/window/fixed-windows.ts'
import { globalWindow } from '../../src/window/global-window.ts'
import { GLOBAL_WINDOW } from '../../src/window/window.ts'

const at = (time: string): number => Date.parse(`2026-03-01T${time}Z`)

describe('fixed windows', () => {
  it('hold the timestamp they are assigned for', () => {
    expect(fixedWindows(minutes(1)).assign(at('10:00:59.999'), null)).toEqual([
      { start: at('10:00:00'), end: at('10:01:00') },
    ])
  })

  it("give an element at a window's end to the next window", () => {
    expect(fixedWindows(minutes(1)).assign(at('10:01:00'), null)).toEqual([
      { start: at('10:01:00'), end: at('10:02:00') },
    ])
  })

  it('round toward minus infinity before the epoch', () => {
    expect(fixedWindows(seconds(10)).assign(-1, null)).toEqual([{ start: -10_000, end: 0 }])
    expect(fixedWindows(seconds(10)).assign(-10_000, null)).toEqual([{ start: -10_000, end: 0 }])
  })

  it('start at the offset, which counts modulo the size', () => {
    const windows = [{ start: at('09:45:00'), end: at('10:45:00') }]
    for (const offset of [minutes(45), minutes(-15), minutes(60 * 24 + 45)]) {
      expect(fixedWindows(hours(1), offset).assign(at('10:00:00'), null)).toEqual(windows)
    }
  })

  it('have one description for one cutting of time', () => {
    expect(fixedWindows(minutes(60)).description).toBe('fixed(size=PT1H)')
    expect(fixedWindows(hours(1), minutes(-15)).description).toBe('fixed(size=PT1H, offset=PT45M)')
  })

  it('are cut at the ends of event time, where the last one takes what comes after it', () => {
    const fn = fixedWindows(hours(7))
    const [first] = fn.assign(MIN_TIMESTAMP, null)
    const [last] = fn.assign(END_OF_GLOBAL_WINDOW, null)
    expect(first?.start).toBe(MIN_TIMESTAMP)
    expect(last?.end).toBe(END_OF_GLOBAL_WINDOW + 1)
    expect(fn.assign(MAX_TIMESTAMP, null)).toEqual([last])
  })

  it('may be as long as half of event time', () => {
    const fn = fixedWindows(Duration.ofDays(100_000_000))
    expect(fn.assign(-1, null)).toEqual([{ start: MIN_TIMESTAMP, end: 0 }])
    expect(fn.assign(0, null)).toEqual([{ start: 0, end: GLOBAL_WINDOW.end }])
  })

  it('refuse a size that no element fits in', () => {
    expect(() => fixedWindows(Duration.ZERO)).toThrow('must be longer than zero')
    expect(() => fixedWindows(milliseconds(-1))).toThrow('must be longer than zero')
    expect(() => fixedWindows(Duration.ofNanos(1_500_000))).toThrow('finer than a millisecond')
  })

  it('are frozen', () => {
    expect(Object.isFrozen(fixedWindows(minutes(1)))).toBe(true)
  })
})

describe('the global window', () => {
  it('holds every element', () => {
    for (const timestamp of [MIN_TIMESTAMP, 0, END_OF_GLOBAL_WINDOW, MAX_TIMESTAMP]) {
      expect(globalWindow().assign(timestamp, null)).toEqual([GLOBAL_WINDOW])
    }
  })
})
