/**
 * Abuse: how much is reported by each way of counting, how soon it is answered and stopped, and how it compares with what is held.
 *
 * Three ways of counting have three names (R10). None of them is wrong, and none is another.
 */
import { days } from '@tidemark/core'
import { count, countDistinct, over, quantiles, sum, where } from '@tidemark/transforms'
import { tupleOf } from '@tidemark/core/fields'
import { defineStrictMetric, derived, ratioOf } from '@tidemark/transforms/metrics'
import { abuseFactSchema } from '../domain/abuse-facts.ts'
import { reportWithAgeSchema } from '../domain/attribution.ts'
import { abuseOutcomeSchema } from '../domain/outcomes.ts'
import { abuseSchema } from '../events/abuse-event.ts'
import { agedReports, answeredReports, mitigatedReports, standingReports } from './derived-sources.ts'
import { ABUSE_DESK, DAILY, DAY, LIVE, MONTH, MONTHLY } from './governance.ts'
import { dum } from './registration-metrics.ts'
import { abuse } from './sources.ts'

const { event_type, domain, tld, registrar, channel, complainant, abuse_category } = abuseSchema.fields
const outcome = abuseOutcomeSchema.fields
const aged = reportWithAgeSchema.fields
const fact = abuseFactSchema.fields
const slices = 'accumulators'

/** A working day in milliseconds: the house's target, as ICANN sets none. */
const TARGET = 24 * 3_600_000

const reports = {
  ...ABUSE_DESK,
  ...LIVE,
  source: abuse,
  types: ['abuse.reported'],
  where: event_type.is('abuse.reported'),
  grain: DAY,
  dimensions: { category: abuse_category, registrar, channel },
  finality: days(7),
} as const

/** Reports as they come. */
export const abuseReportsRows = defineStrictMetric({
  ...reports,
  id: 'abuse_reports_rows',
  description: 'Reports of abuse, every row.',
  measure: count(),
  unit: 'reports',
  decision: 'informational',
})

/** A complaint counts once, however often it is made. */
export const abuseReportsComplainant = defineStrictMetric({
  ...reports,
  id: 'abuse_reports_complainant',
  description: 'Different pairs of domain and complainant: a complaint counts once a day, however often it is made.',
  measure: over(tupleOf(domain, complainant), countDistinct()),
  slices,
  unit: 'complaints',
  decision: 'reassess onboarding of a channel where it doubles',
})

/** A domain counts once, however many complain. */
export const abuseReportsDomain = defineStrictMetric({
  ...reports,
  id: 'abuse_reports_domain',
  description: 'Different domains that were reported.',
  measure: over(domain, countDistinct()),
  slices,
  unit: 'domains',
  decision: 'reassess onboarding of a channel where it doubles',
})

/** Reports as they stand after reclassification and withdrawal. */
export const abuseReportsStanding = defineStrictMetric({
  ...ABUSE_DESK,
  ...DAILY,
  id: 'abuse_reports_standing',
  description:
    'Reports by category after corrections: what is reclassified or withdrawn is taken back on the day on which that is known.',
  source: standingReports,
  measure: over(fact.count, sum()),
  slices,
  grain: DAY,
  dimensions: { category: fact.category },
  finality: days(7),
  unit: 'reports',
  decision: 'informational',
})

const responses = {
  ...ABUSE_DESK,
  ...LIVE,
  source: answeredReports,
  grain: DAY,
  dimensions: { category: outcome.abuse_category },
  slices,
  finality: days(7),
} as const
const isAnswered = outcome.done.is(1)

/** How long it takes to answer. */
export const abuseFirstResponse = defineStrictMetric({
  ...responses,
  id: 'abuse_first_response',
  description:
    'From a report to its first response: median and 95th percentile of those that were answered, within 1 %.',
  where: isAnswered,
  measure: over(outcome.duration_ms.orElse(0), quantiles([0.5, 0.95])),
  unit: 'milliseconds',
  decision: 'staff the desk when the 95th percentile is above two days',
})

/** Share that is answered in time. */
export const abuseFirstResponseInTime = defineStrictMetric({
  ...responses,
  id: 'abuse_first_response_share',
  description: 'Share of all reports that are answered within 24 hours: the target of the house, as ICANN sets none.',
  measure: ratioOf({
    numerator: where(isAnswered.and(outcome.duration_ms.atMost(TARGET)), count()),
    denominator: count(),
  }),
  unit: 'share',
  decision: 'staff the desk below 0.95',
})

/** How long it takes to stop. */
export const abuseTimeToMitigate = defineStrictMetric({
  ...ABUSE_DESK,
  ...DAILY,
  id: 'abuse_time_to_mitigate',
  description: 'From complete evidence to the end of the abuse: median and 95th percentile, within 1 %.',
  source: mitigatedReports,
  where: isAnswered,
  measure: over(outcome.duration_ms.orElse(0), quantiles([0.5, 0.95])),
  slices,
  grain: DAY,
  dimensions: { category: outcome.abuse_category },
  finality: days(30),
  unit: 'milliseconds',
  decision: 'escalate what is older than the 95th percentile',
})

const monthly = {
  ...ABUSE_DESK,
  ...MONTHLY,
  grain: MONTH,
  dimensions: { tld, registrar, channel },
  slices,
  finality: days(30),
  unit: 'domains',
  decision: 'informational',
} as const

const abusedDomains = defineStrictMetric({
  ...monthly,
  id: 'abused_domains',
  description: 'Different domains that were reported in the month.',
  source: abuse,
  types: ['abuse.reported'],
  where: event_type.is('abuse.reported'),
  measure: over(domain, countDistinct()),
})

const abusedNewDomains = defineStrictMetric({
  ...monthly,
  id: 'abused_new_domains',
  description: 'Different domains that were reported within 30 days of their create.',
  source: agedReports,
  where: aged.age_days.atMost(30),
  dimensions: { tld: aged.tld, registrar: aged.registrar, channel: aged.channel },
  measure: over(aged.domain, countDistinct()),
})

/** What the rates are made of. */
export const ABUSE_PARTS = [abusedDomains, abusedNewDomains] as const

const per10k = {
  ...ABUSE_DESK,
  ...MONTHLY,
  grain: MONTH,
  finality: days(30),
  unit: 'domains per 10,000',
} as const

function share({ abused, held }: { readonly abused: number; readonly held: number }): number | null {
  return held === 0 ? null : (abused / held) * 10_000
}

/** Abused domains of 10,000. */
export const abusePer10k = defineStrictMetric({
  ...per10k,
  id: 'abuse_per_10k',
  description: 'Different abused domains per 10,000 under management at the end of the month.',
  formula: 'abused_domains / dum at the end of the month × 10,000',
  measure: derived({
    from: { abused: abusedDomains, held: dum },
    value: share,
    each: { held: 'last' },
    whenMissing: { abused: 0 },
  }),
  decision: 'reassess the vetting of a registrar above three times the TLD',
})

/** The same of young domains. */
export const abusePer10kNew = defineStrictMetric({
  ...per10k,
  id: 'abuse_per_10k_new',
  description:
    'Different domains abused within 30 days of their create, per 10,000 under management at the end of the month.',
  formula: 'abused_new_domains / dum at the end of the month × 10,000',
  measure: derived({
    from: { abused: abusedNewDomains, held: dum },
    value: share,
    each: { held: 'last' },
    whenMissing: { abused: 0 },
  }),
  decision: 'reassess the onboarding of a channel above three times the TLD',
})
