/**
 * The application: workflows and their steps, features, auth codes, changes of DNS, experiments.
 *
 * One run of a workflow is one `run_id`; a change of DNS is one `request_id` from request to the answer that shows it, which a probe
 * outside sees. An auth code itself is never in an event.
 */
import { CORE_COLUMNS, coreEvent, rowSchema, type ColumnsOf, type CoreEvent, type Given } from './core-event.ts'

/** What the application says. */
export const APP_TYPES = Object.freeze([
  'workflow.started',
  'workflow.step_reached',
  'workflow.completed',
  'feature.used',
  'account.active',
  'authcode.issued',
  'dns_change.accepted',
  'dns_change.live',
  'experiment.exposed',
] as const)

/** A kind of event of the application. */
export type AppType = (typeof APP_TYPES)[number]

/** An event of the application. */
export interface AppEvent extends CoreEvent {
  readonly event_type: AppType
  readonly workflow: string | null
  /** One run of a workflow. */
  readonly run_id: string | null
  /** Which step was reached, counted from 1. */
  readonly step: number | null
  readonly feature: string | null
  /** Which side of an experiment, such as `control`. */
  readonly variant: string | null
}

/** The columns, in short form. */
export const APP_COLUMNS = {
  ...CORE_COLUMNS,
  workflow: 'text?',
  run_id: 'text?',
  step: 'integer?',
  feature: 'text?',
  variant: 'text?',
} as const satisfies ColumnsOf<AppEvent>

/** What the application says, as rows. */
export const appSchema = rowSchema<AppEvent>('Application', APP_COLUMNS)

/** Makes an event of the application. */
export function appEvent(given: Given<AppEvent>): AppEvent {
  return {
    ...coreEvent('app', given),
    event_type: given.event_type,
    workflow: given.workflow ?? null,
    run_id: given.run_id ?? null,
    step: given.step ?? null,
    feature: given.feature ?? null,
    variant: given.variant ?? null,
  }
}
