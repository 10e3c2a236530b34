/**
 * Money: what comes in, per currency and never added across, per domain, and per account over its life.
 */
import { days, hours } from '@tidemark/core'
import { over, sum, sumMoneyOf } from '@tidemark/transforms'
import { conversionOf, defineStrictMetric, derived, level } from '@tidemark/transforms/metrics'
import { cohortMarginSchema, revenueSchema } from '../domain/revenue-rows.ts'
import { billingSchema } from '../events/billing-event.ts'
import { margins, money } from './derived-sources.ts'
import { DAILY, DAY, FINANCE, HOUR, LIVE, MONTH, MONTHLY, SALES } from './governance.ts'
import { dum } from './registration-metrics.ts'
import { billing } from './sources.ts'

const { tld, channel } = revenueSchema.fields
const { event_type, psp, payment_id, order_id } = billingSchema.fields
const margin = cohortMarginSchema.fields
type MoneyRow = Parameters<typeof tld>[0]

const MONEY = 'sum of minor units, per currency'
const byCurrency = sumMoneyOf((row: MoneyRow) => ({ amount: row.minor, currency: row.currency }))

/** Money by the day it is booked on. */
export const revenue = defineStrictMetric({
  ...FINANCE,
  ...DAILY,
  id: 'revenue',
  description: 'Captured payments less refunds and chargebacks, each on the day it is booked on, per currency.',
  formula: MONEY,
  source: money,
  measure: byCurrency,
  grain: DAY,
  dimensions: { tld, channel },
  finality: days(3),
  unit: 'minor units per currency',
  decision: 'reconcile with the ledger of the bank',
})

const revenueOfMonth = defineStrictMetric({
  ...FINANCE,
  ...MONTHLY,
  id: 'revenue_of_month',
  description: 'The revenue of a month, per currency.',
  formula: MONEY,
  source: money,
  measure: byCurrency,
  grain: MONTH,
  finality: days(3),
  unit: 'minor units per currency',
  decision: 'informational',
})

/** Money per domain. */
export const arpd = defineStrictMetric({
  ...FINANCE,
  ...MONTHLY,
  id: 'arpd',
  description:
    'Average revenue per domain: the revenue of a month by the average daily number of domains under management, per currency.',
  formula: 'revenue_of_month / mean of dum over the days',
  measure: derived({
    from: { earned: revenueOfMonth, held: dum },
    value: ({ earned, held }) =>
      held === 0 ? null : earned.map(({ currency, amount }) => ({ currency, minorPerDomain: Number(amount) / held })),
    each: { held: 'mean' },
  }),
  grain: MONTH,
  finality: days(5),
  unit: 'minor units per domain and currency',
  decision: 'review pricing when it falls three months in a row',
})

const isCaptured = event_type.is('payment.captured')
const paying = {
  ...FINANCE,
  ...LIVE,
  source: billing,
  grain: HOUR,
  // A payment that is on its way is no failure: it has three days.
  finality: hours(1),
  unit: 'share',
} as const

/** Share of the attempts to pay that succeed. */
export const paymentSuccessRate = defineStrictMetric({
  ...paying,
  id: 'payment_success_rate',
  description: 'Of the attempts to pay of an hour, the share that is captured within three days.',
  types: ['payment.attempted', 'payment.captured'],
  where: payment_id.isPresent(),
  measure: conversionOf({
    entity: payment_id,
    from: event_type.is('payment.attempted'),
    to: isCaptured,
    within: days(3),
  }),
  dimensions: { psp },
  decision: 'switch providers below 0.85 for an hour',
})

/** Share of the orders that get paid, however many attempts it takes. */
export const orderSuccessRate = defineStrictMetric({
  ...paying,
  id: 'payment_success_rate_per_order',
  description: 'Of the orders of an hour, the share that has a captured payment within three days.',
  types: ['order.placed', 'payment.captured'],
  where: order_id.isPresent(),
  measure: conversionOf({ entity: order_id, from: event_type.is('order.placed'), to: isCaptured, within: days(3) }),
  decision: 'informational',
})

const cohorts = {
  ...SALES,
  ...MONTHLY,
  source: margins,
  grain: MONTH,
  dimensions: { cohort: margin.cohort, currency: margin.currency },
  slices: 'accumulators',
  finality: days(3),
  decision: 'informational',
} as const

const marginToDate = defineStrictMetric({
  ...cohorts,
  id: 'cohort_margin',
  description: 'What a cohort has left after costs, to date.',
  measure: level(over(margin.margin_minor, sum()), { carry: days(366) }),
  unit: 'minor units',
})

const cohortSize = defineStrictMetric({
  ...cohorts,
  id: 'cohort_size',
  description: 'Accounts whose first payment was in the month of the cohort and in the currency.',
  measure: level(over(margin.joined, sum()), { carry: days(366) }),
  unit: 'accounts',
})

/** What the values over months are made of. */
export const MONEY_PARTS = [revenueOfMonth, marginToDate, cohortSize] as const

/** Money per account over its life. */
export const ltv = defineStrictMetric({
  ...SALES,
  ...MONTHLY,
  id: 'ltv',
  description: 'Margin to date per account of a cohort, per currency; the age is the month less the cohort.',
  formula: 'cohort_margin / cohort_size',
  measure: derived({
    from: { earned: marginToDate, size: cohortSize },
    value: ({ earned, size }) => (size === 0 ? null : earned / size),
  }),
  finality: days(3),
  unit: 'minor units per account',
  decision: 'review what a channel may cost',
})
