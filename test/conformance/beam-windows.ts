/**
 * Windows as Beam's Java SDK assigns them, faults included.
 *
 * They show that a vector which is excused for its windows differs for nothing else: with these windows it must agree.
 */
import { Instant, ZoneId, ZonedDateTime } from '@js-joda/core'
import { customWindows, type Timestamp, type Window, type WindowFn } from '@tidemark/core'
import { windowFnOf, type BeamWindows } from './beam-settings.ts'

/** Returns a window function that assigns as Beam does. */
export function beamWindowFnOf(spec: BeamWindows): WindowFn {
  switch (spec.type) {
    case 'fixed':
      return javaWindows(spec.size, spec.size, spec.offset ?? 0, 1)
    case 'sliding':
      return javaWindows(spec.size, spec.period, spec.offset ?? 0, Infinity)
    case 'sessions':
    case 'global':
      return windowFnOf(spec)
    default:
      return overlappingDays(windowFnOf(spec), ZoneId.of(spec.timeZone ?? 'UTC'))
  }
}

/**
 * Returns a window function of a view by which an element of a main window finds the side window that Beam finds: of sliding windows the
 * earliest is found by the remainder too, and is one too late where the window before it would begin before the epoch.
 */
export function beamSideWindowFnOf(spec: BeamWindows): WindowFn {
  const own = beamWindowFnOf(spec)
  if (spec.type !== 'sliding') return own
  const { size, period, offset = 0 } = spec
  return customWindows({
    name: 'java side windows',
    assign: (timestamp, element) => {
      const isOff = (timestamp - size + period - offset) % period < 0
      const earliest = timestamp - size + period
      return own.assign(timestamp, element).filter(({ start }) => !isOff || start > earliest)
    },
  })
}

// Java's remainder takes the sign of the dividend, as that of JavaScript does.
function javaWindows(size: number, period: number, offset: number, most: number): WindowFn {
  return customWindows({
    name: 'java windows',
    assign: (timestamp) => {
      const windows: Window[] = []
      let start = timestamp - ((timestamp + period - offset) % period)
      for (; start > timestamp - size && windows.length < most; start -= period)
        windows.push({ start, end: start + size })
      return windows
    },
  })
}

// A window that starts after a skipped midnight ends at the same time of day, when the next one has begun.
function overlappingDays(ours: WindowFn, zone: ZoneId): WindowFn {
  const late = (start: Timestamp): number =>
    ZonedDateTime.ofInstant(Instant.ofEpochMilli(start), zone).toLocalTime().toNanoOfDay() / 1_000_000
  return customWindows({
    name: 'overlapping days',
    assign: (timestamp, element) =>
      ours.assign(timestamp, element).map(({ start, end }) => ({ start, end: end + late(start) })),
  })
}
