/**
 * Calendar windows: days, weeks, months, quarters and years as the clocks of one place count them.
 *
 * A local day starts at the first instant whose local date is that day, or a later one, and lasts until the next one
 * starts: 23, 24.5 or 25 hours where clocks change. Where midnight is skipped the day starts later; where it occurs
 * twice, at the first; a date that is skipped altogether has no window. So windows tile event time, and no length is
 * ever added to an instant.
 */
import { DayOfWeek, Instant, LocalDate, type ZoneId } from '@js-joda/core'
import { checkOptions, type OptionNames } from '../error/check-options.ts'
import { PipelineError } from '../error/pipeline-error.ts'
import type { Timestamp } from '../time/timestamp.ts'
import { assignable, clipWindow } from '../window/clip-window.ts'
import type { Window } from '../window/window.ts'
import type { WindowFn } from '../window/window-fn.ts'
import { periodsOfDays, periodsOfMonths, type Periods } from './period.ts'
import { WindowCache } from './window-cache.ts'
import { zoneOf, zoneRulesVersion } from './zone-rules.ts'

/** A {@link WindowFn} of calendar windows, with its parameters. */
export interface CalendarWindowFn extends WindowFn {
  readonly kind: 'calendar'
  readonly unit: 'days' | 'months'
  /** How many days or months a window has. */
  readonly every: number
  /** The first local date, from 1970-01 on, on which a window starts. */
  readonly startOn: string
  /** Name of the time zone. */
  readonly zone: string
  /** Edition of the time zone database. */
  readonly zoneRulesVersion: string
}

interface InZone {
  /** The time zone whose clocks count: an IANA name or a js-joda ZoneId. */
  readonly zone: ZoneId | string
  /** How many units a window has (1). */
  readonly every?: number
}

/** Options of {@link calendarDays}. */
export interface CalendarDays extends InZone {
  /** A local date on which a window starts; only matters when `every` is above 1 (1970-01-01). */
  readonly startOn?: LocalDate | string
}

/** Options of {@link calendarWeeks}. */
export interface CalendarWeeks extends InZone {
  /** The first day of a week (Monday, as in ISO 8601). */
  readonly startDayOfWeek?: DayOfWeek
}

/** Options of {@link calendarMonths}. */
export interface CalendarMonths extends InZone {
  /** The first day of a month, 1 to 28 (1). */
  readonly dayOfMonth?: number
  /** A local date on which a window starts; says which months begin one when `every` is above 1 (1970-01). */
  readonly startOn?: LocalDate | string
}

/** Options of {@link calendarQuarters} and {@link calendarYears}. */
export interface CalendarYears extends CalendarMonths {
  /** The first month of a year, 1 to 12 (1): others make fiscal quarters and years. */
  readonly monthOfYear?: number
}

const DAYS: OptionNames<CalendarDays> = { zone: true, every: true, startOn: true }
const WEEKS: OptionNames<CalendarWeeks> = { zone: true, every: true, startDayOfWeek: true }
const MONTHS: OptionNames<CalendarMonths> = { zone: true, every: true, dayOfMonth: true, startOn: true }
const YEARS: OptionNames<CalendarYears> = { ...MONTHS, monthOfYear: true }

/**
 * Assigns each element to its local day, or to its run of `every` days.
 *
 * **Contract** — There is no first window: runs are counted from `startOn` in both directions. Fortnights that begin on
 * a given date are `{ every: 14, startOn }`.
 *
 * ```ts
 * calendarDays({ zone: 'Europe/Berlin' }).assign(Date.UTC(2026, 2, 29, 12), null)
 * // => [{ start: Date.UTC(2026, 2, 28, 23), end: Date.UTC(2026, 2, 29, 22) }]
 * ```
 */
export function calendarDays(options: CalendarDays): CalendarWindowFn {
  checkOptions('calendarDays', options, DAYS)
  const { zone, every = 1, startOn = LocalDate.EPOCH_0 } = options
  return calendarWindows(zone, periodsOfDays(requireCount(every), dateOf(startOn)))
}

/**
 * Assigns each element to its local week. Runs of several weeks are counted from the start of the week within
 * 1969-12-29 to 1970-01-04.
 */
export function calendarWeeks(options: CalendarWeeks): CalendarWindowFn {
  checkOptions('calendarWeeks', options, WEEKS)
  const { zone, every = 1, startDayOfWeek = DayOfWeek.MONDAY } = options
  const startOn = LocalDate.of(1969, 12, 28).plusDays(startDayOfWeek.value())
  return calendarWindows(zone, periodsOfDays(7 * requireCount(every), startOn))
}

/**
 * Assigns each element to its local month, or to its run of `every` months, counted from January 1970 or from
 * `startOn`.
 */
