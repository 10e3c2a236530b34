/**
 * Renewals of a domain: a term that begins, and one that is taken back in its grace period.
 */
import type { EppEvent } from '../events/epp-event.ts'
import type { PollEvent } from '../events/poll-event.ts'
import type { Undated } from './dated.ts'
import { factOf, termOf, type Held, type Life, type LifeResult, type Renewal, type Term } from './life.ts'
import type { LifecycleFact } from './lifecycle-fact.ts'
import { DAY, plusYears, type LifecyclePolicy } from './policy.ts'

/** Renews a domain, by a command or by the registry itself. */
export function renewed(
  life: Life,
  held: Held,
  event: EppEvent | PollEvent,
  { years, auto }: { readonly years: number; readonly auto: boolean },
  policy: LifecyclePolicy,
): LifeResult {
  const until = event.event_ts + (auto ? policy.autoRenewGrace : policy.renewGrace) * DAY
  const [from_ts, to_ts] = [held.expires_ts, plusYears(held.expires_ts, years)]
  const after: Held = {
    ...held,
    expires_ts: to_ts,
    add_credit: auto ? held.add_credit : false,
    renewals: [...held.renewals, { until, years, auto, from_ts, to_ts }],
  }
  const terms = life.terms.map((term): Term => {
    if (term.expires_ts !== held.expires_ts) return term
    return { ...term, renewed_by: auto ? 'auto_renew' : 'renew', request_id: auto ? null : event.request_id }
  })
  return [{ ...life, held: after, terms: [...terms, termOf(after)] }, [factOf(life, after, 'renewed', { years, auto })]]
}

/** Takes back renewals in their grace period, the latest first, with the terms that they had begun. */
export function withoutRenewals(life: Life, held: Held, isUndone: (renewal: Renewal) => boolean): LifeResult {
  const facts: Undated<LifecycleFact>[] = []
  let { expires_ts } = held
  let { terms } = life
  for (const renewal of held.renewals.filter(isUndone).toReversed()) {
    const before = renewal.to_ts === expires_ts ? renewal.from_ts : plusYears(expires_ts, -renewal.years)
    terms = terms
      .filter((term) => term.expires_ts !== expires_ts)
      .map((term) => (term.expires_ts === before ? { ...term, renewed_by: null, request_id: null } : term))
    facts.push(factOf(life, held, 'renewal_refunded', { years: renewal.years, auto: renewal.auto }))
    expires_ts = before
  }
  const renewals = held.renewals.filter((renewal) => !isUndone(renewal))
  return [{ ...life, held: { ...held, expires_ts, renewals }, terms }, facts]
}
