/**
 * Calendar windows: the days on which clocks do something odd, counting, and what is refused.
 */
import { DayOfWeek, Duration, LocalDate, ZoneId } from '@js-joda/core'
import { describe, expect, it } from 'vitest'
import {
  calendarDays,
  calendarMonths,
  calendarQuarters,
  calendarWeeks,
  calendarYears,
  type CalendarWindowFn,
} from '../../src/calendar/calendar-windows.ts'
import { toLocalDate, zoneRulesVersion } from '../../src/calendar/zone-rules.ts'
import { END_OF_GLOBAL_WINDOW, MAX_TIMESTAMP, MIN_TIMESTAMP } from '../../src/time/timestamp.ts'

const at = (instant: string): number => Date.parse(instant)
const windowAt = (fn: CalendarWindowFn, instant: string): string =>
  fn
    .assign(at(instant), null)
    .map(({ start, end }) => [start, end].map((t) => new Date(t).toISOString().slice(0, 16)).join(' '))
    .join()
const lengthAt = (fn: CalendarWindowFn, instant: string): string =>
  fn
    .assign(at(instant), null)
    .map(({ start, end }) => Duration.ofMillis(end - start).toString())
    .join()

describe('a local day', () => {
  it('is as long as the clocks of its zone make it', () => {
    const berlin = calendarDays({ zone: 'Europe/Berlin' })
    expect(windowAt(berlin, '2026-03-29T12:00Z')).toBe('2026-03-28T23:00 2026-03-29T22:00')
    expect(lengthAt(berlin, '2026-03-29T12:00Z')).toBe('PT23H')
    expect(lengthAt(berlin, '2026-10-25T12:00Z')).toBe('PT25H')
    expect(lengthAt(berlin, '2026-10-26T12:00Z')).toBe('PT24H')
    expect(lengthAt(calendarDays({ zone: 'Australia/Lord_Howe' }), '2026-04-04T16:00Z')).toBe('PT24H30M')
  })

  it('starts later where midnight is skipped', () => {
    const santiago = calendarDays({ zone: 'America/Santiago' })
    expect(windowAt(santiago, '2024-09-08T12:00Z')).toBe('2024-09-08T04:00 2024-09-09T03:00')
    expect(windowAt(santiago, '2024-09-08T03:59Z')).toBe('2024-09-07T04:00 2024-09-08T04:00')
  })

  it('starts at the first midnight where there are two', () => {
    const havana = calendarDays({ zone: 'America/Havana' })
    expect(windowAt(havana, '2024-11-03T04:30Z')).toBe('2024-11-03T04:00 2024-11-04T05:00')
    expect(windowAt(havana, '2024-11-03T05:30Z')).toBe('2024-11-03T04:00 2024-11-04T05:00')
  })

  it('keeps the time in which its clocks show the date before once more', () => {
    // At 00:01 the clocks of St. John's went back to 23:01 of the day before.
    const stJohns = calendarDays({ zone: 'America/St_Johns' })
    expect(toLocalDate(at('2010-11-07T02:45Z'), 'America/St_Johns')).toBe('2010-11-06')
    expect(windowAt(stJohns, '2010-11-07T02:45Z')).toBe('2010-11-07T02:30 2010-11-08T03:30')
    expect(windowAt(stJohns, '2010-11-07T02:29Z')).toBe('2010-11-06T02:30 2010-11-07T02:30')
  })

  it('has no window when its date is skipped', () => {
    const apia = calendarDays({ zone: 'Pacific/Apia' })
    expect(windowAt(apia, '2011-12-30T09:59Z')).toBe('2011-12-29T10:00 2011-12-30T10:00')
    expect(windowAt(apia, '2011-12-30T10:00Z')).toBe('2011-12-30T10:00 2011-12-31T10:00')
    expect(toLocalDate(at('2011-12-30T10:00Z'), 'Pacific/Apia')).toBe('2011-12-31')
    const pairs = calendarDays({ zone: 'Pacific/Apia', every: 2 })
    expect(windowAt(pairs, '2011-12-30T09:59Z')).toBe('2011-12-28T10:00 2011-12-30T10:00')
    expect(windowAt(pairs, '2011-12-30T10:00Z')).toBe('2011-12-30T10:00 2011-12-31T10:00')
  })

  it('may be counted in runs, from any date, in both directions', () => {
    const fortnights = calendarDays({ zone: 'UTC', every: 14, startOn: '2026-01-05' })
    expect(windowAt(fortnights, '2026-01-05T00:00Z')).toBe('2026-01-05T00:00 2026-01-19T00:00')
    expect(windowAt(fortnights, '2026-01-04T23:59Z')).toBe('2025-12-22T00:00 2026-01-05T00:00')
    expect(windowAt(fortnights, '1960-01-01T00:00Z')).toBe('1959-12-21T00:00 1960-01-04T00:00')
    expect(fortnights.description).toBe(
      calendarDays({ zone: ZoneId.of('UTC'), every: 14, startOn: LocalDate.of(1999, 12, 27) }).description,
    )
  })
})

