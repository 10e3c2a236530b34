/**
 * attributedOrders and reportsWithAge: what an event owes to something that happened before it.
 *
 * Both look back in event time and never forward: an order owes nothing to a campaign that came later, and a domain is as old as it was
 * when it was reported.
 */
import { asOfJoin, composite, days, filter, map, withKeys, type PCollection, type PTransform } from '@tidemark/core'
import { ABUSE_COLUMNS, type AbuseEvent } from '../events/abuse-event.ts'
import { BILLING_COLUMNS, type BillingEvent } from '../events/billing-event.ts'
import { rowSchema } from '../events/core-event.ts'
import { succeeded, type EppEvent } from '../events/epp-event.ts'
import type { WebEvent } from '../events/web-event.ts'
import { DAY } from './policy.ts'

/** How orders are attributed: to the campaign that touched the account last, within 30 days before. Named, so that it can change. */
export const ATTRIBUTION_RULE = 'last-touch-30d'

/** An order, and the campaign that it owes itself to. */
export interface AttributedOrder extends BillingEvent {
  readonly campaign: string | null
}

/** Orders and campaigns, as rows. */
export const attributedOrderSchema = rowSchema<AttributedOrder>('Attributed orders', {
  ...BILLING_COLUMNS,
  campaign: 'text?',
})

/** Gives orders with their campaign, by {@link ATTRIBUTION_RULE}; null where no campaign touched the account in time. */
export const attributedOrders: PTransform<
  PCollection<BillingEvent | WebEvent>,
  PCollection<AttributedOrder>
> = composite('AttributedOrders', (events: PCollection<BillingEvent | WebEvent>) => {
  const left = events.pipe(
    filter((event): event is BillingEvent => event.event_type === 'order.placed'),
    withKeys(({ account_id }) => account_id ?? ''),
  )
  const right = events.pipe(
    filter((event): event is WebEvent => event.event_type === 'campaign.touched' && event.account_id !== null),
    withKeys(({ account_id }) => account_id!),
  )
  return asOfJoin('LastTouch', { left, right }, { maxAge: days(30) }).pipe(
    map(([, { left: order, right: touch }]) => ({ ...order, campaign: touch?.campaign ?? null })),
  )
})

/** A report of abuse, and how old the domain was. */
export interface ReportWithAge extends AbuseEvent {
  /** Whole days since the domain was created; null where no create is known. */
  readonly age_days: number | null
}

/** Reports and ages, as rows. */
export const reportWithAgeSchema = rowSchema<ReportWithAge>('Reports with age', {
  ...ABUSE_COLUMNS,
  age_days: 'integer?',
})

/** Gives reports of abuse with the age of their domain. */
export const reportsWithAge: PTransform<PCollection<AbuseEvent | EppEvent>, PCollection<ReportWithAge>> = composite(
  'ReportsWithAge',
  (events: PCollection<AbuseEvent | EppEvent>) => {
    const left = events.pipe(
      filter((event): event is AbuseEvent => event.event_type === 'abuse.reported'),
      withKeys(({ domain }) => domain ?? ''),
    )
    const right = events.pipe(
      filter((event): event is EppEvent => event.event_type === 'domain.create' && succeeded(event)),
      withKeys(({ domain }) => domain ?? ''),
    )
    return asOfJoin('Create', { left, right }).pipe(
      map(([, { left: report, right: create }]) => ({
        ...report,
        age_days: create === null ? null : Math.floor((report.event_ts - create.event_ts) / DAY),
      })),
    )
  },
)
