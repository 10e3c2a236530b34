/**
 * Windows that reach further back than one unit of a grain: the last n units, or from the start of a period to the end of a unit.
 *
 * A row is assigned to every window that will count it, so the windows need no state and no memory of past units; the price is as many
 * accumulators per row as there are such windows. Units are those of a tiling window function, so days of 23 and 25 hours are days.
 */
import { customWindows, PipelineError, type Timestamp, type Window, type WindowFn } from '@tidemark/core'

/** The windows of the last `count` units, one for each unit, ending with it. */
export function trailingWindows(grain: WindowFn, count: number): WindowFn {
  requireTiling(grain, `The last ${count} units`)
  return customWindows({
    name: 'trailing',
    description: `${count} of ${grain.description}`,
    assign(timestamp) {
      const own = unitOf(grain, timestamp)
      const windows: Window[] = []
      // The first window that counts the row ends with the row's own unit and starts count - 1 units earlier.
      let start = own.start
      for (let back = 1; back < count; back += 1) start = unitOf(grain, start - 1).start
      let end = own
      for (let ahead = 0; ahead < count; ahead += 1) {
        windows.push({ start, end: end.end })
        start = unitOf(grain, start).end
        end = unitOf(grain, end.end)
      }
      return windows
    },
  })
}

/** The windows from the start of a period to the end of each unit in it. */
export function toDateWindows(grain: WindowFn, period: WindowFn): WindowFn {
  requireTiling(grain, 'A total to date')
  requireTiling(period, 'A total to date')
  return customWindows({
    name: 'to-date',
    description: `${grain.description} in ${period.description}`,
    assign(timestamp) {
      const whole = unitOf(period, timestamp)
      const windows: Window[] = []
      let unit = unitOf(grain, timestamp)
      while (unit.start < whole.end) {
        windows.push({ start: whole.start, end: Math.min(unit.end, whole.end) })
        unit = unitOf(grain, unit.end)
      }
      return windows
    },
  })
}

/** The unit of a grain that a timestamp lies in. */
export function unitOf(grain: WindowFn, timestamp: Timestamp): Window {
  return grain.assign(timestamp, undefined)[0]!
}

/** Refuses a grain whose units do not follow one another (code `GRAIN_WITH_GAPS`). */
export function requireTiling(grain: WindowFn, what: string): void {
  if (grain.tiling) return
  throw new PipelineError(
    'GRAIN_WITH_GAPS',
    `${what} of ${grain.description} cannot be told: its windows overlap, merge or leave gaps, so there is no unit before or after one. ` +
      'Use a grain that cuts time into units, such as calendarDays({ zone }) or fixedWindows(hours(1)).',
  )
}