describe('longer calendar windows', () => {
  it('are weeks from Monday, or from another day', () => {
    expect(windowAt(calendarWeeks({ zone: 'UTC' }), '2026-03-01T12:00Z')).toBe('2026-02-23T00:00 2026-03-02T00:00')
    expect(windowAt(calendarWeeks({ zone: 'UTC', startDayOfWeek: DayOfWeek.SUNDAY }), '2026-03-01T12:00Z')).toBe(
      '2026-03-01T00:00 2026-03-08T00:00',
    )
    expect(lengthAt(calendarWeeks({ zone: 'Europe/Berlin' }), '2026-03-29T12:00Z')).toBe('PT167H')
  })

  it('are months, from any day that every month has', () => {
    expect(windowAt(calendarMonths({ zone: 'UTC' }), '2024-02-29T12:00Z')).toBe('2024-02-01T00:00 2024-03-01T00:00')
    expect(windowAt(calendarMonths({ zone: 'UTC', dayOfMonth: 15 }), '2024-02-14T23:59Z')).toBe(
      '2024-01-15T00:00 2024-02-15T00:00',
    )
    expect(windowAt(calendarMonths({ zone: 'UTC', every: 2, startOn: '2023-11-01' }), '2024-02-29T12:00Z')).toBe(
      '2024-01-01T00:00 2024-03-01T00:00',
    )
  })

  it('are quarters and years, fiscal ones too', () => {
    expect(windowAt(calendarQuarters({ zone: 'UTC' }), '2026-05-31T12:00Z')).toBe('2026-04-01T00:00 2026-07-01T00:00')
    expect(windowAt(calendarQuarters({ zone: 'UTC', monthOfYear: 2 }), '2026-04-30T12:00Z')).toBe(
      '2026-02-01T00:00 2026-05-01T00:00',
    )
    expect(windowAt(calendarYears({ zone: 'Asia/Kolkata' }), '2025-12-31T18:30Z')).toBe(
      '2025-12-31T18:30 2026-12-31T18:30',
    )
    expect(windowAt(calendarYears({ zone: 'UTC', monthOfYear: 4, dayOfMonth: 6 }), '2026-04-05T12:00Z')).toBe(
      '2025-04-06T00:00 2026-04-06T00:00',
    )
    expect(windowAt(calendarYears({ zone: 'UTC', every: 2, startOn: '2021-01-01' }), '1968-01-01T00:00Z')).toBe(
      '1967-01-01T00:00 1969-01-01T00:00',
    )
  })
})

describe('calendar windows', () => {
  it('are cut at the ends of event time', () => {
    for (const fn of [
      calendarDays({ zone: 'Europe/Berlin', every: 1e9 }),
      calendarYears({ zone: 'UTC', every: 1e9 }),
    ]) {
      expect(fn.assign(0, null)[0]).toMatchObject({
        start: 0 - (fn.zone === 'UTC' ? 0 : 3_600_000),
        end: END_OF_GLOBAL_WINDOW + 1,
      })
      expect(fn.assign(MIN_TIMESTAMP, null)[0]?.start).toBe(MIN_TIMESTAMP)
    }
    const days = calendarDays({ zone: 'Pacific/Apia' })
    expect(days.assign(MAX_TIMESTAMP, null)).toEqual(days.assign(END_OF_GLOBAL_WINDOW, null))
  })

  it('say in their description what they depend on', () => {
    expect(zoneRulesVersion).toMatch(/^20\d\d[a-z]$/)
    expect(calendarQuarters({ zone: 'Europe/Berlin' }).description).toBe(
      `calendar(3 months from 1970-01-01, zone=Europe/Berlin, rules=${zoneRulesVersion})`,
    )
    expect(calendarWeeks({ zone: 'UTC' })).toMatchObject({
      kind: 'calendar',
      unit: 'days',
      every: 7,
      startOn: '1970-01-05',
    })
  })

  it.each(['Mars/Olympus', 'SYSTEM', '', 'CET-1CEST'])('refuse the zone %o', (zone) => {
    expect(() => calendarDays({ zone })).toThrow(expect.objectContaining({ code: 'BAD_ZONE' }))
  })

  it.each([
    ['no whole number of days', () => calendarDays({ zone: 'UTC', every: 1.5 })],
    ['no days', () => calendarDays({ zone: 'UTC', every: 0 })],
    ['a day that not every month has', () => calendarMonths({ zone: 'UTC', dayOfMonth: 29 })],
    ['the same, as a date', () => calendarMonths({ zone: 'UTC', startOn: '2026-01-31' })],
    ['a thirteenth month', () => calendarYears({ zone: 'UTC', monthOfYear: 13 })],
    ['two first days', () => calendarYears({ zone: 'UTC', dayOfMonth: 2, startOn: '2026-01-01' })],
    ['no date', () => calendarDays({ zone: 'UTC', startOn: '2026-02-30' })],
  ])('refuse %s', (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'BAD_CALENDAR' }))
  })

  it('do not depend on what was assigned before', () => {
    const fn = calendarDays({ zone: 'Africa/Cairo' })
    for (let day = 0; day < 3000; day += 1) fn.assign(day * 86_400_000 * ((day % 2) * 2 - 1), null)
    for (const instant of ['2014-05-15T22:00Z', '1975-01-01T00:00Z', '2030-01-01T00:00Z']) {
      expect(windowAt(fn, instant)).toBe(windowAt(calendarDays({ zone: 'Africa/Cairo' }), instant))
    }
  })
})
