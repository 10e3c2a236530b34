/**
 * Growth and product: who becomes a customer, what they use, and where they get stuck.
 */
import { days, hours } from '@tidemark/core'
import { count, countDistinct, over, quantiles, sum, where } from '@tidemark/transforms'
import { cumulative, defineStrictMetric, derived, level, ratioOf } from '@tidemark/transforms/metrics'
import { attributedOrderSchema } from '../domain/attribution.ts'
import { holdingSchema } from '../domain/holdings.ts'
import { appOutcomeSchema, trialOutcomeSchema } from '../domain/outcomes.ts'
import { appSchema } from '../events/app-event.ts'
import { supportSchema } from '../events/support-event.ts'
import { webSchema } from '../events/web-event.ts'
import { campaignOrders, endedTrials, held, liveChanges, runs } from './derived-sources.ts'
import { DAILY, DAY, MONTH, MONTHLY, PRODUCT, SALES, WEEK } from './governance.ts'
import { application, supportDesk, webAndCrm } from './sources.ts'

const trial = trialOutcomeSchema.fields
const order = attributedOrderSchema.fields
const web = webSchema.fields
const app = appSchema.fields
const ended = appOutcomeSchema.fields
const ticket = supportSchema.fields
const slices = 'accumulators'

/** Share of the trials that are paid. */
export const trialToPaid = defineStrictMetric({
  ...SALES,
  ...DAILY,
  id: 'trial_to_paid',
  description: 'Of the accounts that start a trial in a week, the share that pays within 14 days.',
  source: endedTrials,
  measure: ratioOf({ numerator: where(trial.done.is(1), count()), denominator: count() }),
  grain: WEEK,
  dimensions: { channel: trial.channel },
  finality: days(14),
  unit: 'share',
  decision: 'review the trial when a cohort is 5 points below the one before',
})

const byCampaign = { ...SALES, ...DAILY, grain: DAY, finality: days(7), decision: 'informational' } as const

const ordersOfCampaigns = defineStrictMetric({
  ...byCampaign,
  id: 'orders_attributed',
  description: 'Orders by the campaign that touched the account last, within 30 days before.',
  source: campaignOrders,
  measure: count(),
  dimensions: { campaign: order.campaign },
  unit: 'orders',
})

const visits = defineStrictMetric({
  ...byCampaign,
  id: 'visits',
  description: 'Visits by campaign.',
  source: webAndCrm,
  types: ['web.visited'],
  where: web.event_type.is('web.visited'),
  measure: count(),
  dimensions: { campaign: web.campaign },
  unit: 'visits',
})

/** Orders of visits, per campaign. */
export const conversionByCampaign = defineStrictMetric({
  ...byCampaign,
  id: 'conversion_by_campaign',
  description: 'Orders attributed to a campaign (last touch, 30 days) of its visits of the day.',
  formula: 'orders_attributed / visits',
  measure: derived({
    from: { orders: ordersOfCampaigns, seen: visits },
    value: ({ orders, seen }) => orders / seen,
  }),
  grain: DAY,
  unit: 'orders per visit',
  decision: 'stop a campaign below half of the others for a week',
})

/** How the portfolio grows. */
export const portfolioGrowth = defineStrictMetric({
  ...SALES,
  ...MONTHLY,
  id: 'portfolio_growth',
  description: 'Domains won less domains lost in the month, of those held at its start.',
  source: held,
  measure: level(over(holdingSchema.fields.dum, sum()), { carry: days(31), report: 'growth' }),
  slices,
  grain: MONTH,
  dimensions: { segment: holdingSchema.fields.segment },
  finality: days(5),
  unit: 'share',
  decision: 'review pricing of a segment that shrinks three months in a row',
})

/** Share of the runs of a workflow that come to their end. */
export const workflowCompletion = defineStrictMetric({
  ...PRODUCT,
  ...DAILY,
  id: 'workflow_completion',
  description: 'Of the runs of a workflow that start on a day, the share that reaches the last step within an hour.',
  source: runs,
  measure: ratioOf({ numerator: where(ended.done.is(1), count()), denominator: count() }),
  grain: DAY,
  dimensions: { workflow: ended.workflow },
  finality: hours(1),
  unit: 'share',
  decision: 'look at the step where most leave, 5 points below the week before',
})

