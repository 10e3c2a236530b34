/**
 * EPP log: the commands that registrars send to the registry about domains, and what it answers (RFC 5730, 5731, 3915).
 *
 * A command is an event whether it succeeded or not; its result code says. A code below 2000 is a success, and 1001 one whose action is
 * still pending. Grace periods, transfers and renewals are derived from these (domain/), never logged.
 */
import { CORE_COLUMNS, coreEvent, rowSchema, type CoreEvent, type Given } from './core-event.ts'

/** The commands. */
export const EPP_TYPES = Object.freeze([
  'domain.create',
  'domain.renew',
  'domain.delete',
  'domain.restore_request',
  'domain.restore_report',
  'domain.transfer_request',
  'domain.transfer_approve',
  'domain.transfer_reject',
  'domain.transfer_cancel',
  'domain.update',
] as const)

/** A command. */
export type EppType = (typeof EPP_TYPES)[number]

/** A command and its answer. */
export interface EppEvent extends CoreEvent {
  readonly event_type: EppType
  /** What the registry answered, such as 1000 (done), 1001 (pending), 2202 (wrong auth code), 2302 (exists). */
  readonly result_code: number
  /** IANA id of the registrar that sent the command. */
  readonly registrar: string
  /** IANA id of the registrar that a transfer takes the domain from. */
  readonly losing_registrar: string | null
  /** The account at the losing registrar. */
  readonly losing_account_id: string | null
  /** Years that a create, renew or transfer adds. */
  readonly years: number | null
  /** What the registry charges, in minor units of `currency`: a whole number. */
  readonly fee_minor: number | null
  readonly currency: string | null
}

/** The EPP log. */
export const eppSchema = rowSchema<EppEvent>('EPP log', {
  ...CORE_COLUMNS,
  result_code: 'integer',
  registrar: 'text',
  losing_registrar: 'text?',
  losing_account_id: 'text?',
  years: 'integer?',
  fee_minor: 'integer?',
  currency: 'text?',
})

/** Whether the registry did, or will do, what it was asked. */
export function succeeded({ result_code }: Pick<EppEvent, 'result_code'>): boolean {
  return result_code < 2000
}

/** Makes an event of the EPP log: a success by registrar 9001 unless the row says otherwise. */
export function eppEvent(given: Given<EppEvent>): EppEvent {
  const { event_type, result_code = 1000 } = given
  return {
    ...coreEvent('epp', {
      status: result_code < 2000 ? 'ok' : 'failed',
      error_code: result_code < 2000 ? null : String(result_code),
      ...given,
    }),
    event_type,
    result_code,
    registrar: given.registrar ?? '9001',
    losing_registrar: given.losing_registrar ?? null,
    losing_account_id: given.losing_account_id ?? null,
    years: given.years ?? null,
    fee_minor: given.fee_minor ?? null,
    currency: given.currency ?? null,
  }
}
