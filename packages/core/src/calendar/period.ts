/**
 * Periods: local dates cut into runs of whole days or whole months.
 *
 * Periods are numbered; number 0 begins on `startOn`, and they go on without end in both directions. Days are counted
 * from 1970-01-01 (epoch days). No zone and no clock is involved.
 */
import { LocalDate } from '@js-joda/core'

/** A cutting of local dates into periods. */
export interface Periods {
  readonly unit: 'days' | 'months'
  /** How many days or months a period has. */
  readonly every: number
  /** The first date, from 1970-01 on, on which a period begins. */
  readonly startOn: LocalDate
  /** The number of the period that has the date. */
  readonly numberOf: (epochDay: number) => number
  /** The first date of a period. Infinite beyond the dates of event time. */
  readonly firstDay: (number: number) => number
}

// Event time has 1e8 days on either side of the epoch.
const MOST_DAYS = 100_000_010
const MOST_MONTHS = 3_400_000

/** Periods of so many days, one of which begins on `startOn`. */
export function periodsOfDays(every: number, startOn: LocalDate): Periods {
  const first = startOn.toEpochDay() - Math.floor(startOn.toEpochDay() / every) * every
  return {
    unit: 'days',
    every,
    startOn: LocalDate.ofEpochDay(first),
    numberOf: (epochDay) => Math.floor((epochDay - first) / every),
    firstDay: (number) => within(first + number * every, MOST_DAYS),
  }
}

/** Periods of so many months, one of which begins on `startOn`; its day of the month must exist in every month. */
export function periodsOfMonths(every: number, startOn: LocalDate): Periods {
  const day = startOn.dayOfMonth()
  const months = monthsOf(startOn)
  const first = months - Math.floor(months / every) * every
  return {
    unit: 'months',
    every,
    startOn: LocalDate.ofEpochDay(firstDayOfMonth(first, day)),
    numberOf: (epochDay) => {
      const date = LocalDate.ofEpochDay(epochDay)
      const begun = date.dayOfMonth() < day ? monthsOf(date) - 1 : monthsOf(date)
      return Math.floor((begun - first) / every)
    },
    firstDay: (number) => firstDayOfMonth(first + number * every, day),
  }
}

/** Months since January 1970. */
function monthsOf(date: LocalDate): number {
  return (date.year() - 1970) * 12 + date.monthValue() - 1
}

function firstDayOfMonth(months: number, day: number): number {
  if (!Number.isFinite(within(months, MOST_MONTHS))) return within(months, MOST_MONTHS)
  const years = Math.floor(months / 12)
  return LocalDate.of(1970 + years, months - years * 12 + 1, day).toEpochDay()
}

function within(value: number, most: number): number {
  return value > most ? Infinity : value < -most ? -Infinity : value
}
