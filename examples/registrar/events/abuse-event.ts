/**
 * Abuse and security: reports as they come in, and what the case system does about them.
 *
 * `abuse_category` is the report's category, and after `abuse.reclassified` the new one. A correction is an event: nothing that was
 * reported is changed. Complainants are tokens; who they are is not ours to count.
 */
import { CORE_COLUMNS, coreEvent, rowSchema, type ColumnsOf, type CoreEvent, type Given } from './core-event.ts'

/** What abuse reports are about. */
export const ABUSE_CATEGORIES = Object.freeze([
  'phishing',
  'malware',
  'botnet_c2',
  'pharming',
  'spam',
  'other',
] as const)

/** Intake, the life of a case, and indications of trouble that nobody has reported. */
export const ABUSE_TYPES = Object.freeze([
  'abuse.reported',
  'abuse.acknowledged',
  'abuse.responded',
  'abuse.evidence_complete',
  'abuse.mitigated',
  'abuse.reclassified',
  'abuse.withdrawn',
  'abuse.closed',
  'abuse.escalated',
  'security.malware_flagged',
  'security.dns_hijack_indicated',
  'security.account_locked',
] as const)

/** A kind of abuse event. */
export type AbuseType = (typeof ABUSE_TYPES)[number]

/** An event about abuse. */
export interface AbuseEvent extends CoreEvent {
  readonly event_type: AbuseType
  /** The report that it is, or is about. */
  readonly report_id: string
  /** Token of who complained. */
  readonly complainant: string | null
  /** IANA id of the registrar that sponsors the domain. */
  readonly registrar: string | null
}

/** The columns, in short form. */
export const ABUSE_COLUMNS = {
  ...CORE_COLUMNS,
  report_id: 'text',
  complainant: 'text?',
  registrar: 'text?',
} as const satisfies ColumnsOf<AbuseEvent>

/** Intake and case system. */
export const abuseSchema = rowSchema<AbuseEvent>('Abuse', ABUSE_COLUMNS)

/** Makes an event about abuse. */
export function abuseEvent(given: Given<AbuseEvent> & Pick<AbuseEvent, 'report_id'>): AbuseEvent {
  const { event_type, report_id } = given
  return {
    ...coreEvent('abuse', { ...given, event_id: given.event_id ?? `${event_type} ${report_id} ${given.event_ts}` }),
    event_type,
    report_id,
    complainant: given.complainant ?? null,
    registrar: given.registrar ?? null,
  }
}
