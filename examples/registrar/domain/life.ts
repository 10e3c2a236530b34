/**
 * Life: what is known of one domain.
 *
 * Plain data. Every period ends at an instant that is kept in the life itself, so time passes by asking what is due. What an event makes
 * of it is in life-after-event.ts, what time does in life-after-time.ts; the step that keeps lives (lifecycle-facts.ts) says when.
 */
import type { Timestamp } from '@tidemark/core'
import type { BillingEvent } from '../events/billing-event.ts'
import type { EppEvent } from '../events/epp-event.ts'
import type { PollEvent } from '../events/poll-event.ts'
import type { Undated } from './dated.ts'
import type { LifecycleFact, LifecycleFactKind } from './lifecycle-fact.ts'
import { DAY, type LifecyclePolicy } from './policy.ts'
import type { TransferFact } from './transfer-facts.ts'

/** What a life is moved by. */
export type LifeEvent = EppEvent | PollEvent | BillingEvent | TransferFact

/** A renewal that may still be taken back. */
export interface Renewal {
  readonly until: Timestamp
  readonly years: number
  readonly auto: boolean
  /** When the domain would expire without it, and with it. */
  readonly from_ts: Timestamp
  readonly to_ts: Timestamp
}

/** A term of registration, until it is known whether another one followed. */
export interface Term {
  readonly expires_ts: Timestamp
  readonly since_ts: Timestamp
  readonly registrar: string
  readonly channel: string | null
  readonly account_id: string | null
  readonly renewed_by: 'renew' | 'auto_renew' | 'restore' | null
  /** What the payment of an explicit renewal is known by. */
  readonly request_id: string | null
}

/** A domain that is registered. */
export interface Held {
  readonly created_ts: Timestamp
  readonly registrar: string
  readonly channel: string | null
  readonly account_id: string | null
  readonly years: number
  readonly expires_ts: Timestamp
  /** The end of the add grace period, while it is open. */
  readonly add_until: Timestamp | null
  /** Whether a delete within the add grace period gives the create back: not after a renewal. */
  readonly add_credit: boolean
  readonly renewals: readonly Renewal[]
  readonly deleted_ts: Timestamp | null
  readonly purge_ts: Timestamp | null
  readonly restore: { readonly requested_ts: Timestamp; readonly until: Timestamp } | null
}

/** What is known of a domain: plain data. */
export interface Life {
  readonly domain: string
  readonly tld: string
  readonly held: Held | null
  /** A create that the registry has not decided on. */
  readonly pending: EppEvent | null
  readonly terms: readonly Term[]
  /** Requests of renewals that were paid. */
  readonly paid: readonly string[]
}

/** A life after something has happened, and what follows from it. */
export type LifeResult = readonly [Life, readonly Undated<LifecycleFact>[]]

/** The life of a domain of which nothing is known. */
export function unknownLife(domain: string, tld: string): Life {
  return { domain, tld, held: null, pending: null, terms: [], paid: [] }
}

/** When time next changes something; undefined when it never does. */
export function nextDue({ held, terms }: Life, policy: LifecyclePolicy): Timestamp | undefined {
  const due = terms.map(({ expires_ts }) => expires_ts + policy.termDecision * DAY)
  if (held !== null) {
    due.push(...held.renewals.map(({ until }) => until))
    if (held.add_until !== null) due.push(held.add_until)
    if (held.restore !== null) due.push(held.restore.until)
    else if (held.purge_ts !== null) due.push(held.purge_ts)
  }
  return due.length === 0 ? undefined : Math.min(...due)
}

/** The term that a domain is in. */
export function termOf({ expires_ts, created_ts, registrar, channel, account_id }: Held): Term {
  return { expires_ts, since_ts: created_ts, registrar, channel, account_id, renewed_by: null, request_id: null }
}

/** Makes a fact about a domain, for the registrar and account of its holder. */
export function factOf(
  { domain, tld }: Life,
  {
    registrar,
    channel,
    account_id,
    years = null,
  }: Pick<Held, 'registrar' | 'channel' | 'account_id'> & { readonly years?: number | null },
  kind: LifecycleFactKind,
  more: Partial<Undated<LifecycleFact>>,
): Undated<LifecycleFact> {
  return {
    fact: kind,
    domain,
    tld,
    registrar,
    channel,
    account_id,
    years,
    dum: 0,
    agp: 0,
    since_ts: null,
    expires_ts: null,
    duration_ms: null,
    since_deleted_ms: null,
    renewed: null,
    renewed_by: null,
    auto: null,
    ...more,
  }
}
