/**
 * What an event makes of the life of a domain.
 *
 * Pure. An event that cannot be, such as a renewal of what is not held, changes nothing: the registry would have refused it.
 */
import type { Timestamp } from '@tidemark/core'
import { succeeded, type EppEvent } from '../events/epp-event.ts'
import type { PollEvent } from '../events/poll-event.ts'
import { factOf, termOf, type Held, type Life, type LifeEvent, type LifeResult, type Term } from './life.ts'
import { renewed, withoutRenewals } from './life-renewals.ts'
import { afterTransfer } from './life-transfer.ts'
import { DAY, plusYears, type LifecyclePolicy } from './policy.ts'

/** Returns the life after an event, and the facts that follow from it. */
export function afterEvent(life: Life, event: LifeEvent, policy: LifecyclePolicy): LifeResult {
  if ('fact' in event) return afterTransfer(life, event)
  const { held } = life
  switch (event.event_type) {
    case 'payment.captured':
      if (held === null || event.product !== 'renew' || event.request_id === null) return [life, []]
      return [{ ...life, paid: [...life.paid, event.request_id] }, []]
    case 'poll.domain_held':
      return held === null ? taken(life, event) : [life, []]
    case 'poll.create_approved':
      return life.pending === null ? [life, []] : created(life, life.pending, event.event_ts, policy)
    case 'poll.create_refused':
      return [{ ...life, pending: null }, []]
    case 'poll.auto_renewed':
      if (held === null || held.deleted_ts !== null) return [life, []]
      return renewed(life, held, event, { years: 1, auto: true }, policy)
    case 'domain.create':
      if (!succeeded(event) || held !== null) return [life, []]
      return event.result_code === 1001
        ? [{ ...life, pending: event }, []]
        : created(life, event, event.event_ts, policy)
    default:
  }
  if (held === null || !('result_code' in event) || !succeeded(event)) return [life, []]
  const now = event.event_ts
  switch (event.event_type) {
    case 'domain.renew':
      if (held.deleted_ts !== null) return [life, []]
      return renewed(life, held, event, { years: event.years ?? 1, auto: false }, policy)
    case 'domain.delete':
      return held.deleted_ts === null ? deleted(life, held, now, policy) : [life, []]
    case 'domain.restore_request': {
      // A redemption that was interrupted by a restore without a report is as much longer.
      const inTime = held.purge_ts !== null && now < held.purge_ts - policy.pendingDelete * DAY
      if (!inTime || held.restore !== null) return [life, []]
      const restore = { requested_ts: now, until: now + policy.restoreReport * DAY }
      return [{ ...life, held: { ...held, restore } }, []]
    }
    case 'domain.restore_report':
      return held.restore === null ? [life, []] : restored(life, held, held.restore.requested_ts, now)
    default:
      return [life, []]
  }
}

function created(life: Life, event: EppEvent, now: Timestamp, policy: LifecyclePolicy): LifeResult {
  const { registrar, channel, account_id } = event
  const years = event.years ?? 1
  const expires_ts = plusYears(now, years)
  const held: Held = {
    created_ts: now,
    registrar,
    channel,
    account_id,
    years,
    expires_ts,
    add_until: now + policy.addGrace * DAY,
    add_credit: true,
    renewals: [],
    deleted_ts: null,
    purge_ts: null,
    restore: null,
  }
  return [
    { ...life, held, pending: null, terms: [...life.terms, termOf(held)] },
    [factOf(life, held, 'created', { dum: 1, agp: 1, since_ts: now })],
  ]
}

function taken(life: Life, event: PollEvent): LifeResult {
  const { registrar, channel, account_id, event_ts: now } = event
  const created_ts = event.created_ts ?? now
  const expires_ts = event.expires_ts ?? plusYears(now, 1)
  const years = 1
  const rest = { add_until: null, add_credit: false, renewals: [], deleted_ts: null, purge_ts: null, restore: null }
  const held: Held = { created_ts, registrar, channel, account_id, years, expires_ts, ...rest }
  return [
    { ...life, held, terms: [...life.terms, termOf(held)] },
    [factOf(life, held, 'held', { dum: 1, since_ts: created_ts })],
  ]
}

function deleted(life: Life, held: Held, now: Timestamp, policy: LifecyclePolicy): LifeResult {
  if (held.add_until !== null && held.add_credit) {
    return [
      { ...life, held: null, terms: life.terms.filter(({ expires_ts }) => expires_ts !== held.expires_ts) },
      [factOf(life, held, 'deleted_grace', { dum: -1, agp: -1, since_ts: held.created_ts })],
    ]
  }
  const [after, facts] = withoutRenewals(life, held, () => true)
  const purge_ts = now + (policy.redemption + policy.pendingDelete) * DAY
  return [{ ...after, held: { ...after.held!, deleted_ts: now, purge_ts } }, facts]
}

function restored(life: Life, held: Held, requested_ts: Timestamp, now: Timestamp): LifeResult {
  const lapsed = held.expires_ts <= now
  const after: Held = {
    ...held,
    deleted_ts: null,
    purge_ts: null,
    restore: null,
    expires_ts: lapsed ? plusYears(held.expires_ts, 1) : held.expires_ts,
  }
  const terms = life.terms.map((term): Term => {
    return lapsed && term.expires_ts === held.expires_ts ? { ...term, renewed_by: 'restore' } : term
  })
  return [
    { ...life, held: after, terms: lapsed ? [...terms, termOf(after)] : terms },
    [
      factOf(life, held, 'restored', {
        since_ts: requested_ts,
        duration_ms: now - requested_ts,
        since_deleted_ms: now - held.deleted_ts!,
      }),
    ],
  ]
}
