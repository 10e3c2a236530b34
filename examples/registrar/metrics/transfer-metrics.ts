/**
 * Transfers: asked for, failed, completed, won and lost. Receipt of a command and completion are never one number (R8).
 */
import { days, hours, minutes } from '@tidemark/core'
import { count, over, sum, where } from '@tidemark/transforms'
import { defineStrictMetric, derived, level, ratioOf } from '@tidemark/transforms/metrics'
import { lifecycleFactSchema } from '../domain/lifecycle-fact.ts'
import { partnerTransferSchema } from '../domain/holdings.ts'
import { transferFactSchema } from '../domain/transfer-facts.ts'
import { netTransferSchema, transferOutcomeSchema } from '../domain/transfer-outcomes.ts'
import { appSchema } from '../events/app-event.ts'
import { eppSchema } from '../events/epp-event.ts'
import { endedTransfers, lifecycle, partnerSides, transfers, transferSides } from './derived-sources.ts'
import { DAILY, DAY, FIVE_MINUTES, HOUR, LIVE, OPS_REGISTRY, PRODUCT, SALES, WEEK } from './governance.ts'
import { application, eppLog } from './sources.ts'

const { fact, tld, channel } = transferFactSchema.fields
const epp = eppSchema.fields
const outcome = transferOutcomeSchema.fields
const side = netTransferSchema.fields
const partner = partnerTransferSchema.fields
const slices = 'accumulators'
const isRequest = epp.event_type.is('domain.transfer_request')
const requests = { source: eppLog, types: ['domain.transfer_request'], where: isRequest } as const

/** Requests that became pending. */
export const transfersInitiated = defineStrictMetric({
  ...OPS_REGISTRY,
  ...LIVE,
  id: 'transfers_initiated',
  description: 'Requests for a transfer that the registry took (1001).',
  source: transfers,
  where: fact.is('initiated'),
  measure: count(),
  grain: HOUR,
  dimensions: { tld, channel },
  finality: hours(1),
  unit: 'transfers',
  decision: 'informational',
})

/** Transfers that were completed, with or without a word of the losing side. */
export const transfersCompleted = defineStrictMetric({
  ...OPS_REGISTRY,
  ...LIVE,
  id: 'transfers_completed',
  description: 'Transfers approved explicitly or by time, on the day of the completion.',
  source: transfers,
  where: fact.is('completed'),
  measure: count(),
  grain: DAY,
  dimensions: { tld, channel },
  finality: days(2),
  unit: 'transfers',
  decision: 'informational',
})

const cohort = {
  ...OPS_REGISTRY,
  ...DAILY,
  source: endedTransfers,
  grain: DAY,
  dimensions: { tld: outcome.tld, channel: outcome.channel },
  unit: 'share',
} as const

/** Share of the requests of a day that were completed. */
export const transferCompletionRate = defineStrictMetric({
  ...cohort,
  id: 'transfer_completion_rate',
  description: 'Of the requests of a day, the share that was completed, once all have ended.',
  measure: ratioOf({ numerator: where(outcome.completed.is(1), count()), denominator: count() }),
  finality: days(6),
  decision: 'review losing registrars below 0.8',
})

/** Share that was completed in time. */
export const transferCompletionSla = defineStrictMetric({
  ...cohort,
  id: 'transfer_completion_sla',
  description:
    'Of the requests of a day that the gaining side did not cancel, the share completed within 5 days and an hour.',
  measure: ratioOf({
    numerator: where(outcome.in_sla.is(1).and(outcome.counts_for_sla.is(1)), count()),
    denominator: where(outcome.counts_for_sla.is(1), count()),
  }),
  finality: days(6),
  decision: 'open an incident below 0.95',
})

/** Share of the requests that the registry refuses. */
export const transferFailureRate = defineStrictMetric({
  ...OPS_REGISTRY,
  ...LIVE,
  ...requests,
  id: 'transfer_failure_rate',
  description: 'Share of the requests for a transfer that the registry refuses (2000 and above).',
  measure: ratioOf({ numerator: where(epp.result_code.atLeast(2000), count()), denominator: count() }),
  grain: FIVE_MINUTES,
  dimensions: { tld: epp.tld },
  finality: minutes(15),
  unit: 'share',
  decision: 'open an incident 2 points over the baseline after a deployment',
})

