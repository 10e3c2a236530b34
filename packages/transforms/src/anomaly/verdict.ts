/**
 * Verdicts: what a figure was expected to be, how far it lies from that, and whether that is far.
 *
 * Every method of this folder gives them in the same form, so that whoever reads them need not know the method. All arithmetic is
 * addition, multiplication, division and square roots of doubles in a stated order, so verdicts are the same to the bit everywhere.
 */
import type { Window } from '@tidemark/core'

/** What is said of the value of one key and window. */
export interface Verdict {
  /** One of: `season`, `ewma`, `cusum`, `change`. */
  readonly method: 'season' | 'ewma' | 'cusum' | 'change'
  /** The window whose value it is. */
  readonly window: Window
  readonly value: number
  /** What was expected. */
  readonly baseline: number
  /** One unit of deviation, in the unit of values; never below the floor. */
  readonly scale: number
  /** How far the value lies above the baseline, in scales; below zero where it lies below. */
  readonly deviation: number
  /** Whether the deviation is larger than the threshold, on a side that is looked at. */
  readonly isAnomaly: boolean
  /** A sentence with the figures: what a person is told. */
  readonly reason: string
}

/** Which deviations are anomalies; one of: `both`, `above`, `below`. */
export type AnomalySide = 'both' | 'above' | 'below'

/** Says whether a deviation is beyond the threshold on a side that is looked at. */
export function isBeyond(deviation: number, threshold: number, side: AnomalySide): boolean {
  return (side !== 'below' && deviation > threshold) || (side !== 'above' && deviation < -threshold)
}

/** The unit of deviation: the spread, or a floor where it is smaller. */
export function scaleOf(spread: number, baseline: number, floor: number, floorShare: number): number {
  return Math.max(spread, floor, Math.abs(baseline) * floorShare)
}

/** Writes a figure with six digits: what a person reads, and the same text everywhere. */
export function figure(value: number): string {
  return String(Number(value.toPrecision(6)))
}

/**
 * Writes the sentence of a deviation: `120 lies 7.5 scales of 10 above 45, the median of 8 values: more than 3.5 is an anomaly.`
 * `expected` says what the baseline is.
 */
export function reasonOf(
  verdict: Omit<Verdict, 'reason' | 'method' | 'window'>,
  expected: string,
  threshold: number,
): string {
  const { value, baseline, scale, deviation, isAnomaly } = verdict
  const place =
    deviation === 0
      ? `is ${figure(baseline)}`
      : `lies ${figure(Math.abs(deviation))} scales of ${figure(scale)} ${deviation > 0 ? 'above' : 'below'} ${figure(baseline)}`
  const rule = isAnomaly ? `more than ${figure(threshold)} is an anomaly` : 'no anomaly'
  return `${figure(value)} ${place}, ${expected}: ${rule}.`
}
