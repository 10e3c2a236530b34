/**
 * Transfers of a domain: who holds it, and until when.
 */
import { factOf, termOf, type Held, type Life, type LifeResult } from './life.ts'
import { withoutRenewals } from './life-renewals.ts'
import { plusYears } from './policy.ts'
import type { TransferFact } from './transfer-facts.ts'

/** Moves a domain when a transfer is completed, and back when it is reversed. */
export function afterTransfer(life: Life, transfer: TransferFact): LifeResult {
  const { held } = life
  if (held === null || (transfer.fact !== 'completed' && transfer.fact !== 'reversed')) return [life, []]
  const back = transfer.fact === 'reversed'
  const to = back
    ? { registrar: transfer.losing_registrar ?? held.registrar, account_id: transfer.losing_account_id }
    : { registrar: transfer.registrar, account_id: transfer.account_id }
  const now = transfer.requested_ts + transfer.duration_ms!
  // The registry's renewal at expiry is undone: the losing registrar gets it back, and the gaining one pays the year of the transfer.
  const [undone, refunds] = back ? [life, []] : withoutRenewals(life, held, ({ auto }) => auto)
  const from = undone.held!
  const longest = plusYears(now, 10)
  const expires_ts = back
    ? from.expires_ts
    : Math.max(from.expires_ts, Math.min(plusYears(from.expires_ts, transfer.years), longest))
  const after: Held = { ...from, ...to, expires_ts }
  // What the losing registrar has lost before it expired was never up for renewal.
  const terms = back ? undone.terms : [...undone.terms.filter((term) => term.expires_ts <= now), termOf(after)]
  return [
    { ...undone, held: after, terms },
    [
      ...refunds,
      factOf(life, from, back ? 'reversed_out' : 'transferred_out', { dum: -1, since_ts: transfer.requested_ts }),
      factOf(life, after, back ? 'reversed_in' : 'transferred_in', { dum: 1, since_ts: transfer.requested_ts }),
    ],
  ]
}
