/**
 * Poll messages: what the registry tells a registrar without being asked (RFC 5730, 2.9.2.3), and the opening portfolio.
 *
 * They carry what no command of ours has caused: a renewal by the registry, the end of a dispute, a create that was pending. The
 * opening portfolio says which domains are held when the log begins, so that counts need no log since the beginning of the world.
 */
import type { Timestamp } from '@tidemark/core'
import { CORE_COLUMNS, coreEvent, rowSchema, type CoreEvent, type Given } from './core-event.ts'

/** The messages. */
export const POLL_TYPES = Object.freeze([
  'poll.domain_held',
  'poll.create_approved',
  'poll.create_refused',
  'poll.auto_renewed',
  'poll.transfer_reversed',
] as const)

/** A kind of message. */
export type PollType = (typeof POLL_TYPES)[number]

/** A message of the registry. */
export interface PollEvent extends CoreEvent {
  readonly event_type: PollType
  /** IANA id of the registrar that sponsors the domain. */
  readonly registrar: string
  /** For a domain that is held: when it was created. */
  readonly created_ts: Timestamp | null
  /** For a domain that is held or was renewed: when it expires. */
  readonly expires_ts: Timestamp | null
}

/** The poll messages. */
export const pollSchema = rowSchema<PollEvent>('Poll messages', {
  ...CORE_COLUMNS,
  registrar: 'text',
  created_ts: 'timestamp?',
  expires_ts: 'timestamp?',
})

/** Makes a poll message, to registrar 9001 unless the row says otherwise. */
export function pollEvent(given: Given<PollEvent>): PollEvent {
  return {
    ...coreEvent('poll', given),
    event_type: given.event_type,
    registrar: given.registrar ?? '9001',
    created_ts: given.created_ts ?? null,
    expires_ts: given.expires_ts ?? null,
  }
}
