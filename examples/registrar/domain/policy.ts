/**
 * LifecyclePolicy: how long the periods in the life of a domain are.
 *
 * The rules are the registry's, and differ between registries, so they are data and not constants in code. Every period is half-open:
 * what happens exactly at its end is outside.
 */
import type { Timestamp } from '@tidemark/core'

/** Lengths in days. */
export interface LifecyclePolicy {
  /** After a create: a delete gives everything back, and the name is free at once. */
  readonly addGrace: number
  /** After an explicit renewal. */
  readonly renewGrace: number
  /** After a renewal by the registry at expiry. */
  readonly autoRenewGrace: number
  /** After a transfer. */
  readonly transferGrace: number
  /** How long a transfer is pending before it is approved by nobody having said no. */
  readonly transferPending: number
  /** How long a transfer can be disputed. */
  readonly transferDispute: number
  /** After a delete: the name can be restored. */
  readonly redemption: number
  /** After a request to restore: the report has to come. */
  readonly restoreReport: number
  /** After the redemption: nothing is possible any more, then the name is purged. */
  readonly pendingDelete: number
  /** After the expiry of a term: it is known whether it was renewed (auto-renew grace and redemption). */
  readonly termDecision: number
}

/** The lengths that are usual for generic TLDs. */
export const GTLD_POLICY: LifecyclePolicy = Object.freeze({
  addGrace: 5,
  renewGrace: 5,
  autoRenewGrace: 45,
  transferGrace: 5,
  transferPending: 5,
  transferDispute: 365,
  redemption: 30,
  restoreReport: 7,
  pendingDelete: 5,
  termDecision: 75,
})

/** The policy of a TLD. */
export type PolicyOf = (tld: string) => LifecyclePolicy

/** The usual lengths, whatever the TLD. */
export const gtldPolicy: PolicyOf = () => GTLD_POLICY

/** Milliseconds of a day of 24 hours, which is what a registry's clock counts in UTC. */
export const DAY = 86_400_000

/** The same instant some years later; from 29 February, the 28th where there is none. */
export function plusYears(timestamp: Timestamp, years: number): Timestamp {
  const date = new Date(timestamp)
  const month = date.getUTCMonth()
  date.setUTCFullYear(date.getUTCFullYear() + years)
  if (date.getUTCMonth() !== month) date.setUTCDate(0)
  return date.getTime()
}
