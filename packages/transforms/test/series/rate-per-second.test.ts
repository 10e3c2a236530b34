/**
 * Rates per second of the window, where days are not what they seem.
 */
import {
  combinePerKey,
  milliseconds,
  fixedWindows,
  globalWindow,
  pipe,
  create,
  windowInto,
  withKeys,
} from '@tidemark/core'
import { calendarDays } from '@tidemark/core/calendar'
import { batchRunner } from '@tidemark/runners/batch'
import { assertSameAnswer } from '@tidemark/runners/testing'
import { count, ratePerSecond } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { perSecondOf } from '../../src/series/rate-per-second.ts'
import { nearestQuotient } from '../rational.ts'
import { driftOf, graphOf, rowsOf, timestamp, type Row } from '../rows.ts'

const HOUR = 3600

async function rateOn(zone: string, day: readonly [number, number, number], value: number, hour = 12) {
  const noon = Date.UTC(day[0], day[1] - 1, day[2], hour)
  const { outputs } = await batchRunner({ progress: 'never' }).run((root) => ({
    rate: root.pipe(
      create('Counts', [['eu', value] as const], { timestamp: () => noon }),
      windowInto(calendarDays({ zone })),
      ratePerSecond(),
    ),
  }))
  return outputs.rate.map((row) => row.value)
}

describe('ratePerSecond', () => {
  // Mutation: packages/transforms/src/series/rate-per-second.ts: `const length = window.end - window.start` → `const length = 86_400_000`
  it('divides by the seconds that a local day really has', async () => {
    const days = [
      ['Europe/Berlin', [2026, 3, 28], 24],
      ['Europe/Berlin', [2026, 3, 29], 23],
      ['Europe/Berlin', [2026, 10, 25], 25],
      ['Australia/Lord_Howe', [2026, 4, 3], 24],
    ] as const
    for (const [zone, day, hours] of days) {
      const seconds = hours * HOUR
      expect(await rateOn(zone, day, 2 * seconds)).toEqual([['eu', { value: 2 * seconds, seconds, perSecond: 2 }]])
    }
    // On Lord Howe clocks go back by half an hour on 5 April, a day that begins at 13:00 UTC of the 4th and has 24.5 hours.
    expect(await rateOn('Australia/Lord_Howe', [2026, 4, 5], 88_200, 2)).toEqual([
      ['eu', { value: 88_200, seconds: 24.5 * HOUR, perSecond: 1 }],
    ])
  })

  // Mutation: packages/transforms/src/series/rate-per-second.ts: `if (length % 1000 === 0) return` → `if (length > 0) return`
  it('rounds once where a window is no whole number of seconds', () => {
    let differs = 0
    for (let length = 1; length <= 5000; length += 37) {
      for (const value of [1, 0.1, 3, 1 / 3, 12_345_678.9]) {
        const { perSecond } = perSecondOf(value, { start: 0, end: length })
        expect(perSecond, `${value} in ${length} ms`).toBe(nearestQuotient(new Array<number>(1000).fill(value), length))
        if (perSecond !== value / (length / 1000)) differs += 1
      }
    }
    expect(differs).toBeGreaterThan(10)
  })

  it('settles on the same in every order, and changes stay changes', () => {
    const perKey = pipe(
      windowInto<Row>(fixedWindows(milliseconds(7))),
      withKeys(({ id }: Row) => id),
      combinePerKey('Count', count()),
      ratePerSecond(),
    )
    assertSameAnswer(perKey, rowsOf(6, 30), { timestamp, runs: 20 })
    expect(driftOf(perKey)).toEqual([])
  })

  it('refuses the global window, which is all of time', () => {
    const rate = pipe(
      windowInto<Row>(globalWindow()),
      withKeys(() => 'all'),
      ratePerSecond() as never,
    )
    expect(() => graphOf(rate as never)).toThrow(expect.objectContaining({ code: 'WINDOW_WITHOUT_LENGTH' }))
  })
})
