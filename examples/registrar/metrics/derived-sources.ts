/**
 * Sources that are derived from the logs by rules of the trade: grace periods, transfers, attribution, money.
 *
 * Each names the composite in domain/ that makes its rows and what it makes them from, so that lineage goes through it to the event
 * types. Rows say themselves what the composite has dated them by.
 */
import { metricSource } from '@tidemark/transforms/metrics'
import { abuseFacts, abuseFactSchema } from '../domain/abuse-facts.ts'
import { agpLimits, agpMonthSchema } from '../domain/agp-limits.ts'
import { apiTries, apiTrySchema } from '../domain/api-tries.ts'
import { attributedOrders, attributedOrderSchema, reportsWithAge, reportWithAgeSchema } from '../domain/attribution.ts'
import {
  accountMonths,
  accountMonthSchema,
  holdings,
  holdingSchema,
  partnerTransfers,
  partnerTransferSchema,
} from '../domain/holdings.ts'
import { lifecycleFactSchema } from '../domain/lifecycle-fact.ts'
import { lifecycleFacts } from '../domain/lifecycle-facts.ts'
import {
  netRegistrations,
  netRegistrationSchema,
  paidRegistrations,
  paidRegistrationSchema,
} from '../domain/net-registrations.ts'
import {
  abuseMitigations,
  abuseOutcomeSchema,
  abuseResponses,
  appOutcomeSchema,
  dnsChanges,
  trialOutcomeSchema,
  trials,
  workflowRuns,
} from '../domain/outcomes.ts'
import { timestampOfDated } from '../domain/dated.ts'
import { cohortMargins, cohortMarginSchema, revenueRows, revenueSchema } from '../domain/revenue-rows.ts'
import { transferFacts, transferFactSchema } from '../domain/transfer-facts.ts'
import {
  netTransfers,
  netTransferSchema,
  transferOutcomes,
  transferOutcomeSchema,
} from '../domain/transfer-outcomes.ts'
import { timestampOfEvent } from '../events/core-event.ts'
import { abuse, api, application, billing, eppLog, pollMessages, webAndCrm } from './sources.ts'

const registry = [eppLog, pollMessages] as const
/** What transfers are read from. */
const TRANSFERS = [
  'domain.transfer_request',
  'domain.transfer_approve',
  'domain.transfer_reject',
  'domain.transfer_cancel',
  'domain.delete',
  'poll.transfer_reversed',
] as const
/** What lives of domains are read from. */
const LIVES = [
  ...TRANSFERS,
  'domain.create',
  'domain.renew',
  'domain.restore_request',
  'domain.restore_report',
  'poll.domain_held',
  'poll.create_approved',
  'poll.create_refused',
  'poll.auto_renewed',
  'payment.captured',
] as const

