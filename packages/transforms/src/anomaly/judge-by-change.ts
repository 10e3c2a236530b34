/**
 * judgeByChange: each window against the same time of the day or week before, by the clocks of a place.
 *
 * "The same" is what the clock shows, not 24 hours: on the days when clocks change the counterpart lies 23 or 25 hours away. A day of 23
 * hours is compared with as much of a day of 24, where the figure is an amount that grows with time.
 */
import {
  checkChoice,
  checkOptions,
  composite,
  days,
  eventTimeTimer,
  mapState,
  requireFunction,
  statefulParDo,
} from '@tidemark/core'
import type { KV, OptionNames, PCollection, PTransform, Timestamp, Window } from '@tidemark/core'
import {
  anomalyOptions,
  requireAbove,
  requireLearning,
  type AnomalyOptions,
  type LearnAnomalies,
} from './anomaly-options.ts'
import { byWindowStart, closedWindows, type WindowValue } from './closed-windows.ts'
import { isBeyond, reasonOf, scaleOf, type Verdict } from './verdict.ts'

/** What {@link judgeByChange} compares. */
export interface ChangeOptions extends Omit<AnomalyOptions, 'floorShare'> {
  /** Whose days: `wallClock('Europe/Berlin')` of `@tidemark/core/calendar`. */
  readonly clock: (timestamp: Timestamp) => number
  /** Which period before is compared with; one of: `day`, `week`. */
  readonly against: 'day' | 'week'
  /** What the figures are; one of: `amount` (grows with time, such as a count: compared per length of the window), `level` (does not, such as a ratio or a mean). */
  readonly figures: 'amount' | 'level'
  /** How large a change is an anomaly, as a share of the baseline (0.5). */
  readonly threshold?: number
  /**
   * Whether anomalies are what the next period is compared with; one of: `learn` (default: what was, was; the day after an attack shows
   * a fall), `ignore` (then the period after it has nothing to be compared with, and no verdict).
   */
  readonly anomalies?: LearnAnomalies
}

const OPTIONS: OptionNames<ChangeOptions> = {
  clock: true,
  against: true,
  figures: true,
  threshold: true,
  floor: true,
  side: true,
  lateness: true,
  anomalies: true,
}

const DAY = 86_400_000

/** A value, what the clock showed when its window began, and how long the window was. */
interface Past {
  readonly shown: number
  readonly value: number
  readonly length: number
}

/**
 * Judges the value of each key and window by that of the same time a day or a week before.
 *
 * **Contract** — The counterpart of a window began when `clock` showed the same time, one day or seven earlier; windows longer than half
 * a day are matched by date. Of an hour that clocks show twice the first is the counterpart. Baseline: its value, for an `amount` times
 * (length of the window / length of the counterpart). Scale: |baseline|, or `floor` if that is larger, so the deviation is the
 * change as a share. Without a counterpart there is no verdict, and nothing comes out: what is missing is not zero. Windows whose
 * length does not divide the period have none. Verdicts carry their window, are in the global window, and have the timestamp of what
 * they judge.
 *
 * **Late data** — A window is judged when the watermark has passed its end and the allowed lateness, or `lateness`.
 *
 * **State** — per key two values for each window of the period; freed when the key has been silent for two days longer than it.
 *
 * ```ts
 * const options = { clock: (timestamp: number) => timestamp, against: 'week', figures: 'amount', floor: 10 } as const
 * judgeByChange('Weekly', options).name // => 'Weekly'
 * ```
 */
export function judgeByChange<K>(
  name: string,
  options: ChangeOptions,
): PTransform<PCollection<KV<K, number>>, PCollection<KV<K, Verdict>>> {
  const subject = `judgeByChange(${JSON.stringify(name)})`
  checkOptions(subject, options, OPTIONS)
  const { floor, side, waiting } = anomalyOptions(subject, options)
  const clock = requireFunction(subject, 'The option clock', options.clock)
  const against = requireChoice(subject, 'against', options.against, ['day', 'week'])
  const isAmount = requireChoice(subject, 'figures', options.figures, ['amount', 'level']) === 'amount'
  const threshold = requireAbove(subject, 'threshold', options.threshold ?? 0.5, 0)
  const anomalies = requireLearning(subject, options.anomalies, 'learn')
  const period = against === 'day' ? DAY : 7 * DAY
  // A window may be longer than its counterpart, and clocks may have been turned by up to a day.
  const memory = days(against === 'day' ? 3 : 9)
  return composite(name, (values: PCollection<KV<K, number>>) =>
    values.pipe(
      closedWindows<K>(subject),
      statefulParDo('Periods', {
        // By place in the period, so that each period overwrites the one before.
        state: { places: mapState<number, readonly Past[]>() },
        timers: { forget: eventTimeTimer() },
        orderBy: byWindowStart,
        ...waiting,
        process({ key, value: { window, value }, state, timers }): readonly KV<K, Verdict>[] {
          const length = window.end - window.start
          const shown = shownAt(window, length)
          const place = shown - Math.floor(shown / period) * period
          const past = state.places.get(place) ?? []
          const before = past.find((one) => one.shown === shown - period)
          const verdict = before && judge(before, { window, value }, length)
          const isLearned = verdict?.isAnomaly !== true || anomalies === 'learn'
          // The one before stays beside it: the second of two hours that clocks show alike is compared with it too.
          if (isLearned && past[0]?.shown !== shown) {
            state.places.put(place, [{ shown, value, length }, ...past].slice(0, 2))
          }
          timers.forget.setAfter(memory, { outputTimestamp: 'none' })
          return verdict === undefined ? [] : [[key, verdict]]
        },
        onTimer: {
          forget({ state }) {
            state.places.clear()
          },
        },
      }),
    ),
  )

  // A day begins when its date does, be midnight skipped or not.
  function shownAt({ start }: Window, length: number): number {
    const shown = clock(start)
    return length > DAY / 2 ? Math.floor(shown / DAY) * DAY : shown
  }

  function judge(before: Past, { window, value }: WindowValue, length: number): Verdict {
    const baseline = isAmount ? before.value * (length / before.length) : before.value
    const scale = scaleOf(Math.abs(baseline), baseline, floor, 0)
    const deviation = (value - baseline) / scale
    const isAnomaly = isBeyond(deviation, threshold, side)
    const figures = { value, baseline, scale, deviation, isAnomaly }
    const expected = `the value of the same time a ${against} before${isAmount && length !== before.length ? ', for the same length' : ''}`
    return { method: 'change', window, ...figures, reason: reasonOf(figures, expected, threshold) }
  }
}

function requireChoice<C extends string>(
  subject: string,
  option: string,
  value: C,
  choices: readonly NonNullable<C>[],
): C {
  // What is left out says nothing, and there is no default that would suit every figure.
  return checkChoice<C>(subject, option, value ?? ('' as C), choices)
}
