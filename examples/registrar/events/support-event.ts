/**
 * Support desk: tickets, and which workflow of the application they are about.
 */
import { CORE_COLUMNS, coreEvent, rowSchema, type CoreEvent, type Given } from './core-event.ts'

/** What the desk says. */
export const SUPPORT_TYPES = Object.freeze(['ticket.opened', 'ticket.closed'] as const)

/** A kind of event of the desk. */
export type SupportType = (typeof SUPPORT_TYPES)[number]

/** An event of the desk. */
export interface SupportEvent extends CoreEvent {
  readonly event_type: SupportType
  readonly ticket_id: string
  /** What the customer was trying to do. */
  readonly workflow: string | null
  /** Which side of an experiment the customer is on, such as `control`. */
  readonly variant: string | null
}

/** What the desk says, as rows. */
export const supportSchema = rowSchema<SupportEvent>('Support desk', {
  ...CORE_COLUMNS,
  ticket_id: 'text',
  workflow: 'text?',
  variant: 'text?',
})

/** Makes an event of the desk. */
export function supportEvent(given: Given<SupportEvent> & Pick<SupportEvent, 'ticket_id'>): SupportEvent {
  return {
    ...coreEvent('desk', { ...given, event_id: given.event_id ?? `${given.event_type} ${given.ticket_id}` }),
    event_type: given.event_type,
    ticket_id: given.ticket_id,
    workflow: given.workflow ?? null,
    variant: given.variant ?? null,
  }
}