/** How long the world takes to see a change of DNS. */
export const dnsChangeLatency = defineStrictMetric({
  ...PRODUCT,
  ...DAILY,
  id: 'dns_change_latency',
  description:
    'From a change that was accepted to the first authoritative answer with it: median and 95th percentile, within 1 %.',
  source: liveChanges,
  where: ended.done.is(1),
  measure: over(ended.duration_ms.orElse(0), quantiles([0.5, 0.95])),
  grain: DAY,
  finality: days(2),
  unit: 'milliseconds',
  decision: 'open an incident when the 95th percentile is above an hour',
})

const isActive = app.event_type.is('account.active')

const adoption = {
  ...PRODUCT,
  ...DAILY,
  source: application,
  grain: DAY,
  slices,
  finality: days(2),
  unit: 'accounts',
  decision: 'informational',
} as const

const accountsUsing = defineStrictMetric({
  ...adoption,
  id: 'accounts_using_feature',
  description: 'Different accounts that used a feature in the last 28 days.',
  types: ['feature.used'],
  where: app.event_type.is('feature.used'),
  measure: cumulative(over(app.account_id, countDistinct()), { trailing: 28 }),
  dimensions: { feature: app.feature },
})

const accountsActive = defineStrictMetric({
  ...adoption,
  id: 'accounts_active',
  description: 'Different accounts that were active in the last 28 days.',
  types: ['account.active'],
  where: isActive,
  measure: cumulative(over(app.account_id, countDistinct()), { trailing: 28 }),
})

/** Share of the accounts that use a feature. */
export const featureAdoption = defineStrictMetric({
  ...PRODUCT,
  ...DAILY,
  id: 'feature_adoption',
  description:
    'Of the accounts that were active in 28 days, the share that used any feature; per feature see accounts_using_feature.',
  formula: 'accounts_using_feature / accounts_active',
  measure: derived({
    from: { using: accountsUsing, active: accountsActive },
    value: ({ using, active }) => using / active,
  }),
  finality: days(2),
  unit: 'share',
  decision: 'informational',
})

const weekly = { ...PRODUCT, ...DAILY, grain: WEEK, finality: days(7), decision: 'informational' } as const

const tickets = defineStrictMetric({
  ...weekly,
  id: 'tickets_of_workflow',
  description: 'Tickets opened about a workflow.',
  source: supportDesk,
  types: ['ticket.opened'],
  where: ticket.event_type.is('ticket.opened').and(ticket.workflow.isPresent()),
  measure: ratioOf({
    numerator: where(ticket.variant.isNot('control'), count()),
    denominator: where(ticket.variant.is('control'), count()),
  }),
  dimensions: { workflow: ticket.workflow },
  unit: 'tickets per ticket of the control group',
})

const started = defineStrictMetric({
  ...weekly,
  id: 'runs_of_workflow',
  description: 'Runs of a workflow that were started.',
  source: application,
  types: ['workflow.started'],
  where: app.event_type.is('workflow.started'),
  measure: ratioOf({
    numerator: where(app.variant.isNot('control'), count()),
    denominator: where(app.variant.is('control'), count()),
  }),
  dimensions: { workflow: app.workflow },
  unit: 'runs per run of the control group',
})

/** What growth and product metrics are made of. */
export const GROWTH_PARTS = [ordersOfCampaigns, visits, accountsUsing, accountsActive, tickets, started] as const

/** Tickets that a change has made unnecessary. */
export const ticketDeflection = defineStrictMetric({
  ...weekly,
  id: 'ticket_deflection',
  description: 'By how much a change makes tickets fewer: 1 less the tickets per run, by those of the control group.',
  formula: '1 - tickets_of_workflow / runs_of_workflow',
  measure: derived({
    from: { opened: tickets, begun: started },
    value: ({ opened, begun }) => (begun === 0 ? null : 1 - opened / begun),
  }),
  grain: WEEK,
  unit: 'share',
  decision: 'roll a change out where it is above 0.1',
})
