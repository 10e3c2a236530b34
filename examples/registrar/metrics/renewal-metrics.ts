/**
 * Renewals: what is kept, what is lost, and how long a restore takes.
 */
import { days } from '@tidemark/core'
import { count, over, quantiles, ratio, sum, where } from '@tidemark/transforms'
import { defineStrictMetric, derived, level, ratioOf } from '@tidemark/transforms/metrics'
import { accountMonthSchema } from '../domain/holdings.ts'
import { lifecycleFactSchema } from '../domain/lifecycle-fact.ts'
import { accounts, lifecycle } from './derived-sources.ts'
import { DAILY, DAY, FINANCE, MONTH, MONTHLY, OPS_REGISTRY, SALES } from './governance.ts'

const { fact, tld, registrar, channel, years, expires_ts, renewed, duration_ms, since_deleted_ms } =
  lifecycleFactSchema.fields
const { won, lost, segment } = accountMonthSchema.fields
const slices = 'accumulators'

/** Renewals that outlived their grace, per term. */
export const renewalsNet = defineStrictMetric({
  ...FINANCE,
  ...MONTHLY,
  id: 'renewals_net_k_yr',
  description:
    'Renewals, explicit or by the registry, that outlived their grace period, in the month in which it ends.',
  source: lifecycle,
  where: fact.is('renewal_matured'),
  measure: count(),
  grain: MONTH,
  dimensions: { term: years, tld, registrar },
  finality: days(2),
  unit: 'domains',
  decision: 'reconcile with the report of the registry',
})

/**
 * Terms that ended, and those of them that were renewed. The terms of a cohort are decided in two months, 75 days after the first and the
 * last of them expired, so they are counted from the beginning of the cohort: what a month adds alone is no cohort's share.
 */
const cohortTerms = defineStrictMetric({
  ...SALES,
  ...DAILY,
  id: 'cohort_terms',
  description: 'Terms of a cohort that are decided, and how many of them were renewed, to date.',
  formula: 'count where renewed is 1 / count, to date',
  source: lifecycle,
  where: fact.is('term_ended'),
  measure: level(ratio({ numerator: where(renewed.is(1), count()), denominator: count() }), { carry: days(31) }),
  grain: MONTH,
  dimensions: { cohort: expires_ts.truncatedTo('month', 'UTC'), channel, tld },
  slices,
  finality: days(2),
  unit: 'terms',
  decision: 'informational',
})

/** Share of the terms that ended and were renewed, by the month of expiry. */
export const renewalRate = defineStrictMetric({
  ...SALES,
  ...DAILY,
  id: 'renewal_rate',
  description:
    'Of the terms that ended and could be renewed (not transferred out before, not deleted in grace), the share that was: paid for, ' +
    'outlived the auto-renew grace, or restored. A cohort is the month of expiry; a term is decided 75 days later, and the last value of ' +
    'a cohort is that of all of its terms.',
  formula: 'renewed terms / terms of the cohort that are decided',
  measure: derived({ from: { terms: cohortTerms }, value: ({ terms }) => terms.value }),
  finality: days(2),
  unit: 'share',
  decision: 'review pricing and support of a segment when it falls by 2 points',
})

/** What renewal leaves. */
export const churnRate = defineStrictMetric({
  ...SALES,
  ...MONTHLY,
  id: 'churn_rate',
  description: 'Share of the terms that ended and were not renewed: of the same cohorts as renewal_rate.',
  formula: '1 - renewal_rate',
  measure: derived({
    from: { terms: cohortTerms },
    value: ({ terms: { numerator, denominator } }) => (denominator - numerator) / denominator,
  }),
  finality: days(2),
  unit: 'share',
  decision: 'review pricing and support of a segment when it rises by 2 points',
})

const perSegment = {
  ...SALES,
  ...MONTHLY,
  source: accounts,
  grain: MONTH,
  dimensions: { segment },
  slices,
  finality: days(5),
  decision: 'informational',
} as const

const accountsLost = defineStrictMetric({
  ...perSegment,
  id: 'accounts_lost',
  description: 'Accounts that held something at the start of the month and nothing at its end.',
  measure: over(lost, sum()),
  unit: 'accounts',
})

const accountsAtStart = defineStrictMetric({
  ...perSegment,
  id: 'accounts_at_start',
  description: 'Accounts that held something at the start of the month.',
  measure: level(over(won.minus(lost), sum()), { carry: days(366), report: 'opening' }),
  unit: 'accounts',
})

/** What churn is made of. */
export const CHURN_PARTS = [cohortTerms, accountsLost, accountsAtStart] as const

/** Share of the accounts that left. */
export const logoChurnRate = defineStrictMetric({
  ...SALES,
  ...MONTHLY,
  id: 'logo_churn_rate',
  description:
    'Accounts that went from something to nothing within the month, of those that held something at its start.',
  formula: 'accounts_lost / accounts_at_start',
  measure: derived({
    from: { gone: accountsLost, before: accountsAtStart },
    value: ({ gone, before }) => (before === 0 ? null : gone / before),
    whenMissing: { gone: 0 },
  }),
  grain: MONTH,
  finality: days(5),
  unit: 'share',
  decision: 'call the accounts of a segment where it doubles',
})

const restores = {
  ...OPS_REGISTRY,
  ...DAILY,
  source: lifecycle,
  where: fact.is('restored'),
  grain: DAY,
  dimensions: { tld },
  slices,
  finality: days(7),
  unit: 'milliseconds',
} as const

/** How long restores take. */
export const restoreTimeMean = defineStrictMetric({
  ...restores,
  id: 'restore_time_mean',
  description: 'From the request of a restore to its report, on average.',
  measure: ratioOf({ numerator: over(duration_ms.orElse(0), sum()), denominator: count() }),
  decision: 'review the restore desk above a day',
})

/** How long the slow ones take. */
export const restoreTimeP95 = defineStrictMetric({
  ...restores,
  id: 'restore_time_p95',
  description: 'From the request of a restore to its report: the 95th percentile, within 1 %.',
  measure: over(duration_ms.orElse(0), quantiles([0.95])),
  decision: 'review the restore desk above five days',
})

/** How long domains were gone. */
export const restoreSinceDelete = defineStrictMetric({
  ...restores,
  id: 'restore_since_delete_mean',
  description: 'From the delete of a domain to the report of its restore, on average.',
  measure: ratioOf({ numerator: over(since_deleted_ms.orElse(0), sum()), denominator: count() }),
  decision: 'informational',
})
