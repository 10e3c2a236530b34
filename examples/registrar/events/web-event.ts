/**
 * Web and CRM: visits, leads, touches of campaigns, and what is known of an account.
 *
 * `account.profiled` is a row of a dimension that changes slowly: it holds from its time on, until the next one of the account. Whoever
 * joins it takes the row as of the time of the event, so an account that moves to another segment does not take its past along.
 */
import { CORE_COLUMNS, coreEvent, rowSchema, type CoreEvent, type Given } from './core-event.ts'

/** What web and CRM say. */
export const WEB_TYPES = Object.freeze(['web.visited', 'web.lead', 'campaign.touched', 'account.profiled'] as const)

/** A kind of event of web and CRM. */
export type WebType = (typeof WEB_TYPES)[number]

/** An event of web and CRM. */
export interface WebEvent extends CoreEvent {
  readonly event_type: WebType
  /** The visitor, before there is an account. */
  readonly visitor_id: string | null
  readonly campaign: string | null
  /** For `account.profiled`: the customer segment. */
  readonly segment: string | null
  /** For `account.profiled`: the product tier. */
  readonly tier: string | null
  /** For `account.profiled`: the partner that brought the account, if one did. */
  readonly partner: string | null
}

/** What web and CRM say, as rows. */
export const webSchema = rowSchema<WebEvent>('Web and CRM', {
  ...CORE_COLUMNS,
  visitor_id: 'text?',
  campaign: 'text?',
  segment: 'text?',
  tier: 'text?',
  partner: 'text?',
})

/** Makes an event of web and CRM. */
export function webEvent(given: Given<WebEvent>): WebEvent {
  return {
    ...coreEvent('web', given),
    event_type: given.event_type,
    visitor_id: given.visitor_id ?? null,
    campaign: given.campaign ?? null,
    segment: given.segment ?? null,
    tier: given.tier ?? null,
    partner: given.partner ?? null,
  }
}
