/**
 * The methods as one would write them over a list of figures in the order of time: each verdict is computed anew from all figures
 * before it. Local time is js-joda's own, and not the library's.
 */
import { Duration, Instant, ZonedDateTime, ZoneId } from '@js-joda/core'
import type { LearnAnomalies, Verdict } from '@tidemark/transforms'
import { DAY, HOUR, type Figure } from './figures.ts'

/** A verdict without its sentence. */
export type Bare = Omit<Verdict, 'reason' | 'method'> & { readonly key: string }

/** What a method says of a figure, given the figures of its key before it that were learned, in order of time. */
type Rule = (figure: Span, before: readonly Span[]) => Omit<Bare, 'key' | 'window' | 'value'> | undefined

/** A figure with the end of its window. */
export interface Span extends Figure {
  readonly end: number
}

/** Judges every figure by the figures before it. `starts` is where a silence begins a new life of a key. */
export function naive(
  figures: readonly Span[],
  rule: Rule,
  anomalies: LearnAnomalies,
  silence = Number.POSITIVE_INFINITY,
): readonly Bare[] {
  const inOrder = figures.toSorted((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1))
  const learned = new Map<string, Span[]>()
  const latest = new Map<string, number>()
  return inOrder.flatMap((figure) => {
    const { key, at, end, value } = figure
    if (end - (latest.get(key) ?? end) > silence) learned.delete(key)
    latest.set(key, end)
    const before = learned.get(key) ?? []
    const verdict = rule(figure, before)
    if (verdict?.isAnomaly !== true || anomalies === 'learn') learned.set(key, [...before, figure])
    return verdict === undefined ? [] : [{ key, window: { start: at, end }, value, ...verdict }]
  })
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length / 2
  return Number.isInteger(half) ? sorted[half - 1]! / 2 + sorted[half]! / 2 : sorted[Math.floor(half)]!
}

const localTime = (at: number, zone: string): ZonedDateTime =>
  ZonedDateTime.ofInstant(Instant.ofEpochMilli(at), ZoneId.of(zone))

/** Median and MAD of the same hour of the week. */
export function seasonRule(o: {
  zone: string
  weeks: number
  minimum: number
  threshold: number
  floor: number
}): Rule {
  return ({ at, value }, before) => {
    const now = localTime(at, o.zone)
    const past = before.filter((one) => {
      const then = localTime(one.at, o.zone)
      const sameHour = then.dayOfWeek().equals(now.dayOfWeek()) && then.hour() === now.hour()
      const age = Duration.between(then.toLocalDateTime(), now.toLocalDateTime()).toMillis()
      return sameHour && age <= o.weeks * 7 * DAY
    })
    if (past.length < o.minimum) return undefined
    const values = past.map((one) => one.value)
    const baseline = median(values)
    const scale = Math.max(o.floor, 1.4826 * median(values.map((one) => Math.abs(one - baseline))))
    const deviation = (value - baseline) / scale
    return { baseline, scale, deviation, isAnomaly: Math.abs(deviation) > o.threshold }
  }
}

/** Mean and variance that forget. */
export function ewmaRule(o: { alpha: number; minimum: number; threshold: number; floor: number }): Rule {
  return ({ value }, before) => {
    if (before.length < o.minimum) return undefined
    let mean = before[0]!.value
    let variance = 0
    for (const one of before.slice(1)) {
      const away = one.value - mean
      mean += o.alpha * away
      variance = (1 - o.alpha) * (variance + away * (o.alpha * away))
    }
    const scale = Math.max(Math.sqrt(variance), o.floor)
    const deviation = (value - mean) / scale
    return { baseline: mean, scale, deviation, isAnomaly: Math.abs(deviation) > o.threshold }
  }
}

/** Sums above and below since the last signal. A signal is learned: the baseline is of the first figures in any case. */
export function cusumRule(o: { minimum: number; slack: number; threshold: number; floor: number }): Rule {
  return ({ value: last }, before) => {
    if (before.length < o.minimum) return undefined
    const values = before.map(({ value }) => value)
    let mean = 0
    let squares = 0
    for (const [index, value] of values.slice(0, o.minimum).entries()) {
      const away = value - mean
      mean += away / (index + 1)
      squares += away * (value - mean)
    }
    const scale = Math.max(Math.sqrt(squares / (o.minimum - 1)), o.floor)
    let [above, below, deviation] = [0, 0, 0]
    for (const value of [...values.slice(o.minimum), last]) {
      if (Math.abs(deviation) > o.threshold) [above, below] = [0, 0]
      const z = (value - mean) / scale
      above = Math.max(0, above + z - o.slack)
      below = Math.max(0, below - z - o.slack)
      deviation = above >= below ? above : 0 - below
    }
    return { baseline: mean, scale, deviation, isAnomaly: Math.abs(deviation) > o.threshold }
  }
}

/** The hour that the clocks showed a day or a week before; the first, where they showed it twice. */
export function changeRule(o: { zone: string; days: number; threshold: number; floor: number; amount: boolean }): Rule {
  return ({ at, end, value }, before) => {
    const whole = end - at > 12 * HOUR
    const shown = (one: number): string => {
      const local = localTime(one, o.zone).toLocalDateTime()
      return whole ? local.toLocalDate().toString() : local.toString()
    }
    const wanted = localTime(at, o.zone).toLocalDateTime().minusDays(o.days)
    const then = before.find((one) => shown(one.at) === (whole ? wanted.toLocalDate().toString() : wanted.toString()))
    if (then === undefined) return undefined
    const baseline = o.amount ? then.value * ((end - at) / (then.end - then.at)) : then.value
    const scale = Math.max(Math.abs(baseline), o.floor)
    const deviation = (value - baseline) / scale
    return { baseline, scale, deviation, isAnomaly: Math.abs(deviation) > o.threshold }
  }
}
