/**
 * Options that the methods of this folder share, and their checks.
 */
import { checkChoice, PipelineError, toMillis, type Duration } from '@tidemark/core'
import type { AnomalySide } from './verdict.ts'

/** What every method with a scale is told. */
export interface AnomalyOptions {
  /**
   * The least that one unit of deviation may be, in the unit of values and above zero: where history hardly varies, a deviation below
   * this would be no news.
   */
  readonly floor: number
  /** The same as a share of the baseline (0): 0.1 for figures whose noise grows with them. */
  readonly floorShare?: number
  /** Which deviations are anomalies; one of: `both` (default), `above`, `below`. */
  readonly side?: AnomalySide
  /** How long to wait for figures of windows before, when less than the allowed lateness: none where a step above has put in order all there is. */
  readonly lateness?: Duration
}

/** The options with what was left out. */
export interface ReadAnomalyOptions extends Required<Omit<AnomalyOptions, 'lateness'>> {
  /** For the stateful step. */
  readonly waiting: { readonly lateness?: Duration }
}

/** Whether a value that was found to be an anomaly enters the baseline; one of: `learn`, `ignore`. */
export type LearnAnomalies = 'learn' | 'ignore'

/** Reads the options. Throws a PipelineError with code `BAD_OPTION` for what cannot be. */
export function anomalyOptions(subject: string, options: AnomalyOptions): ReadAnomalyOptions {
  const { floor, floorShare = 0, side = 'both', lateness } = options
  requireAbove(subject, 'floor', floor, 0, 'A deviation is counted in scales, and a scale of zero counts nothing.')
  requireAtLeast(subject, 'floorShare', floorShare, 0)
  checkChoice<AnomalySide>(subject, 'side', side, ['both', 'above', 'below'])
  return { floor, floorShare, side, waiting: lateness === undefined ? {} : { lateness } }
}

/** Returns `anomalies`, or what is the default of the method. */
export function requireLearning(
  subject: string,
  anomalies: LearnAnomalies | undefined,
  byDefault: LearnAnomalies,
): LearnAnomalies {
  return checkChoice<LearnAnomalies | undefined>(subject, 'anomalies', anomalies, ['learn', 'ignore']) ?? byDefault
}

/** Returns a finite number above `least`; `why` says what it is for. */
export function requireAbove(subject: string, option: string, value: number, least: number, why = ''): number {
  if (Number.isFinite(value) && value > least) return value
  throw badNumber(subject, option, value, `a number above ${least}`, why)
}

/** Returns a finite number that is not below `least`. */
export function requireAtLeast(subject: string, option: string, value: number, least: number): number {
  if (Number.isFinite(value) && value >= least) return value
  throw badNumber(subject, option, value, `a number from ${least} on`)
}

/** Returns a whole number that is not below `least`. */
export function requireWhole(subject: string, option: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value
  throw badNumber(subject, option, value, `a whole number from ${least} on`)
}

/** Returns the milliseconds of a Duration above zero, or throws with code `BAD_DURATION`. */
export function requireSilence(subject: string, forgetAfter: Duration): number {
  const millis = toMillis(forgetAfter)
  if (millis > 0) return millis
  throw new PipelineError(
    'BAD_DURATION',
    `${subject} has forgetAfter: ${millis} ms. Every key would be forgotten before its next window, and nothing learned. ` +
      'Give a Duration of many windows, such as days(1) for windows of minutes.',
  )
}

/** The error of a number that cannot be: `wanted` says which could, `why` what it is for. */
export function badNumber(subject: string, option: string, value: number, wanted: string, why = ''): PipelineError {
  return new PipelineError(
    'BAD_OPTION',
    `The option ${option} of ${subject} is ${String(value)}, and it must be ${wanted}, or verdicts would mean nothing. ` +
      `${why === '' ? '' : `${why} `}Give ${wanted}.`,
  )
}
