/**
 * Calendar windows against vectors computed by Python's zoneinfo.
 */
import { calendarDays, calendarMonths, calendarQuarters, calendarWeeks, calendarYears } from '@tidemark/core/calendar'
import type { WindowFn } from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import { hasVectors, readVectors, skipNote } from './vectors.ts'

interface Vector {
  readonly zone: string
  readonly unit: 'day' | 'week' | 'month' | 'quarter' | 'year'
  readonly timestamp: number
  readonly start: number
  readonly end: number
}

const byUnit = {
  day: calendarDays,
  week: calendarWeeks,
  month: calendarMonths,
  quarter: calendarQuarters,
  year: calendarYears,
}

describe.skipIf(!hasVectors)(`calendar windows${skipNote}`, () => {
  const vectors = readVectors<Vector>('vectors/calendar-windows.jsonl')
  const zones = [...new Set(vectors.map(({ zone }) => zone))]

  it.each(zones)('agree with zoneinfo in %s', (zone) => {
    const fns = new Map<string, WindowFn>()
    for (const [unit, make] of Object.entries(byUnit)) fns.set(unit, make({ zone }))
    const wrong = vectors.filter(({ zone: place, unit, timestamp, start, end }) => {
      if (place !== zone) return false
      const [window] = fns.get(unit)?.assign(timestamp, null) ?? []
      return window?.start !== start || window.end !== end
    })
    expect(wrong).toEqual([])
  })

  it('are checked in full', () => {
    expect(vectors.length).toBeGreaterThan(4000)
    expect(zones.length).toBeGreaterThan(20)
  })
})
