/**
 * Every method against the same computed naively from the sorted list, and against itself under any arrival.
 */
import { fixedWindows, hours, milliseconds, type WindowFn } from '@tidemark/core'
import { calendarDays, wallClock } from '@tidemark/core/calendar'
import { assertSameAnswer } from '@tidemark/runners/testing'
import { judgeByChange, judgeByCusum, judgeByEwma, judgeBySeason } from '@tidemark/transforms'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { DAY, HOUR, judged, timestampOf, verdictsOf, type Figure, type Judge } from './figures.ts'
import { changeRule, cusumRule, ewmaRule, naive, seasonRule, type Bare, type Span } from './naive-verdicts.ts'

const zone = 'Europe/Berlin'
const clock = wallClock(zone)
// Eight hours before clocks go forward (2026-03-29, 02:00) and before they go back (2026-10-25, 03:00).
const SPRING = Date.UTC(2026, 2, 28, 17)
const AUTUMN = Date.UTC(2026, 9, 24, 17)

const values = fc.oneof(fc.integer({ min: 0, max: 50 }), fc.double({ min: 0, max: 100, noNaN: true }))

/** Figures of two keys, at most of the hours that the numbers below `count` name. */
function figuresAt(toTime: (number: number) => number, count: number): fc.Arbitrary<readonly Figure[]> {
  const hour = fc.record({ a: fc.option(values, { freq: 4 }), b: fc.option(values, { freq: 1 }) })
  return fc.array(hour, { minLength: count, maxLength: count }).map((all) =>
    all.flatMap((one, number) =>
      (['a', 'b'] as const).flatMap((key) => {
        const value = one[key]
        return value === null ? [] : [{ key, at: toTime(number), value }]
      }),
    ),
  )
}

const spans = (figures: readonly Figure[]): readonly Span[] => figures.map((one) => ({ ...one, end: one.at + HOUR }))

async function bare(figures: readonly Figure[], judge: Judge, windows?: WindowFn): Promise<readonly Bare[]> {
  return (await verdictsOf(figures, judge, windows)).map(([key, verdict]) => {
    const { window, value, baseline, scale, deviation, isAnomaly } = verdict
    return { key, window, value, baseline, scale, deviation, isAnomaly }
  })
}

/** How many verdicts have been compared, and how many anomalies were among them: a property over none would hold. */
const seen = { verdicts: 0, anomalies: 0 }

function expectSame(found: readonly Bare[], expected: readonly Bare[]): void {
  expect(found).toEqual(expected)
  seen.verdicts += expected.length
  seen.anomalies += expected.filter(({ isAnomaly }) => isAnomaly).length
}

function expectEnough(): void {
  expect(seen.verdicts).toBeGreaterThan(60)
  expect(seen.anomalies).toBeGreaterThan(20)
  expect(seen.anomalies).toBeLessThan(seen.verdicts)
}

const FLOOR = { floor: 2 }
const anomalies = fc.constantFrom('learn' as const, 'ignore' as const)

