/**
 * Billing: orders, payments, what is given back, trials.
 *
 * Money is a whole number of minor units beside its currency (ISO 4217); never a fraction, never added across currencies. What is given
 * back is an event of its own day: a month that is closed stays as it was. An order shares its `request_id` with the EPP command that
 * carries it out.
 */
import { PipelineError } from '@tidemark/core'
import { CORE_COLUMNS, coreEvent, rowSchema, type ColumnsOf, type CoreEvent, type Given } from './core-event.ts'

/** What billing says. */
export const BILLING_TYPES = Object.freeze([
  'trial.started',
  'order.placed',
  'payment.attempted',
  'payment.captured',
  'payment.failed',
  'refund.booked',
  'chargeback.booked',
] as const)

/** A kind of event of billing. */
export type BillingType = (typeof BILLING_TYPES)[number]

/** An event of billing. */
export interface BillingEvent extends CoreEvent {
  readonly event_type: BillingType
  readonly order_id: string | null
  /** The attempt: each try of paying an order has one of its own. */
  readonly payment_id: string | null
  /** Payment service provider. */
  readonly psp: string | null
  /** What is bought: `create`, `renew`, `transfer`, `restore`. */
  readonly product: string | null
  /** Minor units of `currency`, never below zero: the type says which way it goes. */
  readonly amount_minor: number | null
  /** What it costs us, minor units of `currency`: fees of the registry and the provider. */
  readonly cost_minor: number | null
  readonly currency: string | null
}

/** The columns, in short form. */
export const BILLING_COLUMNS = {
  ...CORE_COLUMNS,
  order_id: 'text?',
  payment_id: 'text?',
  psp: 'text?',
  product: 'text?',
  amount_minor: 'integer?',
  cost_minor: 'integer?',
  currency: 'text?',
} as const satisfies ColumnsOf<BillingEvent>

/** What billing says, as rows. */
export const billingSchema = rowSchema<BillingEvent>('Billing', BILLING_COLUMNS)

/** Makes an event of billing; throws (code `MONEY_NOT_WHOLE`) for an amount that is not a whole number of minor units. */
export function billingEvent(given: Given<BillingEvent>): BillingEvent {
  return {
    ...coreEvent('billing', given),
    event_type: given.event_type,
    order_id: given.order_id ?? null,
    payment_id: given.payment_id ?? null,
    psp: given.psp ?? null,
    product: given.product ?? null,
    amount_minor: requireWhole('amount_minor', given.amount_minor ?? null),
    cost_minor: requireWhole('cost_minor', given.cost_minor ?? null),
    currency: given.currency ?? null,
  }
}

function requireWhole(field: string, minor: number | null): number | null {
  if (minor === null || (Number.isSafeInteger(minor) && minor >= 0)) return minor
  throw new PipelineError(
    'MONEY_NOT_WHOLE',
    `${field} is ${minor}. Money is counted in whole minor units, and fractions of binary floats do not add up. ` +
      'Give cents (1099 for 10.99), not below zero: the type of the event says which way money goes.',
  )
}