/** Requests that the registry refuses, by what it says. */
export const transferFailures = defineStrictMetric({
  ...OPS_REGISTRY,
  ...LIVE,
  ...requests,
  id: 'transfer_failures',
  description: 'Requests for a transfer that the registry refuses, by result code.',
  where: isRequest.and(epp.result_code.atLeast(2000)),
  measure: count(),
  grain: FIVE_MINUTES,
  dimensions: { code: epp.result_code, tld: epp.tld },
  finality: minutes(15),
  unit: 'requests',
  decision: 'informational',
})

/** Domains won less domains lost. */
export const netTransfers = defineStrictMetric({
  ...SALES,
  ...DAILY,
  id: 'net_transfers',
  description: 'Transfers in that outlived their grace, less transfers out: both on the day of the completion.',
  source: transferSides,
  measure: over(side.net, sum()),
  slices,
  grain: DAY,
  dimensions: { tld: side.tld, registrar: side.registrar },
  finality: days(5),
  unit: 'domains',
  decision: 'review pricing when it is below zero for a week',
})

/** Transfers in, by who brought them. */
export const transferInByPartner = defineStrictMetric({
  ...SALES,
  ...DAILY,
  id: 'transfer_in_by_partner',
  description: 'Completed transfers in, by the partner of the account at that time.',
  source: partnerSides,
  where: partner.side.is('gaining'),
  measure: over(partner.net, sum()),
  slices,
  grain: WEEK,
  dimensions: { partner: partner.partner },
  finality: days(5),
  unit: 'domains',
  decision: 'informational',
})

const authcodesIssued = defineStrictMetric({
  ...PRODUCT,
  ...LIVE,
  id: 'authcodes_issued',
  description: 'Auth codes that were given out.',
  source: application,
  types: ['authcode.issued'],
  where: appSchema.fields.event_type.is('authcode.issued'),
  measure: count(),
  grain: HOUR,
  finality: hours(1),
  unit: 'codes',
  decision: 'informational',
})

const heldByHour = defineStrictMetric({
  ...PRODUCT,
  ...LIVE,
  id: 'dum_by_hour',
  description: 'Domains under sponsorship at the end of the hour.',
  source: lifecycle,
  // A term that ends changes nothing of it, and would have it told again for a month.
  where: lifecycleFactSchema.fields.dum.isNot(0),
  measure: level(over(lifecycleFactSchema.fields.dum, sum()), { carry: days(31) }),
  grain: HOUR,
  finality: hours(1),
  unit: 'domains',
  decision: 'informational',
})

/** What the rate is made of. */
export const AUTHCODE_PARTS = [authcodesIssued, heldByHour] as const

/** Auth codes per domain. */
export const authcodeRate = defineStrictMetric({
  ...PRODUCT,
  ...LIVE,
  id: 'authcode_rate',
  description: 'Auth codes given out per domain under management: people who think of leaving.',
  formula: 'authcodes_issued / dum_by_hour',
  measure: derived({
    from: { issued: authcodesIssued, held: heldByHour },
    value: ({ issued, held }) => (held === 0 ? null : issued / held),
    whenMissing: { issued: 0 },
  }),
  grain: HOUR,
  finality: hours(1),
  unit: 'codes per domain',
  decision: 'no alert in a declared migration campaign; else review the segment when it doubles',
})

/** Share of the requests that fail for a wrong code. */
export const authcodeFailure = defineStrictMetric({
  ...PRODUCT,
  ...LIVE,
  ...requests,
  id: 'authcode_failure',
  description: 'Share of the requests for a transfer that fail for a wrong auth code (2202).',
  measure: ratioOf({ numerator: where(epp.result_code.is(2202), count()), denominator: count() }),
  grain: HOUR,
  dimensions: { tld: epp.tld },
  finality: hours(1),
  unit: 'share',
  decision: 'review how codes are shown above 0.1',
})
