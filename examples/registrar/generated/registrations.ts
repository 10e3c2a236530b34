/**
 * New registrations of the generated world: orders, payments, creates, second thoughts.
 */
import type { Timestamp } from '@tidemark/core'
import { billingEvent, type BillingEvent, type BillingType } from '../events/billing-event.ts'
import { eppEvent, type EppEvent } from '../events/epp-event.ts'
import type { Account } from './accounts.ts'
import type { Books } from './books.ts'
import type { Dice } from './dice.ts'
import { DAY, HOUR, MINUTE, TLDS, type Span } from './span.ts'

/** A domain, its owner, and the intention that it comes from. */
interface Wish extends Account {
  readonly domain: string
  readonly request_id: string
}

/** What one purchase costs. */
const PRICES = { USD: 1099, EUR: 999 } as const

/** Draws new registrations for every day, with their orders and payments. */
export function registrations(
  dice: Dice,
  accounts: readonly Account[],
  { start, days }: Span,
  books: Books,
): { readonly epp: readonly EppEvent[]; readonly billing: readonly BillingEvent[] } {
  const epp: EppEvent[] = []
  const billing: BillingEvent[] = []
  for (let index = 0; index < days * 10; index += 1) {
    const event_ts = start + Math.floor((index * DAY) / 10) + dice.whole(10, 120) * MINUTE
    const tld = dice.pick(TLDS)
    const wish: Wish = { ...dice.pick(accounts), domain: `n${index}.${tld}`, request_id: `r${index}` }
    const years = dice.chance(0.8) ? 1 : dice.whole(2, 10)
    const result_code = dice.chance(0.08) ? dice.pick([2302, 2104]) : 1000
    books.add('attempts')
    epp.push(
      eppEvent({ event_type: 'domain.create', event_ts, ...wish, years, result_code, fee_minor: 785, currency: 'USD' }),
    )
    const paid = result_code === 1000 && dice.chance(0.95)
    const currency = dice.pick(['USD', 'EUR'] as const)
    const amount = PRICES[currency] * years
    billing.push(...paymentOf(dice, wish, event_ts, { amount, currency, paid, books }))
    if (result_code !== 1000) continue
    books.add('created')
    books.add(`dum ${tld}`)
    const secondThoughts = dice.chance(0.12)
    const isTold = secondThoughts && event_ts + 5 * DAY < start + days * DAY
    if (isTold) {
      const deleted = event_ts + dice.whole(1, 119) * HOUR
      epp.push(
        eppEvent({ event_type: 'domain.delete', event_ts: deleted, ...wish, request_id: `${wish.request_id} back` }),
      )
      books.add('deleted in grace')
      books.add(`dum ${tld}`, -1)
      if (paid) {
        billing.push(money('refund.booked', deleted, wish, amount, currency))
        books.add(`revenue ${currency}`, -amount)
      }
    }
    if (paid && !isTold) books.add('paid')
  }
  return { epp, billing }
}

function paymentOf(
  dice: Dice,
  wish: Wish,
  created: Timestamp,
  order: { readonly amount: number; readonly currency: string; readonly paid: boolean; readonly books: Books },
): readonly BillingEvent[] {
  const { amount, currency, paid, books } = order
  const says = (type: BillingType, event_ts: Timestamp, attempt = 1): BillingEvent => ({
    ...money(type, event_ts, wish, amount, currency),
    payment_id: `${wish.request_id}-${attempt}`,
    event_id: `${type} ${wish.request_id}-${attempt}`,
  })
  const events = [says('order.placed', created - 5 * MINUTE)]
  const firstFails = !paid || dice.chance(0.1)
  if (firstFails)
    events.push(says('payment.attempted', created - 4 * MINUTE), says('payment.failed', created - 3 * MINUTE))
  if (!paid) return events
  events.push(says('payment.attempted', created - 2 * MINUTE, 2), says('payment.captured', created - MINUTE, 2))
  books.add('captured')
  books.add(`revenue ${currency}`, amount)
  return events
}

function money(
  event_type: BillingType,
  event_ts: Timestamp,
  wish: Wish,
  amount_minor: number,
  currency: string,
): BillingEvent {
  const isPayment = event_type.startsWith('payment.')
  return billingEvent({
    event_type,
    event_ts,
    ...wish,
    order_id: `o ${wish.request_id}`,
    payment_id: isPayment ? wish.request_id : null,
    psp: isPayment ? (wish.country === 'US' ? 'card' : 'wire') : null,
    product: 'create',
    amount_minor,
    cost_minor: 785,
    currency,
  })
}
