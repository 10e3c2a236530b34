/**
 * Verdicts by hand: the figures of each method, the edges, what is kept, and what is refused.
 */
import {
  afterCount,
  afterWatermark,
  combinePerKey,
  create,
  fixedWindows,
  GLOBAL_WINDOW,
  hours,
  map,
  milliseconds,
  monotonousTimestamps,
  windowInto,
  type KV,
  type Root,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { fromObservable, streamingRunner } from '@tidemark/runners/streaming'
import { playScript, testStream } from '@tidemark/runners/testing'
import { judgeByChange, judgeByCusum, judgeByEwma, judgeBySeason, sum, type Verdict } from '@tidemark/transforms'
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { DAY, HOUR, hourly, judged, timestampOf, verdictsOf, type Figure, type Judge } from './figures.ts'

const utc = (timestamp: number): number => timestamp
const WEEK = 7 * DAY
const weekly = (...values: readonly (number | null)[]): readonly Figure[] =>
  values.flatMap((value, week) => (value === null ? [] : [{ key: 'a', at: week * WEEK, value }]))
const forgetAfter = hours(1000)

/** One figure of each verdict, in the order of time. */
async function each<N extends keyof Verdict>(
  figures: readonly Figure[],
  judge: Judge,
  field: N,
): Promise<readonly Verdict[N][]> {
  return (await verdictsOf(figures, judge)).map(([, verdict]) => verdict[field])
}

describe('judgeBySeason', () => {
  const options = { clock: utc, weeks: 8, floor: 0.5 }

  it('measures from the median, in scales of 1.4826 MAD', async () => {
    const [[, verdict]] = (await verdictsOf(weekly(10, 12, 11, 13, 40), judgeBySeason('Judge', options))) as [
      KV<string, Verdict>,
    ]
    // Median 11.5; distances 1.5, 0.5, 0.5, 1.5, so MAD 1.
    expect(verdict).toEqual({
      method: 'season',
      window: { start: 4 * WEEK, end: 4 * WEEK + HOUR },
      value: 40,
      baseline: 11.5,
      scale: 1.4826,
      deviation: 28.5 / 1.4826,
      isAnomaly: true,
      reason:
        '40 lies 19.223 scales of 1.4826 above 11.5, the median of 4 values of this hour of the week: more than 3.5 is an anomaly.',
    })
  })

  // Mutation: packages/transforms/src/anomaly/verdict.ts: `Math.max(spread, floor, ` → `Math.max(spread, 1e-9, `
  it('uses the floor where history did not vary, so that one more than always is no anomaly', async () => {
    const judge = judgeBySeason<string>('Judge', { ...options, floor: 2 })
    expect(await each(weekly(7, 7, 7, 7, 8, 15), judge, 'deviation')).toEqual([0.5, 4])
    const relative = judgeBySeason<string>('Judge', { ...options, floorShare: 0.5 })
    expect(await each(weekly(7, 7, 7, 7, 8), relative, 'scale')).toEqual([3.5])
  })

  it('gives no verdict before there is enough history of the hour', async () => {
    expect(await each(weekly(1, 1, 1, 900), judgeBySeason('Judge', options), 'value')).toEqual([])
    const sooner = judgeBySeason<string>('Judge', { ...options, minimum: 2 })
    expect(await each(weekly(1, 1, 1, 900), sooner, 'value')).toEqual([1, 900])
  })

  it('does not take a window that is missing for zero', async () => {
    const judge = judgeBySeason<string>('Judge', { ...options, minimum: 2 })
    expect(await each(weekly(10, 10, null, null, null, 10), judge, 'baseline')).toEqual([10])
  })

  it('looks back so many weeks and no further', async () => {
    const judge = judgeBySeason<string>('Judge', { ...options, weeks: 2, minimum: 1 })
    expect(await each(weekly(100, 1, 1, 1), judge, 'baseline')).toEqual([100, 50.5, 1])
  })

  it('learns anomalies, unless told to ignore them', async () => {
    const judge = (anomalies?: 'learn' | 'ignore') =>
      judgeBySeason<string>('Judge', { ...options, minimum: 1, ...(anomalies && { anomalies }) })
    expect(await each(weekly(1, 50, 50, 50), judge(), 'baseline')).toEqual([1, 25.5, 50])
    expect(await each(weekly(1, 50, 50, 50), judge('ignore'), 'baseline')).toEqual([1, 1, 1])
  })

  it('looks at the side it is told to', async () => {
    const of = (side: 'both' | 'above' | 'below') =>
      each(weekly(9, 9, 9, 9, 1, 9, 9, 9, 90), judgeBySeason('Judge', { ...options, side }), 'isAnomaly')
    expect(await of('both')).toEqual([true, false, false, false, true])
    expect(await of('above')).toEqual([false, false, false, false, true])
    expect(await of('below')).toEqual([true, false, false, false, false])
  })
})

describe('judgeByEwma', () => {
  const options = { alpha: 0.5, minimum: 2, floor: 1, forgetAfter }

  it('moves mean and variance by each value that is no anomaly', async () => {
    const verdicts = await verdictsOf(hourly('a', 0, [10, 14, 12, 40, 12]), judgeByEwma('Judge', options))
    // 10; then 12 and 0.5 × (0 + 4 × 2) = 4, so scale 2; then 12 and 2; 40 is ignored.
    expect(
      verdicts.map(([, { baseline, scale, deviation, isAnomaly }]) => [baseline, scale, deviation, isAnomaly]),
    ).toEqual([
      [12, 2, 0, false],
      [12, Math.SQRT2, 28 / Math.SQRT2, true],
      [12, Math.SQRT2, 0, false],
    ])
  })

  it('learns an anomaly when told to, so that a new level is normal after a while', async () => {
    const steps = [10, 10, 10, 50, 50, 50, 50, 50]
    expect(await each(hourly('a', 0, steps), judgeByEwma('Judge', options), 'isAnomaly')).toEqual([
      false,
      true,
      true,
      true,
      true,
      true,
    ])
    const learning = judgeByEwma<string>('Judge', { ...options, anomalies: 'learn' })
    expect(await each(hourly('a', 0, steps), learning, 'isAnomaly')).toEqual([false, true, false, false, false, false])
  })

  it('begins anew with a key that was silent for longer than it is remembered', async () => {
    const judge = judgeByEwma<string>('Judge', { ...options, minimum: 1, forgetAfter: hours(2) })
    expect(await each(hourly('a', 0, [10, 10, null, 10, null, null, 99]), judge, 'value')).toEqual([10, 10])
  })
})

describe('judgeByCusum', () => {
  // Mean 10 and standard deviation 1 from 9, 11, 9, 11 would be 1.1547; the floor makes it 2.
  const options = { minimum: 4, floor: 2, forgetAfter }
  const learned = [9, 11, 9, 11]

  it('adds up what lies beyond the slack, on the side where it lies, and signals a small shift that lasts', async () => {
    const shift = judgeByCusum<string>('Judge', { ...options, threshold: 1.6 })
    // Each 12 is one scale above 10: half a scale beyond the slack.
    expect(await each(hourly('a', 0, [...learned, 12, 12, 12, 12, 12]), shift, 'deviation')).toEqual([
      0.5, 1, 1.5, 2, 0.5,
    ])
    expect(await each(hourly('a', 0, [...learned, 8, 8, 10, 8, 8]), shift, 'deviation')).toEqual([
      -0.5, -1, -0.5, -1, -1.5,
    ])
  })

  it('begins anew after a signal, with the same baseline or, when it learns, with a new one', async () => {
    const shifted = [...learned, 30, 30, 30, 30, 30, 30]
    expect(await each(hourly('a', 0, shifted), judgeByCusum('Judge', options), 'isAnomaly')).toEqual(
      Array.from({ length: 6 }, () => true),
    )
    const learning = judgeByCusum<string>('Judge', { ...options, anomalies: 'learn' })
    const verdicts = await verdictsOf(hourly('a', 0, shifted), learning)
    expect(verdicts.map(([, { baseline, isAnomaly }]) => [baseline, isAnomaly])).toEqual([
      [10, true],
      [30, false],
    ])
  })

  it('says what has added up', async () => {
    const [reason] = await each(hourly('a', 0, [...learned, 30]), judgeByCusum('Judge', options), 'reason')
    expect(reason).toBe(
      '30: deviations above 10, the mean of 4 values, have added up to 9.5 scales of 2: more than 5 is an anomaly.',
    )
  })

  it('shows one side when told to, though more has added up on the other', async () => {
    const judge = judgeByCusum<string>('Judge', { ...options, side: 'below' })
    expect(await each(hourly('a', 0, [...learned, 30, 30, 2]), judge, 'deviation')).toEqual([0, 0, -3.5])
  })
})

describe('judgeByChange', () => {
  const options = { clock: utc, against: 'day', figures: 'level', floor: 1 } as const

  it('is the change as a share of the value a day before, or a week', async () => {
    const days = [0, 1, 7, 8].map((day, index) => ({ key: 'a', at: day * DAY, value: [10, 15, 30, 6][index]! }))
    expect(await each(days, judgeByChange('Judge', options), 'deviation')).toEqual([0.5, -0.8])
    expect(await each(days, judgeByChange('Judge', { ...options, against: 'week' }), 'deviation')).toEqual([2, -0.6])
  })

  it('does not say that nothing became infinitely more', async () => {
    const days = [0, 1].map((day) => ({ key: 'a', at: day * DAY, value: day }))
    expect(await each(days, judgeByChange('Judge', { ...options, floor: 10 }), 'deviation')).toEqual([0.1])
  })

  it('has nothing to say where the period before is missing, or was an anomaly that is ignored', async () => {
    const days = [0, 1, 2, 4].map((day, index) => ({ key: 'a', at: day * DAY, value: [10, 99, 10, 10][index]! }))
    expect(await each(days, judgeByChange('Judge', options), 'window')).toHaveLength(2)
    expect(await each(days, judgeByChange('Judge', { ...options, anomalies: 'ignore' }), 'value')).toEqual([99])
  })
})

describe('a verdict', () => {
  const late = {
    allowedLateness: hours(2),
    accumulationMode: 'retracting',
    trigger: afterWatermark({ late: afterCount(1) }),
  } as const
  const hits = testStream<Figure>('Hits', { timestamp: timestampOf })
  const ewma: Judge = judgeByEwma('Judge', { alpha: 0.5, minimum: 1, floor: 1, forgetAfter })

  it('is of a window that is closed: it waits for late elements, and is given once, of the figure that counts in the end', () => {
    const pipeline = (root: Root) => ({
      verdicts: root.pipe(hits, judgedIn(windowInto(fixedWindows(hours(1)), late))),
    })
    const one = (at: number, value: number): Figure => ({ key: 'a', at, value })
    const { outputs } = playScript(pipeline, [
      hits.addElements(one(0, 10), one(HOUR, 12)),
      hits.advanceWatermarkTo(3 * HOUR),
      hits.addElements(one(HOUR + 1, 8)),
      hits.complete(),
    ])
    expect(outputs.verdicts.map(({ element }) => [element.value[1].value, element.sign])).toEqual([[20, 1]])
  })

  it('needs windows that come once: early panes are refused', () => {
    const early = {
      ...late,
      accumulationMode: 'accumulating',
      trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }),
    } as const
    expect(() =>
      buildGraph((root) => ({
        out: root.pipe(create('F', hourly('a', 0, [1])), judgedIn(windowInto(fixedWindows(hours(1)), early))),
      })),
    ).toThrow(expect.objectContaining({ code: 'SEVERAL_PANES' }))
  })

  // Mutation: packages/transforms/src/anomaly/judge-by-season.ts: `state.hours.clear()` → `void state`
  // Mutation: packages/transforms/src/anomaly/judge-by-ewma.ts: `state.past.clear()` → `void state`
  // Mutation: packages/transforms/src/anomaly/judge-by-cusum.ts: `state.past.clear()` → `void state`
  // Mutation: packages/transforms/src/anomaly/judge-by-change.ts: `state.places.clear()` → `void state`
  it('leaves nothing behind for a key that has fallen silent', async () => {
    const methods: Readonly<Record<string, Judge>> = {
      Seasons: judgeBySeason('Judge', { clock: utc, weeks: 1, floor: 1 }),
      Means: judgeByEwma('Judge', { alpha: 0.5, floor: 1, forgetAfter: hours(5) }),
      Sums: judgeByCusum('Judge', { floor: 1, forgetAfter: hours(5) }),
      Periods: judgeByChange('Judge', { clock: utc, against: 'day', figures: 'level', floor: 1 }),
    }
    for (const [step, judge] of Object.entries(methods)) {
      const figures$ = new Subject<Figure>()
      const watermark = monotonousTimestamps()
      const job = streamingRunner({ bundleSize: 1, maxFuture: 'off', autoStart: false }).run((root) => ({
        out: root.pipe(fromObservable('F', figures$, { timestamp: timestampOf, watermark }), judged(judge)),
      }))
      job.start()
      figures$.next({ key: 'a', at: 0, value: 1 })
      const kept = (): unknown => job.explain('a', GLOBAL_WINDOW, `Judged/Judge/${step}`).status
      figures$.next({ key: 'b', at: 2 * HOUR, value: 1 })
      const before = kept()
      figures$.next({ key: 'b', at: 20 * DAY, value: 1 })
      expect([step, before, kept()]).toEqual([step, 'open', 'unseen'])
      figures$.complete()
      await job.done
    }
  })

  function judgedIn(windows: ReturnType<typeof windowInto<Figure>>) {
    return {
      name: 'Judged',
      expand: (figures: Parameters<typeof windows.expand>[0]) =>
        figures.pipe(
          windows,
          map(({ key, value }): KV<string, number> => [key, value]),
          combinePerKey('Sum', sum()),
          ewma,
        ),
    }
  }
})

