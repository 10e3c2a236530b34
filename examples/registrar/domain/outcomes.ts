/**
 * Outcomes of the business: answers to abuse reports, mitigations, workflows, changes of DNS, trials.
 *
 * Each is a beginning and what became of it within a limit (outcomes-within.ts), one row per beginning, dated by it. `done` is 1 or 0, so
 * a rate is a sum over a count; `duration_ms` is null where nothing came, so that a mean over answers is never one over silence.
 */
import { days, hours, type PCollection, type PTransform } from '@tidemark/core'
import { ABUSE_COLUMNS, type AbuseEvent } from '../events/abuse-event.ts'
import { APP_COLUMNS, type AppEvent } from '../events/app-event.ts'
import { BILLING_COLUMNS, type BillingEvent } from '../events/billing-event.ts'
import { rowSchema, type CoreEvent } from '../events/core-event.ts'
import { outcomesWithin } from './outcomes-within.ts'

/** What every outcome says beside the columns of its beginning. */
export interface Outcome {
  /** 1 when what was waited for came in time. */
  readonly done: number
  readonly duration_ms: number | null
}

const OUTCOME = { done: 'integer', duration_ms: 'integer?' } as const

/** A report or its evidence, and when it was answered or mitigated. */
export type AbuseOutcome = AbuseEvent & Outcome

/** Reports and their answers, as rows. */
export const abuseOutcomeSchema = rowSchema<AbuseOutcome>('Abuse outcomes', {
  ...ABUSE_COLUMNS,
  ...OUTCOME,
})

/** A start in the application, and when it came to its end. */
export type AppOutcome = AppEvent & Outcome

/** Starts and ends in the application, as rows. */
export const appOutcomeSchema = rowSchema<AppOutcome>('Application outcomes', {
  ...APP_COLUMNS,
  ...OUTCOME,
})

/** A trial, and whether it was paid. */
export type TrialOutcome = BillingEvent & Outcome

/** Trials, as rows. */
export const trialOutcomeSchema = rowSchema<TrialOutcome>('Trials', {
  ...BILLING_COLUMNS,
  ...OUTCOME,
})

/** Reports of abuse and when they were first responded to; known a week after the report. */
export const abuseResponses: PTransform<PCollection<AbuseEvent>, PCollection<AbuseOutcome>> = fromTo('AbuseResponses', {
  from: 'abuse.reported',
  to: 'abuse.responded',
  key: ({ report_id }) => report_id,
  within: days(7),
})

/** Reports whose evidence is complete and when the abuse was stopped; known 30 days later. */
export const abuseMitigations: PTransform<PCollection<AbuseEvent>, PCollection<AbuseOutcome>> = fromTo(
  'AbuseMitigations',
  { from: 'abuse.evidence_complete', to: 'abuse.mitigated', key: ({ report_id }) => report_id, within: days(30) },
)

/** Runs of workflows and whether they were finished; known an hour after their start. */
export const workflowRuns: PTransform<PCollection<AppEvent>, PCollection<AppOutcome>> = fromTo('WorkflowRuns', {
  from: 'workflow.started',
  to: 'workflow.completed',
  key: ({ run_id }) => run_id,
  within: hours(1),
})

/** Changes of DNS and when the world first saw them; known two days later. */
export const dnsChanges: PTransform<PCollection<AppEvent>, PCollection<AppOutcome>> = fromTo('DnsChanges', {
  from: 'dns_change.accepted',
  to: 'dns_change.live',
  key: ({ request_id }) => request_id,
  within: days(2),
})

/** Trials and whether the account has paid something since; known a fortnight later. */
export const trials: PTransform<PCollection<BillingEvent>, PCollection<TrialOutcome>> = fromTo('Trials', {
  from: 'trial.started',
  to: 'payment.captured',
  key: ({ account_id }) => account_id,
  within: days(14),
})

/** From events of one type to the first one of another that comes after. */
function fromTo<E extends CoreEvent>(
  name: string,
  {
    from,
    to,
    key,
    within,
  }: {
    readonly from: E['event_type']
    readonly to: E['event_type']
    readonly key: (event: E) => unknown
    readonly within: ReturnType<typeof days>
  },
): PTransform<PCollection<E>, PCollection<E & Outcome>> {
  return outcomesWithin<E, E & Outcome>(name, {
    key,
    within,
    begins: ({ event_type }) => event_type === from,
    outcome({ at, element }, near): readonly (E & Outcome)[] {
      const end = near.find((other) => other.element.event_type === to && other.at >= at)
      return [{ ...element, done: end === undefined ? 0 : 1, duration_ms: end === undefined ? null : end.at - at }]
    },
  })
}
