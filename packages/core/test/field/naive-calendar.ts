/**
 * An oracle for calendar units: the first quarter of an hour whose local date is in the same unit, by the platform's own clocks.
 */
import type { CalendarUnit } from '../../src/field/index.ts'

const QUARTER = 15 * 60_000
const DAY = 86_400_000

/** The start of the unit, by bisection over quarters of an hour. */
export function naiveStart(timestamp: number, unit: CalendarUnit, zone: string): number {
  const wanted = unitOf(timestamp, unit, zone)
  let last = Math.floor(timestamp / QUARTER)
  let before = Math.floor((timestamp - 400 * DAY) / QUARTER)
  while (last - before > 1) {
    const middle = Math.floor((before + last) / 2)
    if (unitOf(middle * QUARTER, unit, zone) === wanted) last = middle
    else before = middle
  }
  return last * QUARTER
}

function unitOf(timestamp: number, unit: CalendarUnit, zone: string): number {
  const [year = 0, month = 0, day = 0] = formatOf(zone).format(timestamp).split('-').map(Number)
  const epochDay = Date.UTC(year, month - 1, day) / DAY
  switch (unit) {
    case 'day':
      return epochDay
    case 'week':
      // 1970-01-01 was a Thursday.
      return Math.floor((epochDay + 3) / 7)
    case 'month':
      return year * 12 + month
    case 'quarter':
      return year * 4 + Math.floor((month - 1) / 3)
    case 'year':
      return year
  }
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
  formats.set(zone, format)
  return format
}