describe('what cannot be judged', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY])('is a figure of %d', async (value) => {
    const run = verdictsOf(hourly('a', 0, [value]), judgeByEwma('Judge', { alpha: 0.5, floor: 1, forgetAfter }))
    await expect(run).rejects.toThrow(/judgeByEwma\("Judge"\) was given (NaN|Infinity) as the figure of a window/)
  })

  it.each([
    [() => judgeBySeason('Judge', { clock: utc, weeks: 0, floor: 1 }), /weeks .* is 0.*whole number from 1 on/],
    [() => judgeBySeason('Judge', { clock: utc, weeks: 4, floor: 0 }), /floor .* is 0.*a scale of zero counts nothing/],
    [() => judgeBySeason('Judge', { clock: 'UTC' as never, weeks: 4, floor: 1 }), /clock .* not a function/],
    [() => judgeByEwma('Judge', { alpha: 2, floor: 1, forgetAfter }), /alpha .* is 2.*at most 1/],
    [() => judgeByCusum('Judge', { minimum: 1, floor: 1, forgetAfter }), /minimum .* is 1.*whole number from 2 on/],
    [
      () => judgeByChange('Judge', { clock: utc, against: 'day', floor: 1 } as never),
      /figures .*Use one of "amount", "level"/,
    ],
    [
      () => judgeByChange('Judge', { clock: utc, against: 'day', figure: 'level', floor: 1 } as never),
      /Did you mean "figures"/,
    ],
  ])('is an option that means nothing (%#)', (make, says) => {
    expect(make).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }))
    expect(make).toThrow(says)
  })

  it('is what would be forgotten at once', () => {
    const make = () => judgeByEwma('Judge', { alpha: 0.5, floor: 1, forgetAfter: milliseconds(0) })
    expect(make).toThrow(expect.objectContaining({ code: 'BAD_DURATION' }))
  })
})
