/**
 * Grain: the windows that a metric reports for, and how long the shortest of them is.
 */
import { PipelineError, type WindowFn } from '@tidemark/core'
import type { MetricSource } from './metric-source.ts'

const DAY = 86_400_000
/** The shortest month by the calendar. */
const MONTH = 28 * DAY

/**
 * How finely a window function tells time, in milliseconds: the length of a window, the step between sliding ones, the gap of sessions. Undefined
 * for one that it cannot be read from. A calendar day counts as 24 hours, as its source's precision does.
 */
export function finenessOf(grain: WindowFn): number | undefined {
  const { kind, size, period, gap, unit, every } = grain as WindowFn & {
    readonly size?: number
    readonly period?: number
    readonly gap?: number
    readonly unit?: 'days' | 'months'
    readonly every?: number
  }
  switch (kind) {
    case 'fixed':
      return size
    case 'sliding':
      return period
    case 'sessions':
      return gap
    case 'calendar':
      return (every ?? 1) * (unit === 'months' ? MONTH : DAY)
    default:
      return undefined
  }
}

/** Refuses a grain that is finer than a source tells time (code `GRAIN_TOO_FINE`), and one that is no window function. */
export function requireGrain(
  subject: string,
  grain: WindowFn | undefined,
  sources: readonly MetricSource<unknown>[],
): void {
  if (typeof (grain as Partial<WindowFn> | undefined)?.assign !== 'function') {
    throw new PipelineError(
      'BAD_WINDOW_FN',
      `${subject} has no grain that assigns windows, so nobody could say which time a value is for. Give grain: calendarDays({ zone: 'UTC' }), ` +
        'fixedWindows(minutes(5)) or another window function.',
    )
  }
  const fineness = finenessOf(grain!)
  const coarse = fineness === undefined ? undefined : sources.find(({ precision }) => fineness < precision)
  if (coarse === undefined) return
  throw new PipelineError(
    'GRAIN_TOO_FINE',
    `${subject} has the grain ${grain!.description}, windows of ${fineness} ms, but its source "${coarse.name}" tells time to ${coarse.precision} ms: ` +
      'all rows of such a period would fall into its first window, and the others would look empty. Use a grain at least as long as the ' +
      'precision of the source.',
  )
}
