/**
 * judgeBySeason: each window against the same hour of the week in the weeks before, by median and MAD.
 *
 * What people do has a rhythm of days and weeks by the clocks of a place. A window is compared with those windows that began in the
 * same hour of the week, by wall clock, so the night is compared with nights, and a day of 23 or 25 hours is shifted by nothing.
 */
import {
  checkOptions,
  composite,
  days,
  eventTimeTimer,
  mapState,
  requireFunction,
  statefulParDo,
  valueState,
} from '@tidemark/core'
import type { KV, MapState, OptionNames, PCollection, PTransform, Timestamp } from '@tidemark/core'
import {
  anomalyOptions,
  requireAbove,
  requireLearning,
  requireWhole,
  type AnomalyOptions,
  type LearnAnomalies,
} from './anomaly-options.ts'
import { byWindowStart, closedWindows } from './closed-windows.ts'
import { MAD_SCALE, robustCenter } from './robust-center.ts'
import { isBeyond, reasonOf, scaleOf, type Verdict } from './verdict.ts'

/** What {@link judgeBySeason} compares. */
export interface SeasonOptions extends AnomalyOptions {
  /** Whose hours of the week: `wallClock('Europe/Berlin')` of `@tidemark/core/calendar`. */
  readonly clock: (timestamp: Timestamp) => number
  /** How many weeks back values count. */
  readonly weeks: number
  /** How many values an hour of the week needs before there is a verdict (4, or `weeks` if that is less). */
  readonly minimum?: number
  /** How many scales away an anomaly lies (3.5). */
  readonly threshold?: number
  /**
   * Whether anomalies enter the baseline; one of: `learn` (default: a median is moved by none of a few attacks, and what stays is
   * the new normal after half of the weeks), `ignore`.
   */
  readonly anomalies?: LearnAnomalies
}

const OPTIONS: OptionNames<SeasonOptions> = {
  clock: true,
  weeks: true,
  minimum: true,
  threshold: true,
  floor: true,
  floorShare: true,
  side: true,
  lateness: true,
  anomalies: true,
}

const HOUR = 3_600_000
const WEEK = 168 * HOUR
/** How far clocks may go back, in hours: what is too old by less may count again. */
const BACK = 24

/** A value, and what the clock showed when its window began. */
type Past = readonly [shown: number, value: number]

/**
 * Judges the value of each key and window by the median of the values of its hour of the week.
 *
 * **Contract** — Compared are the values of windows that began in the same of the 168 hours by `clock`, at most `weeks` weeks before.
 * Baseline: their median. Scale: 1.4826 × MAD, `floor` or `floorShare` × |median|, the largest. With fewer than `minimum` values there
 * is no verdict, and nothing comes out. A window that is missing is not zero: it does not count. Verdicts carry their window, are in
 * the global window, and have the timestamp of what they judge.
 *
 * **Late data** — A window is judged when the watermark has passed its end and the allowed lateness, or `lateness`.
 *
 * **State** — per key the values of the last `weeks` weeks and 25 hours; freed when the key has been silent for two days longer.
 *
 * ```ts
 * judgeBySeason('Rhythm', { clock: (timestamp) => timestamp, weeks: 8, floor: 5 }).name // => 'Rhythm'
 * ```
 */
export function judgeBySeason<K>(
  name: string,
  options: SeasonOptions,
): PTransform<PCollection<KV<K, number>>, PCollection<KV<K, Verdict>>> {
  const subject = `judgeBySeason(${JSON.stringify(name)})`
  checkOptions(subject, options, OPTIONS)
  const { floor, floorShare, side, waiting } = anomalyOptions(subject, options)
  const clock = requireFunction(subject, 'The option clock', options.clock)
  const weeks = requireWhole(subject, 'weeks', options.weeks, 1)
  const minimum = requireWhole(subject, 'minimum', options.minimum ?? Math.min(4, weeks), 1)
  const threshold = requireAbove(subject, 'threshold', options.threshold ?? 3.5, 0)
  const anomalies = requireLearning(subject, options.anomalies, 'learn')
  // Clocks may have been turned, by a day at most: a key is kept long enough that what is freed could not count any more.
  const memory = days(7 * weeks + 2)
  return composite(name, (figures: PCollection<KV<K, number>>) =>
    figures.pipe(
      closedWindows<K>(subject),
      statefulParDo('Seasons', {
        state: { hours: mapState<number, readonly Past[]>(), latest: valueState<number>() },
        timers: { forget: eventTimeTimer() },
        orderBy: byWindowStart,
        ...waiting,
        process({ key, value: { window, value }, state, timers }): readonly KV<K, Verdict>[] {
          const shown = clock(window.start)
          const hour = Math.floor(shown / HOUR)
          const since = shown - weeks * WEEK
          const tooOld = since - BACK * HOUR
          // Hours of the week that went by without a figure hold old ones still.
          for (let gone = Math.max(state.latest.read() ?? hour, hour - 168); gone < hour; gone += 1)
            keep(state.hours, gone - BACK, state.hours.get(hourOfWeek(gone - BACK)), tooOld)
          if (hour > (state.latest.read() ?? -Infinity)) state.latest.write(hour)
          const kept = state.hours.get(hourOfWeek(hour)) ?? []
          const past = kept.filter(([at]) => at >= since)
          const verdict =
            past.length < minimum
              ? undefined
              : judge(
                  past.map(([, before]) => before),
                  window,
                  value,
                )
          const isLearned = verdict?.isAnomaly !== true || anomalies === 'learn'
          keep(state.hours, hour, isLearned ? [...kept, [shown, value]] : kept, tooOld)
          timers.forget.setAfter(memory, { outputTimestamp: 'none' })
          return verdict === undefined ? [] : [[key, verdict]]
        },
        onTimer: {
          forget({ state }) {
            state.hours.clear()
            state.latest.clear()
          },
        },
      }),
    ),
  )

  function judge(values: readonly number[], window: Verdict['window'], value: number): Verdict {
    const { median: baseline, mad } = robustCenter(values)
    const scale = scaleOf(MAD_SCALE * mad, baseline, floor, floorShare)
    const deviation = (value - baseline) / scale
    const isAnomaly = isBeyond(deviation, threshold, side)
    const figures = { value, baseline, scale, deviation, isAnomaly }
    const expected = `the median of ${values.length} values of this hour of the week`
    return { method: 'season', window, ...figures, reason: reasonOf(figures, expected, threshold) }
  }
}

/** Which of the 168 hours of the week the hour of a number, counted from 1970, is. */
function hourOfWeek(hour: number): number {
  return hour - Math.floor(hour / 168) * 168
}

/** Keeps what is not older than `since` of an hour of the week. */
function keep(
  hours: MapState<number, readonly Past[]>,
  hour: number,
  past: readonly Past[] | undefined,
  since: number,
): void {
  const left = past?.filter(([at]) => at >= since) ?? []
  if (left.length > 0) hours.put(hourOfWeek(hour), left)
  else if (past !== undefined) hours.remove(hourOfWeek(hour))
}
