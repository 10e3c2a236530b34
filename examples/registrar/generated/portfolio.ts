/**
 * The opening portfolio of the generated world: one domain, one story, so that no two stories meet.
 */
import type { Timestamp } from '@tidemark/core'
import { billingEvent, type BillingEvent } from '../events/billing-event.ts'
import { eppEvent, type EppEvent, type EppType } from '../events/epp-event.ts'
import { pollEvent, type PollEvent } from '../events/poll-event.ts'
import type { Account } from './accounts.ts'
import type { Books } from './books.ts'
import type { Dice } from './dice.ts'
import { DAY, HOUR, REGISTRARS, TLDS, type Span } from './span.ts'

/** What happens to a domain that is held. */
const STORIES = Object.freeze([
  'kept',
  'kept',
  'renewed',
  'auto-renewed',
  'auto-renewed and dropped',
  'deleted',
  'restored',
  'transferred',
  'transferred',
] as const)

/** Ways in which a transfer ends. */
const ENDINGS = Object.freeze(['silence', 'approve', 'reject', 'cancel', 'wrong code', 'deleted', 'reversed'] as const)

/** The events of the portfolio. */
export interface Portfolio {
  readonly epp: EppEvent[]
  readonly poll: PollEvent[]
  readonly billing: BillingEvent[]
}

/** Draws domains that are held on the first day, and what becomes of them. */
export function portfolio(dice: Dice, accounts: readonly Account[], { start, days }: Span, books: Books): Portfolio {
  const drawn: Portfolio = { epp: [], poll: [], billing: [] }
  const end = start + days * DAY
  for (let index = 0; index < 90; index += 1) {
    const tld = dice.pick(TLDS)
    const story = dice.pick(STORIES)
    const expires_ts = start + dice.whole(2 * DAY, 6 * DAY)
    const held = {
      ...dice.pick(accounts),
      domain: `h${index}.${tld}`,
      registrar: REGISTRARS[story === 'transferred' ? 1 : 0],
    }
    const epp = (event_type: EppType, event_ts: Timestamp, more: Partial<EppEvent> = {}): void => {
      drawn.epp.push(eppEvent({ event_type, event_ts, ...held, request_id: `${held.domain} ${event_type}`, ...more }))
    }
    const created_ts = expires_ts - 365 * DAY
    drawn.poll.push(pollEvent({ event_type: 'poll.domain_held', event_ts: start, ...held, created_ts, expires_ts }))
    books.add(`dum ${tld}`)
    books.add(`story ${story}`)
    switch (story) {
      case 'kept':
        break
      case 'renewed': {
        const request_id = `${held.domain} renew`
        epp('domain.renew', expires_ts - DAY, { years: 1, request_id })
        const price = { product: 'renew', amount_minor: 1299, cost_minor: 785, currency: 'USD' }
        drawn.billing.push(
          billingEvent({
            event_type: 'payment.attempted',
            event_ts: expires_ts - DAY - 2,
            ...held,
            request_id,
            payment_id: request_id,
            psp: 'card',
            ...price,
          }),
          billingEvent({
            event_type: 'payment.captured',
            event_ts: expires_ts - DAY - 1,
            ...held,
            request_id,
            payment_id: request_id,
            psp: 'card',
            ...price,
          }),
        )
        books.add('captured')
        books.add('revenue USD', 1299)
        break
      }
      case 'auto-renewed':
      case 'auto-renewed and dropped':
        drawn.poll.push(pollEvent({ event_type: 'poll.auto_renewed', event_ts: expires_ts, ...held }))
        if (story === 'auto-renewed') break
        epp('domain.delete', expires_ts + 3 * DAY)
        if (expires_ts + 38 * DAY < end) books.add(`dum ${tld}`, -1)
        break
      case 'deleted':
        epp('domain.delete', start + DAY)
        if (start + 36 * DAY < end) books.add(`dum ${tld}`, -1)
        break
      case 'restored': {
        const hours = dice.whole(2, 100)
        epp('domain.delete', start + DAY)
        epp('domain.restore_request', start + 3 * DAY)
        epp('domain.restore_report', start + 3 * DAY + hours * HOUR)
        books.add('restored')
        books.add('restore hours', hours)
        break
      }
      case 'transferred':
        transfer(dice.pick(ENDINGS), epp, start + dice.whole(0, 4 * DAY))
        break
    }
  }
  return drawn

  function transfer(
    ending: (typeof ENDINGS)[number],
    epp: (type: EppType, at: Timestamp, more?: Partial<EppEvent>) => void,
    at: Timestamp,
  ): void {
    const [ours, theirs] = REGISTRARS
    const gaining = { registrar: ours, losing_registrar: theirs, losing_account_id: null, years: 1 }
    if (ending === 'wrong code') {
      epp('domain.transfer_request', at, { ...gaining, result_code: 2202, status: 'failed', error_code: '2202' })
      books.add('transfer attempts failed')
      return
    }
    epp('domain.transfer_request', at, { ...gaining, result_code: 1001 })
    books.add('transfers initiated')
    if (ending === 'reject' || ending === 'cancel') {
      epp(`domain.transfer_${ending}`, at + DAY, { registrar: ending === 'cancel' ? ours : theirs })
      books.add(ending === 'reject' ? 'transfers rejected' : 'transfers cancelled')
      return
    }
    if (ending === 'approve') epp('domain.transfer_approve', at + DAY, { registrar: theirs })
    books.add('transfers completed')
    if (ending === 'deleted') epp('domain.delete', at + 6 * DAY, { registrar: ours })
    else books.add('transfers gained')
    if (ending === 'reversed') {
      const domain = drawn.epp.at(-1)!.domain
      drawn.poll.push(
        pollEvent({ event_type: 'poll.transfer_reversed', event_ts: at + 7 * DAY, domain, registrar: theirs }),
      )
      books.add('transfers reversed')
    }
  }
}
