/**
 * revenueRows and cohortMargins: money by the day it is booked on, and by the age of the account that brings it.
 *
 * What is given back is a row below zero on its own day. So a closed month stays as it is, and a sum of rows of one currency is exact:
 * whole minor units, no floats. Rows of several currencies are never added; metrics take them per currency.
 */
import {
  composite,
  days,
  eventTimeTimer,
  filter,
  flatMap,
  statefulParDo,
  valueState,
  withKeys,
  type PCollection,
  type PTransform,
  type Timestamp,
} from '@tidemark/core'
import type { BillingEvent } from '../events/billing-event.ts'
import { rowSchema } from '../events/core-event.ts'
import type { Dated } from './dated.ts'

/** Money that has come in or gone back. */
export interface RevenueRow extends Dated {
  /** Minor units of `currency`; below zero for what goes back. */
  readonly minor: number
  /** What of it is left after costs. */
  readonly margin_minor: number
  readonly currency: string
  readonly order_id: string | null
  readonly product: string | null
  readonly account_id: string | null
  readonly domain: string | null
  readonly tld: string | null
  readonly channel: string | null
}

/** Money, as rows. */
export const revenueSchema = rowSchema<RevenueRow>('Revenue', {
  at_ts: 'timestamp',
  minor: 'integer',
  margin_minor: 'integer',
  currency: 'text',
  order_id: 'text?',
  product: 'text?',
  account_id: 'text?',
  domain: 'text?',
  tld: 'text?',
  channel: 'text?',
})

/** Takes captured payments as they are and refunds and chargebacks with their sign turned; the rest is no money. */
export const revenueRows: PTransform<PCollection<BillingEvent>, PCollection<RevenueRow>> = composite(
  'RevenueRows',
  (events: PCollection<BillingEvent>) => events.pipe(flatMap(revenueOf)),
)

function revenueOf(event: BillingEvent): readonly RevenueRow[] {
  const { amount_minor, currency, order_id, product, account_id, domain, tld, channel } = event
  const sign = SIGNS[event.event_type]
  if (sign === undefined || amount_minor === null || currency === null) return []
  // What a payment cost comes back with a refund as far as the event says so. Never -0: it has other bytes than 0.
  const signed = (minor: number): number => (minor === 0 ? 0 : sign * minor)
  const margin = signed(amount_minor - (event.cost_minor ?? 0))
  return [
    {
      at_ts: event.event_ts,
      minor: signed(amount_minor),
      margin_minor: margin,
      currency,
      order_id,
      product,
      account_id,
      domain,
      tld,
      channel,
    },
  ]
}

const SIGNS: Readonly<Partial<Record<string, 1 | -1>>> = {
  'payment.captured': 1,
  'refund.booked': -1,
  'chargeback.booked': -1,
}

/** Money of an account, by how old the account was. */
export interface CohortMargin extends Dated {
  readonly account_id: string
  /** The month in UTC in which the account paid for the first time, such as `2026-01`. */
  readonly cohort: string
  /** Whole months since then. */
  readonly age_months: number
  /** 1 on the account's first row, so that a sum over a cohort is its size. */
  readonly joined: number
  readonly margin_minor: number
  readonly currency: string
  readonly channel: string | null
}

/** Money by cohort, as rows. */
export const cohortMarginSchema = rowSchema<CohortMargin>('Cohort margins', {
  at_ts: 'timestamp',
  account_id: 'text',
  cohort: 'text',
  age_months: 'integer',
  joined: 'integer',
  margin_minor: 'integer',
  currency: 'text',
  channel: 'text?',
})

/** For how long a cohort is followed: five years. */
const HORIZON = days(5 * 366)

/**
 * Says of each row of money which cohort its account belongs to, and at what age it came.
 *
 * **State** — per account, the time of its first payment, for five years: then it begins anew.
 */
export const cohortMargins: PTransform<PCollection<RevenueRow>, PCollection<CohortMargin>> = composite(
  'CohortMargins',
  (rows: PCollection<RevenueRow>) =>
    rows.pipe(
      filter(({ account_id }) => account_id !== null),
      withKeys(({ account_id }) => account_id!),
      statefulParDo('Accounts', {
        state: { first: valueState<Timestamp>() },
        timers: { forget: eventTimeTimer() },
        process({ key, value, timestamp, state, timers }): readonly CohortMargin[] {
          const first = state.first.read()
          if (first === undefined) {
            state.first.write(timestamp)
            timers.forget.setAfter(HORIZON, { outputTimestamp: 'none' })
          }
          const { margin_minor, currency, channel } = value
          const since = first ?? timestamp
          const age_months = monthNumber(timestamp) - monthNumber(since)
          const joined = first === undefined ? 1 : 0
          const cohort = new Date(since).toISOString().slice(0, 7)
          return [{ at_ts: timestamp, account_id: key, cohort, age_months, joined, margin_minor, currency, channel }]
        },
        onTimer: {
          forget({ state }) {
            state.first.clear()
          },
        },
      }),
    ),
)

function monthNumber(timestamp: Timestamp): number {
  const date = new Date(timestamp)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}
