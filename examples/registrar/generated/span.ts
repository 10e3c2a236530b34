/**
 * Span: the time in which generated events lie, and what the generated world is made of.
 */
import type { Timestamp } from '@tidemark/core'

/** From when to when events are generated: whole days in UTC. */
export interface Span {
  readonly start: Timestamp
  readonly days: number
}

/** Milliseconds. */
export const MINUTE = 60_000
/** Milliseconds. */
export const HOUR = 60 * MINUTE
/** Milliseconds. */
export const DAY = 24 * HOUR

/** TLDs of the generated world; reserved names, so none of its domains can exist. */
export const TLDS = Object.freeze(['test', 'example', 'co.test'] as const)
/** Channels of the generated world. */
export const CHANNELS = Object.freeze(['web', 'api', 'reseller'] as const)
/** Countries of the generated world. */
export const COUNTRIES = Object.freeze(['DE', 'FR', 'JP', 'US'] as const)
/** IANA ids of its registrars. The first is ours. */
export const REGISTRARS = Object.freeze(['9001', '9002', '9003'] as const)
/** Campaigns of the generated world. */
export const CAMPAIGNS = Object.freeze(['spring', 'switch', 'newsletter'] as const)
