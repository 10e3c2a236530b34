/**
 * The life of one domain hour by hour: what a clerk with a calendar would write down.
 *
 * It shares nothing with the composite: no due times, no timers, only days that are counted down one hour at a time.
 */
import type { EppEvent } from '../../examples/registrar/events/epp-event.ts'
import type { LifeEvent } from '../../examples/registrar/domain/life.ts'

const HOUR = 3_600_000
const YEAR = 365 * 24

interface Entry {
  agpLeft: number
  keepsCreate: boolean
  /** Hours left of each renewal's grace. */
  renewals: { left: number; auto: boolean }[]
  purgeLeft: number
  restoreLeft: number
  /** The hour in which it expires. */
  expires: number
}

interface Term {
  /** The hour in which it expires. */
  hour: number
  by: 'renew' | 'auto_renew' | 'restore' | null
  request: string | null
}

/** What is written down of events at whole hours, no two in one, up to an hour: `hour fact dum agp renewed`. */
export function naiveLife(events: readonly LifeEvent[], hours: number): readonly string[] {
  const untouched = { keepsCreate: false, purgeLeft: 0, restoreLeft: 0 }
  const written: string[] = []
  const paid = new Set<string>()
  let terms: Term[] = []
  let entry: Entry | null = null
  const write = (hour: number, fact: string, dum = 0, agp = 0, renewed: number | null = null): void => {
    written.push(`${hour} ${fact} ${dum} ${agp} ${renewed}`)
  }
  for (let hour = 0; hour < hours; hour += 1) {
    if (entry !== null) {
      entry = countDown(entry, (fact, dum, agp) => write(hour, fact, dum, agp))
    }
    for (const term of terms.filter((one) => one.hour + 75 * 24 === hour)) {
      const counts = term.by !== null && (term.by !== 'renew' || (term.request !== null && paid.has(term.request)))
      write(hour, 'term_ended', 0, 0, counts ? 1 : 0)
    }
    terms = terms.filter((term) => term.hour + 75 * 24 > hour)
    const event = events.find((one) => 'event_ts' in one && one.event_ts === hour * HOUR)
    if (event === undefined || !('event_type' in event)) continue
    const running: Term | undefined = terms.find((term) => term.hour === entry?.expires)
    switch (event.event_type) {
      case 'poll.domain_held':
        if (entry !== null) break
        entry = { agpLeft: 0, ...untouched, renewals: [], expires: event.expires_ts! / HOUR }
        terms.push({ hour: entry.expires, by: null, request: null })
        write(hour, 'held', 1)
        break
      case 'payment.captured':
        if (entry !== null) paid.add(event.request_id!)
        break
      case 'domain.create':
        if (entry !== null || event.result_code >= 2000) break
        entry = { agpLeft: 5 * 24, ...untouched, renewals: [], expires: hour + YEAR }
        terms.push({ hour: entry.expires, by: null, request: null })
        write(hour, 'created', 1, 1)
        break
      case 'domain.renew':
      case 'poll.auto_renewed': {
        if (entry === null || entry.purgeLeft > 0) break
        const auto = event.event_type === 'poll.auto_renewed'
        entry.renewals.push({ left: (auto ? 45 : 5) * 24, auto })
        if (!auto) entry.keepsCreate = true
        if (running !== undefined) {
          running.by = auto ? 'auto_renew' : 'renew'
          running.request = auto ? null : (event as EppEvent).request_id
        }
        entry.expires += YEAR
        terms.push({ hour: entry.expires, by: null, request: null })
        write(hour, 'renewed')
        break
      }
      case 'domain.delete':
        if (entry === null || entry.purgeLeft > 0) break
        if (entry.agpLeft > 0 && !entry.keepsCreate) {
          terms = terms.filter((term) => term !== running)
          entry = null
          write(hour, 'deleted_grace', -1, -1)
          break
        }
        for (const _ of entry.renewals) {
          const { expires } = entry
          terms = terms.filter((term) => term.hour !== expires)
          entry.expires -= YEAR
          for (const term of terms) if (term.hour === expires - YEAR) term.by = null
          write(hour, 'renewal_refunded')
        }
        entry.renewals = []
        entry.purgeLeft = 35 * 24
        break
      case 'domain.restore_request':
        if (entry !== null && entry.purgeLeft > 5 * 24 && entry.restoreLeft === 0) entry.restoreLeft = 7 * 24
        break
      case 'domain.restore_report':
        if (entry === null || entry.restoreLeft === 0) break
        entry.restoreLeft = 0
        entry.purgeLeft = 0
        if (entry.expires <= hour) {
          if (running !== undefined) running.by = 'restore'
          entry.expires += YEAR
          terms.push({ hour: entry.expires, by: null, request: null })
        }
        write(hour, 'restored')
        break
      default:
    }
  }
  return written.toSorted()
}

/** One hour passes. */
function countDown(entry: Entry, write: (fact: string, dum?: number, agp?: number) => void): Entry | null {
  if (entry.agpLeft > 0 && (entry.agpLeft -= 1) === 0) write('add_matured', 0, -1)
  for (const renewal of entry.renewals) if ((renewal.left -= 1) === 0) write('renewal_matured')
  entry.renewals = entry.renewals.filter(({ left }) => left > 0)
  if (entry.restoreLeft > 0) {
    if ((entry.restoreLeft -= 1) === 0) write('restore_unreported')
  } else if (entry.purgeLeft > 0 && (entry.purgeLeft -= 1) === 0) {
    write('deleted_nograce', -1)
    return null
  }
  return entry
}
