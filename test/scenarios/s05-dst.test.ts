/**
 * S05: days and months of places that change their clocks, fed with one event every half hour.
 */
import { combineGlobally, combinePerKey, composite, map, windowInto, withKeys, type PCollection } from '@tidemark/core'
import { calendarDays, calendarMonths } from '@tidemark/core/calendar'
import { count, ratePerSecond } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { at, expectAnswer } from '../registrar/three-ways.ts'
import { hasRealData, readScenario, skipNote } from './scenario-data.ts'

interface Dst {
  readonly days: readonly {
    readonly zone: string
    readonly local_date: string
    readonly start: string
    readonly end: string
    readonly hours: number
    readonly events_every_30min: number
  }[]
  readonly months: readonly {
    readonly zone: string
    readonly month: string
    readonly start: string
    readonly end: string
    readonly hours: number
  }[]
  readonly fold: { readonly zone: string; readonly first_utc: string; readonly second_utc: string }
}

interface Tick {
  readonly event_ts: number
}

const HALF_HOUR = 1_800_000
const HOUR = 3_600_000

describe(`S05, days that are not 24 hours long${skipNote}`, () => {
  const { days, months, fold }: Dst = hasRealData
    ? readScenario<Dst>('S05-dst.json')
    : { days: [], months: [], fold: { zone: 'UTC', first_utc: '', second_utc: '' } }

  it.skipIf(!hasRealData).each(days)('$zone $local_date lasts $hours hours', async ({ zone, start, end, ...day }) => {
    const [from, to] = [at(start), at(end)]
    const windows = calendarDays({ zone })
    expect(windows.assign(from, null)).toEqual([{ start: from, end: to }])
    expect((to - from) / HOUR).toBe(day.hours)
    // A day before and a day after, so that the day's window has to choose.
    await expectAnswer(
      composite('Days', (ticks: PCollection<Tick>) =>
        ticks.pipe(
          windowInto(windows),
          combineGlobally('Count', count()),
          map((events) => ({ events })),
        ),
      ),
      ticks(from - 24 * HOUR, to + 24 * HOUR),
      (rows) => rows.find(({ timestamp }) => timestamp === to - 1)?.value.events,
      day.events_every_30min,
      2,
    )
  })

  it.skipIf(!hasRealData)('gives the same rate on every day, as it divides by the real length', async () => {
    for (const { zone, start, end } of days) {
      const [from, to] = [at(start), at(end)]
      await expectAnswer(
        composite('Rates', (elements: PCollection<Tick>) =>
          elements.pipe(
            windowInto(calendarDays({ zone })),
            withKeys(() => zone),
            combinePerKey('Count', count()),
            ratePerSecond(),
          ),
        ),
        ticks(from, to),
        (rows) => rows.map(({ value: [, { perSecond }] }) => perSecond),
        [2 / 3600],
        2,
      )
    }
  })

  it.skipIf(!hasRealData)('knows how many hours a month has', () => {
    for (const { zone, start, end, hours } of months) {
      const [from, to] = [at(start), at(end)]
      expect(calendarMonths({ zone }).assign(from + 14 * 24 * HOUR, null)).toEqual([{ start: from, end: to }])
      expect((to - from) / HOUR).toBe(hours)
    }
  })

  it.skipIf(!hasRealData)('puts both halves of an hour that comes twice in one day', () => {
    const { zone, first_utc, second_utc } = fold
    const windows = calendarDays({ zone })
    expect(windows.assign(at(first_utc), null)).toEqual(windows.assign(at(second_utc), null))
  })
})

function ticks(from: number, to: number): readonly Tick[] {
  return Array.from({ length: (to - from) / HALF_HOUR }, (_, index) => ({ event_ts: from + index * HALF_HOUR }))
}