describe('the verdicts of a method are those of a computation from the sorted list', () => {
  beforeEach(() => {
    seen.verdicts = 0
    seen.anomalies = 0
  })

  // Mutation: packages/transforms/src/anomaly/judge-by-season.ts: `const since = shown - weeks * WEEK` → `const since = shown - weeks * WEEK + 1`
  it('by season, where clocks change too', async () => {
    // Twelve hours of the night of the change, in five weeks around it.
    const around = (start: number) => (n: number) => start + (Math.floor(n / 12) - 2) * 7 * DAY + (n % 12) * HOUR
    const options = { weeks: 3, minimum: 2, threshold: 3, ...FLOOR }
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(SPRING, AUTUMN).chain((start) => figuresAt(around(start), 60)),
        anomalies,
        async (figures, learning) => {
          const judge = judgeBySeason<string>('Judge', { clock, ...options, anomalies: learning })
          const expected = naive(spans(figures), seasonRule({ zone, ...options }), learning)
          expectSame(await bare(figures, judge), expected)
        },
      ),
      { numRuns: 40, seed: 601 },
    )
    expectEnough()
  })

  it('by season, of half hours in the nights around the one in which clocks go back', async () => {
    const half = HOUR / 2
    const around = (n: number) => AUTUMN + (Math.floor(n / 20) - 2) * 7 * DAY + 4 * HOUR + (n % 20) * half
    const options = { weeks: 2, minimum: 3, threshold: 3, ...FLOOR }
    await fc.assert(
      fc.asyncProperty(figuresAt(around, 80), async (figures) => {
        const judge = judgeBySeason<string>('Judge', { clock, ...options })
        const expected = naive(
          figures.map((one) => ({ ...one, end: one.at + half })),
          seasonRule({ zone, ...options }),
          'learn',
        )
        expectSame(await bare(figures, judge, fixedWindows(milliseconds(half))), expected)
      }),
      { numRuns: 30, seed: 607 },
    )
    expectEnough()
  })

  // Mutation: packages/transforms/src/anomaly/judge-by-ewma.ts: `(1 - alpha) * (variance + away * step)` → `(1 - alpha) * variance + away * step`
  it('by EWMA, with keys that fall silent', async () => {
    const options = { alpha: 0.3, minimum: 3, threshold: 2, ...FLOOR }
    await fc.assert(
      fc.asyncProperty(
        figuresAt((n) => n * HOUR, 40),
        anomalies,
        async (figures, learning) => {
          const judge = judgeByEwma<string>('Judge', { ...options, anomalies: learning, forgetAfter: hours(3) })
          expectSame(await bare(figures, judge), naive(spans(figures), ewmaRule(options), learning, 3 * HOUR))
        },
      ),
      { numRuns: 40, seed: 602 },
    )
    expectEnough()
  })

  // Mutation: packages/transforms/src/anomaly/judge-by-cusum.ts: `{ ...past, above: 0, below: 0 }` → `{ ...past, above, below }`
  it('by CUSUM, with keys that fall silent', async () => {
    const options = { minimum: 4, slack: 0.5, threshold: 2, ...FLOOR }
    await fc.assert(
      fc.asyncProperty(
        figuresAt((n) => n * HOUR, 40),
        async (figures) => {
          const judge = judgeByCusum<string>('Judge', { ...options, forgetAfter: hours(4) })
          expectSame(await bare(figures, judge), naive(spans(figures), cusumRule(options), 'learn', 4 * HOUR))
        },
      ),
      { numRuns: 40, seed: 603 },
    )
    expectEnough()
  })

  // Mutation: packages/transforms/src/anomaly/judge-by-change.ts: `past[0]?.shown !== shown` → `true`
  it('by change, where clocks change too', async () => {
    const around = (start: number) => (n: number) => start + Math.floor(n / 12) * DAY + (n % 12) * HOUR
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(SPRING, AUTUMN).chain((start) => figuresAt(around(start - DAY), 48)),
        anomalies,
        fc.boolean(),
        async (figures, learning, amount) => {
          const judge = judgeByChange<string>('Judge', {
            clock,
            against: 'day',
            figures: amount ? 'amount' : 'level',
            threshold: 0.4,
            anomalies: learning,
            ...FLOOR,
          })
          const rule = changeRule({ zone, days: 1, threshold: 0.4, amount, ...FLOOR })
          expectSame(await bare(figures, judge), naive(spans(figures), rule, learning))
        },
      ),
      { numRuns: 40, seed: 604 },
    )
    expectEnough()
  })

  // Mutation: packages/transforms/src/anomaly/judge-by-change.ts: `before.value * (length / before.length)` → `before.value`
  it('by change from day to day, of 23, 24 and 25 hours', async () => {
    const perDay = calendarDays({ zone })
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(SPRING, AUTUMN),
        fc.array(values, { minLength: 5, maxLength: 5 }),
        async (start, five) => {
          const windows = five.map((_, index) => perDay.assign(start + (index - 1) * DAY + 6 * HOUR, null)[0]!)
          const figures = windows.map((window, index) => ({
            key: 'a',
            at: window.start,
            end: window.end,
            value: five[index]!,
          }))
          const judge = judgeByChange<string>('Judge', {
            clock,
            against: 'day',
            figures: 'amount',
            threshold: 0.4,
            ...FLOOR,
          })
          const rule = changeRule({ zone, days: 1, threshold: 0.4, amount: true, ...FLOOR })
          const found = await bare(figures, judge, perDay)
          expect(found).toHaveLength(4)
          expect(found).toEqual(naive(figures, rule, 'learn'))
        },
      ),
      { numRuns: 20, seed: 605 },
    )
  })
})

describe('the verdicts of a method do not depend on arrival', () => {
  const forgetAfter = hours(4)
  const methods: readonly (readonly [string, Judge])[] = [
    ['season', judgeBySeason('Judge', { clock, weeks: 1, minimum: 1, ...FLOOR })],
    ['ewma', judgeByEwma('Judge', { alpha: 0.5, minimum: 2, forgetAfter, ...FLOOR })],
    ['cusum', judgeByCusum('Judge', { minimum: 2, threshold: 1, forgetAfter, ...FLOOR })],
    ['change', judgeByChange('Judge', { clock, against: 'day', figures: 'amount', ...FLOOR })],
  ]
  it.each(methods)('%s', (_, judge) => {
    // Several elements a window, three weeks of two hours each.
    const figures = Array.from({ length: 40 }, (__, n) => ({
      key: n % 3 === 0 ? 'a' : 'b',
      at: Math.floor(n / 6) * (n % 2 === 0 ? DAY : 7 * DAY) + (n % 5) * 25 * 60_000,
      value: (n * 7919) % 31,
    }))
    const tried = assertSameAnswer(judged(judge, fixedWindows(milliseconds(HOUR))), figures, {
      timestamp: timestampOf,
      runs: 40,
      seed: 606,
    })
    expect(tried.live).toBeGreaterThan(5)
    expect(tried.incomparable).toBeLessThan(tried.runs / 2)
  })
})
