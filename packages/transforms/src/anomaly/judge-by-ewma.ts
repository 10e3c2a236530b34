/**
 * judgeByEwma: each window against an exponentially weighted mean and variance of the windows before.
 *
 * For figures without a rhythm, or where there is no more than an hour of history: the latest windows count most. One value per key
 * is all that is kept of the past.
 */
import { checkOptions, composite, eventTimeTimer, milliseconds, statefulParDo, valueState } from '@tidemark/core'
import type { KV, OptionNames, PCollection, PTransform, Duration } from '@tidemark/core'
import {
  anomalyOptions,
  badNumber,
  requireAbove,
  requireLearning,
  requireSilence,
  requireWhole,
  type AnomalyOptions,
  type LearnAnomalies,
} from './anomaly-options.ts'
import { byWindowStart, closedWindows } from './closed-windows.ts'
import { isBeyond, reasonOf, scaleOf, type Verdict } from './verdict.ts'

/** What {@link judgeByEwma} is told. */
export interface EwmaOptions extends AnomalyOptions {
  /** The weight of the newest value, above 0 and at most 1: with 0.2 half of the weight lies on the last three. */
  readonly alpha: number
  /** How many values a key needs before there is a verdict (10). */
  readonly minimum?: number
  /** How many scales away an anomaly lies (3). */
  readonly threshold?: number
  /**
   * Whether anomalies enter the baseline; one of: `ignore` (default: one attack would widen the variance so far that the next one
   * passes; so a level that stays is an anomaly for as long as it stays), `learn`.
   */
  readonly anomalies?: LearnAnomalies
  /** How long a key may be silent; then it is forgotten, and begins anew. */
  readonly forgetAfter: Duration
}

const OPTIONS: OptionNames<EwmaOptions> = {
  alpha: true,
  minimum: true,
  threshold: true,
  floor: true,
  floorShare: true,
  side: true,
  lateness: true,
  anomalies: true,
  forgetAfter: true,
}

interface Past {
  readonly count: number
  readonly mean: number
  readonly variance: number
}

/**
 * Judges the value of each key and window by a mean and a variance that forget.
 *
 * **Contract** — In the order of event time: the first value is the mean, with variance 0. Then for each value `x` with
 * `d = x - mean`: scale is the square root of the variance, `floor` or `floorShare` × |mean|, the largest; deviation is `d / scale`;
 * then `mean + alpha × d` and `(1 - alpha) × (variance + d × (alpha × d))` are the new ones. With fewer than `minimum` values before
 * it there is no verdict, and nothing comes out. A window that is missing is not zero: it does not count. Verdicts carry their
 * window, are in the global window, and have the timestamp of what they judge.
 *
 * **Late data** — A window is judged when the watermark has passed its end and the allowed lateness, or `lateness`.
 *
 * **State** — three numbers per key, freed when it has been silent for longer than `forgetAfter`.
 *
 * ```ts
 * judgeByEwma('Load', { alpha: 0.2, floor: 5, forgetAfter: hours(6) }).name // => 'Load'
 * ```
 */
export function judgeByEwma<K>(
  name: string,
  options: EwmaOptions,
): PTransform<PCollection<KV<K, number>>, PCollection<KV<K, Verdict>>> {
  const subject = `judgeByEwma(${JSON.stringify(name)})`
  checkOptions(subject, options, OPTIONS)
  const { floor, floorShare, side, waiting } = anomalyOptions(subject, options)
  const alpha = requireAlpha(subject, options.alpha)
  const minimum = requireWhole(subject, 'minimum', options.minimum ?? 10, 1)
  const threshold = requireAbove(subject, 'threshold', options.threshold ?? 3, 0)
  const anomalies = requireLearning(subject, options.anomalies, 'ignore')
  const silence = requireSilence(subject, options.forgetAfter)
  return composite(name, (figures: PCollection<KV<K, number>>) =>
    figures.pipe(
      closedWindows<K>(subject),
      statefulParDo('Means', {
        state: { past: valueState<Past>() },
        timers: { forget: eventTimeTimer() },
        orderBy: byWindowStart,
        ...waiting,
        process({ key, value: { window, value }, state, timers }): readonly KV<K, Verdict>[] {
          const past = state.past.read()
          timers.forget.setAfter(milliseconds(silence), { outputTimestamp: 'none' })
          if (past === undefined) {
            state.past.write({ count: 1, mean: value, variance: 0 })
            return []
          }
          const verdict = past.count < minimum ? undefined : judge(past, window, value)
          const isLearned = verdict?.isAnomaly !== true || anomalies === 'learn'
          if (isLearned) state.past.write(learned(past, value))
          return verdict === undefined ? [] : [[key, verdict]]
        },
        onTimer: {
          forget({ state }) {
            state.past.clear()
          },
        },
      }),
    ),
  )

  function learned({ count, mean, variance }: Past, value: number): Past {
    const away = value - mean
    const step = alpha * away
    return { count: count + 1, mean: mean + step, variance: (1 - alpha) * (variance + away * step) }
  }

  function judge({ count, mean: baseline, variance }: Past, window: Verdict['window'], value: number): Verdict {
    const scale = scaleOf(Math.sqrt(variance), baseline, floor, floorShare)
    const deviation = (value - baseline) / scale
    const isAnomaly = isBeyond(deviation, threshold, side)
    const figures = { value, baseline, scale, deviation, isAnomaly }
    const expected = `the weighted mean of ${count} values before`
    return { method: 'ewma', window, ...figures, reason: reasonOf(figures, expected, threshold) }
  }
}

function requireAlpha(subject: string, alpha: number): number {
  if (alpha > 0 && alpha <= 1) return alpha
  throw badNumber(subject, 'alpha', alpha, 'a number above 0 and at most 1', 'It is the weight of the newest value.')
}
