/**
 * The laws of calendar windows in every zone there is.
 */
import { Instant, LocalDate, ZoneId, ZoneRulesProvider } from '@js-joda/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calendarDays, calendarMonths, calendarWeeks, calendarYears } from '../../src/calendar/calendar-windows.ts'
import { checkWindowFnLaws } from '../../src/testing/window-fn-laws.ts'
import { MAX_TIMESTAMP, MIN_TIMESTAMP } from '../../src/time/timestamp.ts'

const zone = fc.constantFrom(...ZoneRulesProvider.getAvailableZoneIds())
const timestamp = fc.oneof(
  fc.integer({ min: Date.UTC(1850, 0), max: Date.UTC(2040, 0) }),
  fc.nat(200_000_000).map((n) => MIN_TIMESTAMP + n),
  fc.nat(200_000_000).map((n) => MAX_TIMESTAMP - n),
)
const timestamps = fc.array(timestamp, { maxLength: 8 })
const every = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 400 }))
const dateAt = (t: number, place: string): LocalDate => LocalDate.ofInstant(Instant.ofEpochMilli(t), ZoneId.of(place))

describe('for any elements and any zone', () => {
  it('runs of days are lawful', () => {
    fc.assert(
      fc.property(zone, every, timestamps, (place, count, samples) => {
        expect(checkWindowFnLaws(calendarDays({ zone: place, every: count }), samples)).toEqual([])
      }),
    )
  })

  it('weeks, months and years are lawful', () => {
    const day = fc.integer({ min: 1, max: 28 })
    const month = fc.integer({ min: 1, max: 12 })
    fc.assert(
      fc.property(zone, every, day, month, timestamps, (place, count, dayOfMonth, monthOfYear, samples) => {
        expect(checkWindowFnLaws(calendarWeeks({ zone: place, every: count }), samples)).toEqual([])
        expect(checkWindowFnLaws(calendarMonths({ zone: place, every: count, dayOfMonth }), samples)).toEqual([])
        expect(
          checkWindowFnLaws(calendarYears({ zone: place, every: count, dayOfMonth, monthOfYear }), samples),
        ).toEqual([])
      }),
    )
  })

  it('a day starts at the first instant that has its date, or a later one', () => {
    const instant = fc.integer({ min: Date.UTC(1850, 0), max: Date.UTC(2040, 0) })
    fc.assert(
      fc.property(zone, instant, (place, t) => {
        const [window] = calendarDays({ zone: place }).assign(t, null)
        if (window === undefined) throw new Error('no window')
        const date = dateAt(window.start, place)
        // Clocks that go back at most repeat the day before: two days back every date is earlier.
        for (let before = window.start - 1; before > window.start - 48 * 3_600_000; before -= 900_000) {
          expect(dateAt(before, place).isBefore(date)).toBe(true)
        }
        expect(dateAt(window.end, place).isAfter(date)).toBe(true)
        for (let inside = window.start; inside < window.end; inside += 900_000) {
          expect(dateAt(inside, place).isAfter(date)).toBe(false)
        }
      }),
      { numRuns: 300 },
    )
  })
})
