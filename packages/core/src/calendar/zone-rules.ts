/**
 * Time zones by IANA name, with rules from `@js-joda/timezone` only.
 *
 * The platform's own rules (ICU) differ between machines; these are pinned by the lockfile, and their version is part
 * of every description of calendar windows, hence of the graph's fingerprint. They state each change of clocks up to
 * the year 2499; after that the last offset stays.
 */
import '@js-joda/timezone'
import { Instant, LocalDate, ZoneId, ZoneRulesProvider } from '@js-joda/core'
import { PipelineError } from '../error/pipeline-error.ts'
import type { Timestamp } from '../time/timestamp.ts'

/** The edition of the IANA time zone database in use, such as `2025b`. */
export const zoneRulesVersion: string = editionOfRules()

/**
 * Returns the zone of that name, with its pinned rules.
 *
 * Throws a {@link PipelineError} with code `BAD_ZONE` when there is none, or when it is the zone of the machine
 * (`SYSTEM`).
 */
export function zoneOf(zone: ZoneId | string): ZoneId {
  const name = typeof zone === 'string' ? zone : zone.id()
  try {
    if (name !== 'SYSTEM') return ZoneId.of(name)
  } catch (cause) {
    throw badZone(name, cause)
  }
  throw badZone(name, undefined)
}

/** Returns the local date of an instant, as ISO 8601 (`2026-03-29`): the name of a day in reports. */
export function toLocalDate(timestamp: Timestamp, zone: ZoneId | string): string {
  return LocalDate.ofInstant(Instant.ofEpochMilli(timestamp), zoneOf(zone)).toString()
}

function editionOfRules(): string {
  // Present since the import above; missing in js-joda's types.
  const provider = ZoneRulesProvider as typeof ZoneRulesProvider & { getTzdbData(): { readonly version: string } }
  return provider.getTzdbData().version
}

function badZone(name: string, cause: unknown): PipelineError {
  return new PipelineError(
    'BAD_ZONE',
    `"${name}" is not a time zone that means the same on every machine. Calendar windows follow the clocks of ` +
      'one place. ' +
      'Use an IANA name such as "Europe/Berlin", or "UTC".',
    { cause },
  )
}
