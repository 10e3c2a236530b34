/**
 * transferOutcomes and netTransfers: transfers by the day on which they began, and by the day on which they were done.
 *
 * A completion rate is about the requests of a day, and is known when all of them have ended. Gains and losses are about the day on which
 * domains changed hands, and a gain is known when the domain has outlived its transfer grace.
 */
import { composite, days, filter, hours, type PCollection, type PTransform } from '@tidemark/core'
import { rowSchema, type ColumnsOf } from '../events/core-event.ts'
import type { Dated } from './dated.ts'
import { outcomesWithin, type At } from './outcomes-within.ts'
import { GTLD_POLICY } from './policy.ts'
import { TRANSFER_COLUMNS, type TransferFact } from './transfer-facts.ts'

/** A request and how it ended. `fact` says how. */
export interface TransferOutcome extends TransferFact {
  readonly completed: number
  /** 1 when it was completed within five days and an hour. */
  readonly in_sla: number
  /** 1 unless the gaining side has changed its mind. */
  readonly counts_for_sla: number
}

/** Requests and how they ended, as rows. */
export const transferOutcomeSchema = rowSchema<TransferOutcome>('Transfer outcomes', {
  ...TRANSFER_COLUMNS,
  completed: 'integer',
  in_sla: 'integer',
  counts_for_sla: 'integer',
})

/**
 * Says of each request how it ended, dated by the request.
 *
 * **Contract** — One row per request that became pending; it comes five days and an hour after the request.
 */
export const transferOutcomes: PTransform<PCollection<TransferFact>, PCollection<TransferOutcome>> = composite(
  'TransferOutcomes',
  (facts: PCollection<TransferFact>) =>
    facts.pipe(
      filter(({ fact }) => fact === 'initiated' || ENDS.has(fact)),
      outcomesWithin('Ends', {
        key: ({ domain }) => domain,
        begins: ({ fact }) => fact === 'initiated',
        within: days(GTLD_POLICY.transferPending).plus(hours(1)),
        outcome({ at, element }, near): readonly TransferOutcome[] {
          const end = near.find((other) => ENDS.has(other.element.fact) && other.element.requested_ts === at)?.element
          const completed = end?.fact === 'completed' ? 1 : 0
          const counts_for_sla = end?.fact === 'cancelled' ? 0 : 1
          return [{ ...(end ?? element), at_ts: at, completed, in_sla: completed, counts_for_sla }]
        },
      }),
    ),
)

const ENDS: ReadonlySet<string> = new Set(['completed', 'rejected', 'cancelled'])

/** One side of a transfer that was completed. */
export interface NetTransfer extends Dated {
  readonly side: 'gaining' | 'losing'
  /** The registrar and account of that side. */
  readonly registrar: string | null
  readonly account_id: string | null
  readonly domain: string
  readonly tld: string
  readonly channel: string | null
  /** 1 for a gain, 0 for one that was deleted in grace, -1 for a loss. */
  readonly net: number
}

/** The columns, in short form. */
export const NET_TRANSFER_COLUMNS = {
  at_ts: 'timestamp',
  side: 'text',
  registrar: 'text?',
  account_id: 'text?',
  domain: 'text',
  tld: 'text',
  channel: 'text?',
  net: 'integer',
} as const satisfies ColumnsOf<NetTransfer>

/** Sides of completed transfers, as rows. */
export const netTransferSchema = rowSchema<NetTransfer>('Net transfers', NET_TRANSFER_COLUMNS)

/**
 * Gives both sides of each completed transfer, dated by its completion, when the transfer grace has ended.
 *
 * **Contract** — A delete by the gaining registrar within the grace takes the gain back and leaves the loss.
 */
export const netTransfers: PTransform<PCollection<TransferFact>, PCollection<NetTransfer>> = composite(
  'NetTransfers',
  (facts: PCollection<TransferFact>) =>
    facts.pipe(
      filter(({ fact }) => fact === 'completed' || fact === 'deleted_in_grace'),
      outcomesWithin('Gains', {
        key: ({ domain }) => domain,
        begins: ({ fact }) => fact === 'completed',
        within: days(GTLD_POLICY.transferGrace),
        outcome: ({ element }, near) => sidesOf(element, near),
      }),
    ),
)

function sidesOf(transfer: TransferFact, near: readonly At<TransferFact>[]): readonly NetTransfer[] {
  const { domain, tld, channel, registrar, losing_registrar, account_id, losing_account_id, requested_ts } = transfer
  const isUndone = near.some(
    ({ element }) => element.fact === 'deleted_in_grace' && element.requested_ts === requested_ts,
  )
  const common = { at_ts: transfer.at_ts, domain, tld, channel }
  return [
    { side: 'gaining', registrar, account_id, ...common, net: isUndone ? 0 : 1 },
    { side: 'losing', registrar: losing_registrar, account_id: losing_account_id, ...common, net: -1 },
  ]
}
