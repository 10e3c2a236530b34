/**
 * Money: what comes in, per currency and never added across, per domain, and per account over its life.
 */
import { days, hours } from '@tidemark/core'
import { count, sum, sumMoneyOf } from '@tidemark/transforms'
import { defineStrictMetric, derived, level, matching, measureOf, ratioOf } from '@tidemark/transforms/metrics'
import { cohortMarginSchema, revenueSchema } from '../domain/revenue-rows.ts'
import { billingSchema } from '../events/billing-event.ts'
import { margins, money } from './derived-sources.ts'
import { DAILY, DAY, FINANCE, HOUR, LIVE, MONTH, MONTHLY, SALES } from './governance.ts'
import { dum } from './registration-metrics.ts'
import { billing } from './sources.ts'

const { tld, channel } = revenueSchema.fields
const { event_type, psp } = billingSchema.fields
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

const isAttempt = event_type.is('payment.attempted')
const isCaptured = event_type.is('payment.captured')

/** Share of the attempts to pay that succeed. */
export const paymentSuccessRate = defineStrictMetric({
  ...FINANCE,
  ...LIVE,
  id: 'payment_success_rate',
  description: 'Captured payments of attempted ones, in the hour in which each happens.',
  source: billing,
  types: ['payment.attempted', 'payment.captured'],
  where: isAttempt.or(isCaptured),
  measure: ratioOf({ numerator: matching(isCaptured, count()), denominator: matching(isAttempt, count()) }),
  grain: HOUR,
  dimensions: { psp },
  finality: days(3),
  unit: 'share',
  decision: 'switch providers below 0.85 for an hour',
})

/** Share of the orders that get paid, however many attempts it takes. */
export const orderSuccessRate = defineStrictMetric({
  ...FINANCE,
  ...LIVE,
  id: 'payment_success_rate_per_order',
  description: 'Orders with a captured payment of orders placed, in the hour in which each happens.',
  source: billing,
  types: ['order.placed', 'payment.captured'],
  where: event_type.is('order.placed').or(isCaptured),
  measure: ratioOf({
    numerator: matching(isCaptured, count()),
    denominator: matching(event_type.is('order.placed'), count()),
  }),
  grain: HOUR,
  finality: hours(72),
  unit: 'share',
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
  measure: level(measureOf(margin.margin_minor, sum()), { carry: days(366) }),
  unit: 'minor units',
})

const cohortSize = defineStrictMetric({
  ...cohorts,
  id: 'cohort_size',
  description: 'Accounts whose first payment was in the month of the cohort and in the currency.',
  measure: level(measureOf(margin.joined, sum()), { carry: days(366) }),
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
