/**
 * judgeByCusum: small shifts that last, by cumulated sums (Page's CUSUM, two-sided).
 *
 * A shift of one scale is within the noise of each window, and certain after ten of them. What deviates is added up on each side; what
 * is no shift falls back to zero. After a signal both sums begin anew, so a shift that lasts is told again, and not in every window.
 */
import { checkOptions, composite, eventTimeTimer, milliseconds, statefulParDo, valueState } from '@tidemark/core'
import type { KV, OptionNames, PCollection, PTransform, Duration } from '@tidemark/core'
import {
  anomalyOptions,
  requireAbove,
  requireAtLeast,
  requireLearning,
  requireSilence,
  requireWhole,
  type AnomalyOptions,
  type LearnAnomalies,
} from './anomaly-options.ts'
import { byWindowStart, closedWindows } from './closed-windows.ts'
import { figure, isBeyond, scaleOf, type Verdict } from './verdict.ts'

/** What {@link judgeByCusum} is told. */
export interface CusumOptions extends AnomalyOptions {
  /** From how many values mean and standard deviation are learned, at least 2 (20). They stay until they are learned anew. */
  readonly minimum?: number
  /** How far a value may lie from the mean without adding to a sum, in scales (0.5): half of the shift that is to be found. */
  readonly slack?: number
  /** How far a sum must come, in scales (5). */
  readonly threshold?: number
  /**
   * What a signal does to the baseline; one of: `ignore` (default: it stays, so a shift is told for as long as it lasts), `learn` (it is
   * forgotten, and learned anew from the next `minimum` values: a shift is told once).
   */
  readonly anomalies?: LearnAnomalies
  /** How long a key may be silent; then it is forgotten, and begins anew. */
  readonly forgetAfter: Duration
}

const OPTIONS: OptionNames<CusumOptions> = {
  minimum: true,
  slack: true,
  threshold: true,
  floor: true,
  floorShare: true,
  side: true,
  lateness: true,
  anomalies: true,
  forgetAfter: true,
}

interface Past {
  /** How many values have been learned from. */
  readonly count: number
  readonly mean: number
  /** Sum of the squares of distances from the mean. */
  readonly squares: number
  /** Sums of what lay above and below, in scales. */
  readonly above: number
  readonly below: number
}

const NOTHING: Past = { count: 0, mean: 0, squares: 0, above: 0, below: 0 }

/**
 * Judges the value of each key and window by sums of deviations since the last signal.
 *
 * **Contract** — In the order of event time: from the first `minimum` values mean and standard deviation (Welford:
 * `d = x - mean`, `mean + d / n`, `squares + d × (x - new mean)`, at the end √(squares / (n - 1))). Then for each value
 * `z = (x - mean) / scale`, `above = max(0, above + z - slack)` and `below = max(0, below - z - slack)`. The deviation is the larger
 * sum, `below` with a minus; a signal is one beyond `threshold`, after which both are 0. There is no verdict while learning, and
 * nothing comes out. A window that is missing is not zero: it does not count. Verdicts carry their window, are in the global window,
 * and have the timestamp of what they judge.
 *
 * **Late data** — A window is judged when the watermark has passed its end and the allowed lateness, or `lateness`.
 *
 * **State** — five numbers per key, freed when it has been silent for longer than `forgetAfter`.
 *
 * ```ts
 * judgeByCusum('Shifts', { floor: 0.01, forgetAfter: days(14) }).name // => 'Shifts'
 * ```
 */
export function judgeByCusum<K>(
  name: string,
  options: CusumOptions,
): PTransform<PCollection<KV<K, number>>, PCollection<KV<K, Verdict>>> {
  const subject = `judgeByCusum(${JSON.stringify(name)})`
  checkOptions(subject, options, OPTIONS)
  const { floor, floorShare, side, waiting } = anomalyOptions(subject, options)
  const minimum = requireWhole(subject, 'minimum', options.minimum ?? 20, 2)
  const slack = requireAtLeast(subject, 'slack', options.slack ?? 0.5, 0)
  const threshold = requireAbove(subject, 'threshold', options.threshold ?? 5, 0)
  const anomalies = requireLearning(subject, options.anomalies, 'ignore')
  const silence = requireSilence(subject, options.forgetAfter)
  return composite(name, (figures: PCollection<KV<K, number>>) =>
    figures.pipe(
      closedWindows<K>(subject),
      statefulParDo('Sums', {
        state: { past: valueState<Past>() },
        timers: { forget: eventTimeTimer() },
        orderBy: byWindowStart,
        ...waiting,
        process({ key, value: { window, value }, state, timers }): readonly KV<K, Verdict>[] {
          const past = state.past.read() ?? NOTHING
          timers.forget.setAfter(milliseconds(silence), { outputTimestamp: 'none' })
          if (past.count < minimum) {
            state.past.write(learned(past, value))
            return []
          }
          const { verdict, next } = judge(past, window, value)
          state.past.write(next)
          return [[key, verdict]]
        },
        onTimer: {
          forget({ state }) {
            state.past.clear()
          },
        },
      }),
    ),
  )

  function judge(past: Past, window: Verdict['window'], value: number): { verdict: Verdict; next: Past } {
    const { count, mean: baseline, squares } = past
    const scale = scaleOf(Math.sqrt(squares / (count - 1)), baseline, floor, floorShare)
    const away = (value - baseline) / scale
    const above = Math.max(0, past.above + away - slack)
    const below = Math.max(0, past.below - away - slack)
    const deviation = sideDeviation(above, below)
    const isAnomaly = isBeyond(deviation, threshold, side)
    const figures = { value, baseline, scale, deviation, isAnomaly }
    const verdict: Verdict = { method: 'cusum', window, ...figures, reason: sumReason(figures, count) }
    if (!isAnomaly) return { verdict, next: { ...past, above, below } }
    return { verdict, next: anomalies === 'learn' ? NOTHING : { ...past, above: 0, below: 0 } }
  }

  // A side that is not looked at must not hide the other.
  function sideDeviation(above: number, below: number): number {
    if (side === 'above' || (side === 'both' && above >= below)) return above
    return below === 0 ? 0 : -below
  }

  function sumReason(
    { value, baseline, scale, deviation, isAnomaly }: Omit<Verdict, 'reason' | 'method' | 'window'>,
    count: number,
  ): string {
    const where = deviation < 0 ? 'below' : 'above'
    const rule = isAnomaly ? `more than ${figure(threshold)} is an anomaly` : 'no anomaly'
    return (
      `${figure(value)}: deviations ${where} ${figure(baseline)}, the mean of ${count} values, have added up to ` +
      `${figure(Math.abs(deviation))} scales of ${figure(scale)}: ${rule}.`
    )
  }
}

function learned({ count, mean, squares }: Past, value: number): Past {
  const away = value - mean
  const next = mean + away / (count + 1)
  return { count: count + 1, mean: next, squares: squares + away * (value - next), above: 0, below: 0 }
}
