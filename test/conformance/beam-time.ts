/**
 * Beam's times and ours: the one place where Beam's extreme timestamps become those of this library (deviation `sentinels`).
 *
 * Beam's lie beyond 2^53, so the vectors name them; all others are whole numbers and the same in both.
 */
import {
  END_OF_GLOBAL_WINDOW,
  GLOBAL_WINDOW,
  MAX_TIMESTAMP,
  MIN_TIMESTAMP,
  type Timestamp,
  type Window,
} from '@tidemark/core'

/** A time in the vectors. */
export type BeamTime = number | string
/** A window in the vectors. */
export type BeamWindow = readonly [start: BeamTime, end: BeamTime] | 'global'

/** What a timer without output timestamp reports in Beam: a millisecond after the end of time. We report its firing time. */
export const NO_OUTPUT_TIMESTAMP = '9223372036854776'

const NAMED: Readonly<Record<string, Timestamp>> = {
  MIN: MIN_TIMESTAMP,
  MAX: MAX_TIMESTAMP,
  GLOBAL_MAX: END_OF_GLOBAL_WINDOW,
  inf: MAX_TIMESTAMP,
}

/** Returns our timestamp for a time of the vectors; throws when it is an extreme one that stands for none of ours. */
export function timeOf(time: BeamTime): Timestamp {
  if (typeof time === 'number') return time
  const named = NAMED[time]
  if (named !== undefined) return named
  throw new RangeError(`no timestamp of ours stands for ${time}`)
}

/** Returns our window for one of the vectors. */
export function windowOf(window: BeamWindow): Window {
  return window === 'global' ? GLOBAL_WINDOW : { start: timeOf(window[0]), end: timeOf(window[1]) }
}
