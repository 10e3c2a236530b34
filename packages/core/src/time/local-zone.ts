/**
 * Local time: what a clock on a wall shows, and which instant that was.
 *
 * It takes a zone to say, and the machine's own is never asked: the same text would mean another instant on another machine.
 * Where clocks go forward some local times never were, and where they go back some were twice.
 */
import { LocalDateTime, ZoneOffset, type ZoneId } from '@js-joda/core'
import { PipelineError } from '../error/pipeline-error.ts'
import { offsetMinutes } from './digits.ts'

/** Where the clock stood that shows a local time. */
export interface LocalZone {
  /**
   * The zone of text that names none: `Z`, an offset such as `+05:45`, or the zone of a place, which `zoneOf` of
   * `@tidemark/core/calendar` gives. Without it such text is refused; text that names its zone keeps it.
   */
  readonly zone?: ZoneId | string
  /** Which instant a local time is that clocks showed twice; one of: `refuse` (default), `earlier`, `later`. */
  readonly ambiguous?: 'refuse' | 'earlier' | 'later'
}

/**
 * How many seconds local time is ahead of UTC in the zone, or, as text, why that cannot be said. `local` is what the clock
 * shows, as seconds since 1970-01-01T00:00 on the same clock.
 */
export function secondsAhead(local: number, { zone, ambiguous = 'refuse' }: LocalZone): number | string {
  if (zone === undefined)
    return 'names no zone, and no zone was given: end it with Z or an offset, or give the option zone'
  if (typeof zone === 'string') return requireOffset(zone) * 60
  const offsets = requireZone(zone)
    .rules()
    .validOffsets(LocalDateTime.ofEpochSecond(local, 0, ZoneOffset.UTC))
  const ahead = offsets.map((offset) => offset.totalSeconds())
  const [only] = ahead
  if (only === undefined) return `never was in ${zone.id()}: its clocks went forward over it`
  if (ahead.length === 1) return only
  if (ambiguous === 'earlier') return Math.max(...ahead)
  if (ambiguous === 'later') return Math.min(...ahead)
  return `was twice in ${zone.id()}, as its clocks went back: give ambiguous: 'earlier' or 'later'`
}

function requireOffset(zone: string): number {
  const minutes = offsetMinutes(zone === 'UTC' ? 'Z' : zone, 0)
  if (!Number.isNaN(minutes)) return minutes
  throw badZone(
    JSON.stringify(zone),
    `Write an offset such as "+05:45", or "Z". For the zone of a place give zoneOf(${JSON.stringify(zone)}) of ` +
      '@tidemark/core/calendar, which holds the rules of its clocks.',
  )
}

function requireZone(zone: ZoneId): ZoneId {
  if (typeof (zone as Partial<ZoneId> | null)?.rules === 'function' && zone.id() !== 'SYSTEM') return zone
  throw badZone(
    typeof (zone as Partial<ZoneId> | null)?.id === 'function' ? zone.id() : typeof zone,
    'It must mean the same on every machine. Give zoneOf("Europe/Berlin") of @tidemark/core/calendar, or an offset such as "+05:45".',
  )
}

function badZone(zone: string, cure: string): PipelineError {
  return new PipelineError('BAD_ZONE', `The zone of local times is ${zone}, which says no offset from UTC. ${cure}`)
}
