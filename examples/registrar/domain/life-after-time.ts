/**
 * What time makes of the life of a domain: grace periods that end, names that are purged, terms that are decided.
 */
import type { Timestamp } from '@tidemark/core'
import type { Undated } from './dated.ts'
import { factOf, type Life, type LifeResult, type Term } from './life.ts'
import type { LifecycleFact } from './lifecycle-fact.ts'
import { DAY, type LifecyclePolicy } from './policy.ts'

/** Returns the life after what is due at an instant, and the facts that follow from it. */
export function afterTime(life: Life, now: Timestamp, policy: LifecyclePolicy): LifeResult {
  const facts: Undated<LifecycleFact>[] = []
  let { held } = life
  if (held !== null) {
    if (held.add_until !== null && held.add_until <= now) {
      facts.push(factOf(life, held, 'add_matured', { agp: -1, since_ts: held.created_ts }))
      held = { ...held, add_until: null }
    }
    for (const { until, years, auto } of held.renewals)
      if (until <= now) facts.push(factOf(life, held, 'renewal_matured', { years, auto }))
    held = { ...held, renewals: held.renewals.filter(({ until }) => until > now) }
    if (held.restore !== null) {
      if (held.restore.until <= now) {
        const { requested_ts, until } = held.restore
        facts.push(factOf(life, held, 'restore_unreported', { since_ts: requested_ts }))
        // The days of the redemption that were spent waiting for a report come back.
        held = { ...held, restore: null, purge_ts: held.purge_ts! + until - requested_ts }
      }
    } else if (held.purge_ts !== null && held.purge_ts <= now) {
      facts.push(factOf(life, held, 'deleted_nograce', { dum: -1, since_ts: held.deleted_ts }))
      held = null
    }
  }
  const isOver = ({ expires_ts }: Term): boolean => expires_ts + policy.termDecision * DAY <= now
  const over = life.terms.filter(isOver)
  facts.push(...over.map((term) => termEnded(life, term)))
  const done = new Set(over.map(({ request_id }) => request_id))
  return [
    {
      ...life,
      held,
      terms: life.terms.filter((term) => !isOver(term)),
      paid: life.paid.filter((request) => !done.has(request)),
    },
    facts,
  ]
}

function termEnded(life: Life, term: Term): Undated<LifecycleFact> {
  const { renewed_by, request_id } = term
  const isPaid = renewed_by !== 'renew' || (request_id !== null && life.paid.includes(request_id))
  return factOf(life, term, 'term_ended', {
    since_ts: term.since_ts,
    expires_ts: term.expires_ts,
    renewed: renewed_by !== null && isPaid ? 1 : 0,
    renewed_by,
  })
}
