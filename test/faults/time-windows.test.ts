/**
 * C3 and C7: windows at the ends of event time, before 1970, and where clocks change.
 */
import {
  combinePerKey,
  END_OF_GLOBAL_WINDOW,
  fixedWindows,
  GLOBAL_WINDOW,
  map,
  MAX_TIMESTAMP,
  MIN_TIMESTAMP,
  milliseconds,
  parseTimestamp,
  sessions,
  slidingWindows,
  windowInto,
  type Window,
  type WindowFn,
} from '@tidemark/core'
import { calendarDays, calendarMonths, calendarWeeks, toLocalDate, zoneOf } from '@tidemark/core/calendar'
import { readMemory } from '@tidemark/io/memory'
import { batchRunner } from '@tidemark/runners/batch'
import { count } from '@tidemark/transforms'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByHand, numbers } from './by-hand.ts'

const anyTime = fc.oneof(
  fc.integer({ min: MIN_TIMESTAMP, max: MAX_TIMESTAMP }),
  fc.integer({ min: -2e12, max: 2e12 }),
  fc.nat(1e6).map((n) => MIN_TIMESTAMP + n),
  fc.nat(1e6).map((n) => MAX_TIMESTAMP - n),
  fc.integer({ min: -5, max: 5 }),
)
const anyLength = fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: MAX_TIMESTAMP }))
const anyOffset = fc.integer({ min: -MAX_TIMESTAMP, max: MAX_TIMESTAMP })

/** The multiple of `size` shifted by `offset` that lies at or before a time; by exact arithmetic, and toward the past. */
function floored(time: number, size: number, offset: number): bigint {
  const [t, s, o] = [BigInt(time), BigInt(size), BigInt(offset)]
  const rest = (((t - o) % s) + s) % s
  return t - rest
}

/** A window from exact bounds, cut to event time. */
function cut(start: bigint, length: number): Window {
  const end = start + BigInt(length)
  return {
    start: start < BigInt(GLOBAL_WINDOW.start) ? GLOBAL_WINDOW.start : Number(start),
    end: end > BigInt(GLOBAL_WINDOW.end) ? GLOBAL_WINDOW.end : Number(end),
  }
}

describe('C3: times of any sign and size', () => {
  it('C3: lie in the fixed window that floor division gives, over all of event time', () => {
    fc.assert(
      fc.property(anyTime, anyLength, anyOffset, (time, size, offset) => {
        const instant = Math.min(time, END_OF_GLOBAL_WINDOW)
        expect(fixedWindows(milliseconds(size), milliseconds(offset)).assign(time, undefined)).toEqual([
          cut(floored(instant, size, offset), size),
        ])
      }),
      { numRuns: 2000 },
    )
  })

  it('C3: lie in all sliding windows that floor division gives, over all of event time', () => {
    const most = fc.integer({ min: 1, max: 12 })
    fc.assert(
      fc.property(anyTime, anyLength, most, anyOffset, (time, size, windows, offset) => {
        const period = Math.max(1, Math.floor(size / windows))
        const instant = Math.min(time, END_OF_GLOBAL_WINDOW)
        const expected: Window[] = []
        for (
          let start = floored(instant, period, offset);
          start + BigInt(size) > BigInt(instant);
          start -= BigInt(period)
        )
          expected.unshift(cut(start, size))
        const fn = slidingWindows(milliseconds(size), milliseconds(period), milliseconds(offset))
        expect(fn.assign(time, undefined)).toEqual(expected)
      }),
      { numRuns: 2000 },
    )
  })

  it('C3: begin a session where they are, before 1970 and at the ends too', () => {
    fc.assert(
      fc.property(anyTime, anyLength, (time, gap) => {
        const instant = Math.min(time, END_OF_GLOBAL_WINDOW)
        expect(sessions(milliseconds(gap)).assign(time, undefined)).toEqual([cut(BigInt(instant), gap)])
      }),
      { numRuns: 1000 },
    )
  })

  it('C3: lie in the calendar day, month and week of their date, in the years 0 to 9999', () => {
    const year = fc.integer({ min: 0, max: 9999 })
    fc.assert(
      fc.property(year, fc.nat(366 * 86_400_000), (y, within) => {
        const time = new Date(0).setUTCFullYear(y, 0, 1) + within
        const date = new Date(time)
        const day = new Date(0).setUTCFullYear(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate())
        const month = new Date(0).setUTCFullYear(date.getUTCFullYear(), date.getUTCMonth(), 1)
        const monday = day - ((date.getUTCDay() + 6) % 7) * 86_400_000
        const startOf = (fn: WindowFn): number | undefined => fn.assign(time, undefined)[0]?.start
        expect([calendarDays, calendarMonths, calendarWeeks].map((of) => startOf(of({ zone: 'UTC' })))).toEqual([
          day,
          month,
          monday,
        ])
      }),
      { numRuns: 500 },
    )
  })

  it('C3: are read from text in the years 0 and 9999, and grouped', async () => {
    const texts = [
      '0000-01-01T00:00:00Z',
      '0000-01-01T23:59:59.999Z',
      '1969-12-31T23:59:59.999Z',
      '1970-01-01T00:00:00Z',
      '9999-12-31T23:59:59Z',
    ]
    const { outputs, ledger } = await batchRunner({ progress: 'never' }).run((root) => ({
      days: root.pipe(
        readMemory('In', texts, { timestamp: (text) => parseTimestamp(text) }),
        windowInto(fixedWindows(milliseconds(86_400_000))),
        map((text) => ['all', text] as const),
        combinePerKey('Count', count()),
      ),
    }))
    expect(ledger).toEqual([])
    expect(
      outputs.days.map(({ value, window }) => [new Date(window.start).toISOString().slice(0, 10), value[1]]),
    ).toEqual([
      ['0000-01-01', 2],
      ['1969-12-31', 1],
      ['1970-01-01', 1],
      ['9999-12-31', 1],
    ])
  })

  it.each([MAX_TIMESTAMP + 1, MIN_TIMESTAMP - 1, 2 ** 53, -1e300])(
    'C3: %d is outside of event time: a dead letter TS_RANGE, and nothing moves',
    (at) => {
      const run = new ByHand((root) => numbers(root)).offer(
        [0, 'a', 1],
        [at, 'a', 2],
        [MAX_TIMESTAMP, 'a', 3],
        [MIN_TIMESTAMP, 'a', 4],
      )
      expect(run.take()).toHaveLength(3)
      expect(run.entries()).toEqual([
        `TS_RANGE: timestamp() gave ${at}, which is outside of event time, -8.64e15 to 8.64e15 milliseconds`,
      ])
      run.complete()
    },
  )

  it.each([Number.NaN, Infinity, -Infinity, 0.5, '0', null])(
    'C3: %s is no number of milliseconds: BAD_TIMESTAMP',
    (at) => {
      const run = new ByHand((root) => numbers(root)).offer([at, 'a', 1]).complete()
      expect(run.entries()[0]).toMatch(/^BAD_TIMESTAMP: timestamp\(\) gave .*, which is not a whole number/)
    },
  )
})