/** Creates and what was taken back of them in grace. */
export const netCreates = metricSource('Net registrations', {
  schema: netRegistrationSchema,
  from: eppLog,
  via: netRegistrations,
  reads: ['domain.create', 'domain.renew', 'domain.delete'],
  timestamp: timestampOfDated,
})
/** Creates, and whether they were paid. */
export const paidCreates = metricSource('Paid registrations', {
  schema: paidRegistrationSchema,
  from: [eppLog, billing],
  via: paidRegistrations,
  reads: ['domain.create', 'payment.captured', 'refund.booked'],
  timestamp: timestampOfDated,
})
/** What happens to domains. */
export const lifecycle = metricSource('Lifecycle facts', {
  schema: lifecycleFactSchema,
  from: [...registry, billing],
  via: lifecycleFacts(),
  reads: LIVES,
  timestamp: timestampOfDated,
})
/** What of deletes in grace is given back. */
export const agpMonths = metricSource('AGP limits', { schema: agpMonthSchema, from: lifecycle, via: agpLimits })
/** What happens to transfers. */
export const transfers = metricSource('Transfer facts', {
  schema: transferFactSchema,
  from: registry,
  via: transferFacts(),
  reads: TRANSFERS,
  timestamp: timestampOfDated,
})
/** Requests of transfers, and how they ended. */
export const endedTransfers = metricSource('Transfer outcomes', {
  schema: transferOutcomeSchema,
  from: transfers,
  via: transferOutcomes,
  timestamp: timestampOfDated,
})
/** Both sides of transfers that were completed. */
export const transferSides = metricSource('Net transfers', {
  schema: netTransferSchema,
  from: transfers,
  via: netTransfers,
  timestamp: timestampOfDated,
})
/** The same with the partner of the account. */
export const partnerSides = metricSource('Partner transfers', {
  schema: partnerTransferSchema,
  from: [...registry, webAndCrm],
  via: partnerTransfers,
  reads: [...TRANSFERS, 'account.profiled'],
  timestamp: timestampOfDated,
})
/** What is held, by segment. */
export const held = metricSource('Holdings', {
  schema: holdingSchema,
  from: [...registry, billing, webAndCrm],
  via: holdings,
  reads: [...LIVES, 'account.profiled'],
  timestamp: timestampOfDated,
})
/** Accounts that were won and lost. */
export const accounts = metricSource('Account months', {
  schema: accountMonthSchema,
  from: held,
  via: accountMonths,
  timestamp: timestampOfDated,
})
/** Requests to the API, and which are another try. */
export const apiRequestsWithTries = metricSource('API tries', {
  schema: apiTrySchema,
  from: api,
  via: apiTries,
  timestamp: timestampOfEvent,
})
/** Reports of abuse as they stand after corrections. */
export const standingReports = metricSource('Abuse facts', {
  schema: abuseFactSchema,
  from: abuse,
  via: abuseFacts,
  reads: ['abuse.reported', 'abuse.reclassified', 'abuse.withdrawn'],
  timestamp: timestampOfDated,
})
/** Reports of abuse with the age of the domain. */
export const agedReports = metricSource('Reports with age', {
  schema: reportWithAgeSchema,
  from: [abuse, eppLog],
  via: reportsWithAge,
  reads: ['abuse.reported', 'domain.create'],
  timestamp: timestampOfEvent,
})
/** Reports of abuse, and when they were answered. */
export const answeredReports = metricSource('Abuse responses', {
  schema: abuseOutcomeSchema,
  from: abuse,
  via: abuseResponses,
  reads: ['abuse.reported', 'abuse.responded'],
  timestamp: timestampOfEvent,
})
/** Reports whose evidence was complete, and when the abuse was stopped. */
export const mitigatedReports = metricSource('Abuse mitigations', {
  schema: abuseOutcomeSchema,
  from: abuse,
  via: abuseMitigations,
  reads: ['abuse.evidence_complete', 'abuse.mitigated'],
  timestamp: timestampOfEvent,
})
/** Runs of workflows, and whether they came to their end. */
export const runs = metricSource('Workflow runs', {
  schema: appOutcomeSchema,
  from: application,
  via: workflowRuns,
  reads: ['workflow.started', 'workflow.completed'],
  timestamp: timestampOfEvent,
})
/** Changes of DNS, and when the world saw them. */
export const liveChanges = metricSource('DNS changes', {
  schema: appOutcomeSchema,
  from: application,
  via: dnsChanges,
  reads: ['dns_change.accepted', 'dns_change.live'],
  timestamp: timestampOfEvent,
})
/** Trials, and whether they were paid. */
export const endedTrials = metricSource('Trials', {
  schema: trialOutcomeSchema,
  from: billing,
  via: trials,
  reads: ['trial.started', 'payment.captured'],
  timestamp: timestampOfEvent,
})
/** Orders, and the campaign that they owe themselves to. */
export const campaignOrders = metricSource('Attributed orders', {
  schema: attributedOrderSchema,
  from: [billing, webAndCrm],
  via: attributedOrders,
  reads: ['order.placed', 'campaign.touched'],
  timestamp: timestampOfEvent,
})
/** Money that came in or went back. */
export const money = metricSource('Revenue', {
  schema: revenueSchema,
  from: billing,
  via: revenueRows,
  reads: ['payment.captured', 'refund.booked', 'chargeback.booked'],
  timestamp: timestampOfDated,
})
/** Money by the month in which its account paid first. */
export const margins = metricSource('Cohort margins', {
  schema: cohortMarginSchema,
  from: money,
  via: cohortMargins,
  timestamp: timestampOfDated,
})