export function calendarMonths(options: CalendarMonths): CalendarWindowFn {
  checkOptions('calendarMonths', options, MONTHS)
  return calendarWindows(options.zone, periodsOfMonths(requireCount(options.every ?? 1), firstOf(options)))
}

/**
 * Assigns each element to its local quarter, or to its run of `every` quarters, counted from 1970 or from `startOn`.
 */
export function calendarQuarters(options: CalendarYears): CalendarWindowFn {
  checkOptions('calendarQuarters', options, YEARS)
  return calendarWindows(options.zone, periodsOfMonths(3 * requireCount(options.every ?? 1), firstOf(options)))
}

/**
 * Assigns each element to its local year, or to its run of `every` years, counted from 1970 or from `startOn`.
 *
 * ```ts
 * calendarYears({ zone: 'UTC', monthOfYear: 7 }).assign(0, null)
 * // => [{ start: Date.UTC(1969, 6), end: Date.UTC(1970, 6) }]
 * ```
 */
export function calendarYears(options: CalendarYears): CalendarWindowFn {
  checkOptions('calendarYears', options, YEARS)
  return calendarWindows(options.zone, periodsOfMonths(12 * requireCount(options.every ?? 1), firstOf(options)))
}

function calendarWindows(zone: ZoneId | string, periods: Periods): CalendarWindowFn {
  const place = zoneOf(zone)
  const cache = new WindowCache()
  // The window of the element before, and the others seen. They change no result, only what finding it costs.
  let last: Window = { start: 0, end: 0 }
  let assigned: readonly [Window]
  const { unit, every } = periods
  const startOn = periods.startOn.toString()
  return Object.freeze({
    kind: 'calendar',
    description: `calendar(${every} ${unit} from ${startOn}, zone=${place.id()}, rules=${zoneRulesVersion})`,
    merging: false,
    tiling: true,
    unit,
    every,
    startOn,
    zone: place.id(),
    zoneRulesVersion,
    assign: (timestamp: Timestamp): readonly Window[] => {
      if (timestamp >= last.start && timestamp < last.end) return assigned
      const instant = assignable(timestamp)
      assigned = cache.find(instant) ?? cache.add(windowOf(instant, place, periods))
      last = assigned[0]
      return assigned
    },
  })
}

function windowOf(timestamp: Timestamp, zone: ZoneId, periods: Periods): Window {
  const date = LocalDate.ofInstant(Instant.ofEpochMilli(timestamp), zone)
  let number = periods.numberOf(date.toEpochDay())
  let start = startOfDay(periods.firstDay(number), zone)
  let end = startOfDay(periods.firstDay(number + 1), zone)
  // Clocks that went back over midnight show the old date again, and a skipped date starts with the next: both times
  // the period that started last is the one.
  while (end <= timestamp) {
    number += 1
    start = end
    end = startOfDay(periods.firstDay(number + 1), zone)
  }
  return clipWindow(start, end)
}

/** The first instant whose local date is the given one, or later. */
function startOfDay(epochDay: number, zone: ZoneId): Timestamp {
  if (!Number.isFinite(epochDay)) return epochDay
  // In a gap atStartOfDay takes the first instant after it, in an overlap the first of the two.
  return LocalDate.ofEpochDay(epochDay).atStartOfDay(zone).toInstant().toEpochMilli()
}

function firstOf({ dayOfMonth, monthOfYear, startOn }: Omit<CalendarYears, 'zone'>): LocalDate {
  if (startOn === undefined) {
    return LocalDate.of(
      1970,
      requireRange(monthOfYear ?? 1, 12, 'month of the year'),
      requireRange(dayOfMonth ?? 1, 28, 'day of the month'),
    )
  }
  const date = dateOf(startOn)
  requireRange(date.dayOfMonth(), 28, 'day of the month')
  if (
    (dayOfMonth ?? date.dayOfMonth()) === date.dayOfMonth() &&
    (monthOfYear ?? date.monthValue()) === date.monthValue()
  )
    return date
  throw badCalendar(
    `startOn is ${date.toString()}, but dayOfMonth or monthOfYear says otherwise. Windows start on one date: ` +
      'leave out one of them.',
  )
}

function dateOf(date: LocalDate | string): LocalDate {
  if (typeof date !== 'string') return date
  try {
    return LocalDate.parse(date)
  } catch (cause) {
    throw badCalendar(
      `startOn is "${date}", which is not a date. Windows are counted from it. Write it as 2026-01-31.`,
      cause,
    )
  }
}

function requireCount(every: number): number {
  return requireRange(every, Number.MAX_SAFE_INTEGER, 'number of units in a window')
}

function requireRange(value: number, most: number, what: string): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return value
  throw badCalendar(`The ${what} is ${value}. Not every year has such a window. Use a whole number from 1 to ${most}.`)
}

function badCalendar(message: string, cause?: unknown): PipelineError {
  return new PipelineError('BAD_CALENDAR', message, { cause })
}