/** Zones whose clocks change by an hour, by half of one, at midnight, in the south, not at all; and one that has skipped a day. */
const PLACES = [
  'Europe/Berlin',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'America/Santiago',
  'America/Havana',
  'Africa/Cairo',
  'Asia/Beirut',
  'Africa/Casablanca',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'UTC',
]
const HOUR = 3_600_000

describe('C7: calendar days where clocks change', () => {
  it('C7: tile two years in any zone: each begins where the one before ends', () => {
    for (const place of PLACES) {
      const days = calendarDays({ zone: place })
      const from = Date.UTC(2025, 0, 1, 12)
      const until = Date.UTC(2027, 0, 1, 12)
      let [day] = days.assign(from, undefined)
      let counted = 0
      while (day !== undefined && day.end <= until) {
        expect(days.assign(day.start, undefined)).toEqual([day])
        expect(days.assign(day.end - 1, undefined)).toEqual([day])
        const [next] = days.assign(day.end, undefined)
        expect(next?.start).toBe(day.end)
        expect(toLocalDate(day.start, place)).not.toBe(toLocalDate(day.end, place))
        day = next
        counted += 1
      }
      expect([place, counted]).toEqual([place, 730])
    }
  })

  it('C7: put every element in exactly one window, which holds it and all of its local date', () => {
    const instant = fc.integer({ min: Date.UTC(2025, 0), max: Date.UTC(2027, 0) })
    fc.assert(
      fc.property(fc.constantFrom(...PLACES), instant, (place, at) => {
        const windows = calendarDays({ zone: place }).assign(at, undefined)
        expect(windows).toHaveLength(1)
        const { start, end } = windows[0]!
        expect(start <= at && at < end).toBe(true)
        for (const border of [start, end - 1]) expect(toLocalDate(border, place)).toBe(toLocalDate(at, place))
        expect(toLocalDate(end, place)).not.toBe(toLocalDate(at, place))
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['Europe/Berlin', { 23: 2, 24: 726, 25: 2 }],
    ['America/St_Johns', { 23: 2, 24: 726, 25: 2 }],
    ['Australia/Lord_Howe', { 23.5: 2, 24: 726, 24.5: 2 }],
    ['Africa/Cairo', { 23: 2, 24: 726, 25: 2 }],
    ['Asia/Kathmandu', { 24: 730 }],
  ])('C7: are as many hours long in %s in two years as its clocks make them', (place, expected) => {
    const days = calendarDays({ zone: place })
    const lengths: Record<number, number> = {}
    let [day] = days.assign(Date.UTC(2025, 0, 1, 12), undefined)
    for (let index = 0; index < 730; index += 1) {
      const hours = (day!.end - day!.start) / HOUR
      lengths[hours] = (lengths[hours] ?? 0) + 1
      ;[day] = days.assign(day!.end, undefined)
    }
    expect(lengths).toEqual(expected)
  })

  it('C7: count 23, 24 and 25 elements of one an hour, each once', async () => {
    const zone = zoneOf('Europe/Berlin')
    const hours = [Date.UTC(2026, 2, 28, 23), Date.UTC(2026, 9, 24, 22)].flatMap((start) =>
      Array.from({ length: start < Date.UTC(2026, 6) ? 23 + 24 : 25 + 24 }, (_, index) => start + index * HOUR),
    )
    const { outputs } = await batchRunner({ progress: 'never' }).run((root) => ({
      days: root.pipe(
        readMemory('In', hours, { timestamp: (at) => at }),
        windowInto(calendarDays({ zone })),
        map((at) => ['all', at] as const),
        combinePerKey('Count', count()),
      ),
    }))
    expect(outputs.days.map(({ value, window }) => [toLocalDate(window.start, zone), value[1]])).toEqual([
      ['2026-03-29', 23],
      ['2026-03-30', 24],
      ['2026-10-25', 25],
      ['2026-10-26', 24],
    ])
  })
})
