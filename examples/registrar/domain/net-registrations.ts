/**
 * netRegistrations and paidRegistrations: what remains of creates once their add grace period is over, dated by the create.
 *
 * "Registrations" has three meanings with three names. Successful creates are counted at once from the EPP log; those that were not
 * deleted in grace, and those that were paid and not given back, are known five days later. They are dated by the create all the same,
 * so the three are figures of one day.
 */
import { composite, days, filter, flatten, map, type PCollection, type PTransform } from '@tidemark/core'
import type { BillingEvent } from '../events/billing-event.ts'
import { rowSchema } from '../events/core-event.ts'
import { succeeded, type EppEvent } from '../events/epp-event.ts'
import type { Dated } from './dated.ts'
import { outcomesWithin, type At } from './outcomes-within.ts'
import { GTLD_POLICY } from './policy.ts'

/** A create, or a create that was taken back. */
export interface NetRegistration extends Dated {
  readonly domain: string
  readonly tld: string
  readonly registrar: string
  readonly channel: string | null
  readonly account_id: string | null
  readonly years: number
  /** 1 for a create; -1 when it was deleted in grace. */
  readonly net: number
}

/** Creates and what was taken back of them, as rows. */
export const netRegistrationSchema = rowSchema<NetRegistration>('Net registrations', {
  at_ts: 'timestamp',
  domain: 'text',
  tld: 'text',
  registrar: 'text',
  channel: 'text?',
  account_id: 'text?',
  years: 'integer',
  net: 'integer',
})

/**
 * Counts creates at once and takes back those that are deleted in their add grace period, both dated by the create.
 *
 * **Contract** — The sum of `net` over a month, per years, is the net adds of the convention that dates by the transaction. It is
 * provisional until the grace of the month's last create has ended. A renewal within the grace keeps the create.
 */
export const netRegistrations: PTransform<PCollection<EppEvent>, PCollection<NetRegistration>> = composite(
  'NetRegistrations',
  (events: PCollection<EppEvent>) => {
    const log = events.pipe(filter((event) => event.domain !== null && succeeded(event)))
    const created = log.pipe(
      filter((event) => isCreate(event)),
      map((event) => netRegistration(event, 1)),
    )
    const takenBack = log.pipe(
      filter(({ event_type }) => CONCERNED.has(event_type)),
      outcomesWithin('TakenBack', {
        key: ({ domain }: EppEvent) => domain,
        begins: isCreate,
        within: days(GTLD_POLICY.addGrace),
        outcome: ({ element }, near) => (isTakenBack(near) ? [netRegistration(element, -1)] : []),
      }),
    )
    return flatten([created, takenBack])
  },
)

const CONCERNED: ReadonlySet<string> = new Set(['domain.create', 'domain.renew', 'domain.delete'])

function isCreate({ event_type }: { readonly event_type: string }): boolean {
  return event_type === 'domain.create'
}

// The first thing that happens to it decides: a delete takes it back, a renewal keeps it.
function isTakenBack(near: readonly At<EppEvent>[]): boolean {
  return near.find(({ element }) => !isCreate(element))?.element.event_type === 'domain.delete'
}

function netRegistration(event: EppEvent, net: number): NetRegistration {
  const { registrar, channel, account_id } = event
  return {
    at_ts: event.event_ts,
    domain: event.domain!,
    tld: event.tld!,
    registrar,
    channel,
    account_id,
    years: event.years ?? 1,
    net,
  }
}

/** A create, and whether it was paid. */
export interface PaidRegistration extends Omit<NetRegistration, 'net'> {
  /** 1 when a payment was captured, and nothing given back, before the add grace period ended. */
  readonly paid: number
}

/** Creates, and whether they were paid, as rows. */
export const paidRegistrationSchema = rowSchema<PaidRegistration>('Paid registrations', {
  at_ts: 'timestamp',
  domain: 'text',
  tld: 'text',
  registrar: 'text',
  channel: 'text?',
  account_id: 'text?',
  years: 'integer',
  paid: 'integer',
})

/**
 * Says of each successful create whether it was paid, dated by the create, when its add grace period has ended.
 *
 * **Contract** — Create and payment share a `request_id`; a payment may come up to a week before.
 */
export const paidRegistrations: PTransform<
  PCollection<EppEvent | BillingEvent>,
  PCollection<PaidRegistration>
> = composite('PaidRegistrations', (events: PCollection<EppEvent | BillingEvent>) =>
  events.pipe(
    filter(
      (event) => event.request_id !== null && (isMoney(event) || (isCreate(event) && succeeded(event as EppEvent))),
    ),
    outcomesWithin('Paid', {
      key: ({ request_id }: EppEvent | BillingEvent) => request_id,
      begins: isCreate,
      within: days(GTLD_POLICY.addGrace),
      before: days(7),
      outcome({ element }, near): readonly PaidRegistration[] {
        const has = (type: string): boolean => near.some((other) => other.element.event_type === type)
        const { net: _, ...row } = netRegistration(element as EppEvent, 1)
        return [{ ...row, paid: has('payment.captured') && !has('refund.booked') ? 1 : 0 }]
      },
    }),
  ),
)

function isMoney({ event_type }: { readonly event_type: string }): boolean {
  return event_type === 'payment.captured' || event_type === 'refund.booked'
}
