/**
 * Accounts of the generated world, and what web and CRM say of them.
 */
import type { Timestamp } from '@tidemark/core'
import { webEvent, type WebEvent } from '../events/web-event.ts'
import type { Dice } from './dice.ts'
import { CAMPAIGNS, CHANNELS, COUNTRIES, DAY, HOUR, type Span } from './span.ts'

/** A customer. */
export interface Account {
  readonly account_id: string
  readonly country: string
  readonly channel: string
}

/** Makes customers. */
export function accountsOf(dice: Dice, count: number): readonly Account[] {
  return Array.from({ length: count }, (_, index) => ({
    account_id: `a${String(index).padStart(3, '0')}`,
    country: dice.pick(COUNTRIES),
    channel: dice.pick(CHANNELS),
  }))
}

/** What web and CRM say: profiles from the first day on, some that change, visits, leads and touches. */
export function webEvents(dice: Dice, accounts: readonly Account[], { start, days }: Span): readonly WebEvent[] {
  const anyTime = (): Timestamp => start + dice.whole(1, days * DAY - 1)
  const profile = (account: Account, event_ts: Timestamp): WebEvent =>
    webEvent({
      event_type: 'account.profiled',
      event_ts,
      ...account,
      segment: dice.pick(['small', 'medium', 'large']),
      tier: dice.pick(['free', 'pro']),
      partner: account.channel === 'reseller' ? dice.pick(['north', 'south']) : 'none',
    })
  return [
    ...accounts.map((account) => profile(account, start)),
    ...accounts.filter(() => dice.chance(0.2)).map((account) => profile(account, anyTime())),
    ...accounts
      .filter(() => dice.chance(0.6))
      .map((account) =>
        webEvent({ event_type: 'campaign.touched', event_ts: anyTime(), ...account, campaign: dice.pick(CAMPAIGNS) }),
      ),
    ...Array.from({ length: days * 12 }, (_, index) => {
      const event_ts = start + index * 2 * HOUR + dice.whole(0, HOUR)
      return webEvent({
        event_type: dice.chance(0.2) ? 'web.lead' : 'web.visited',
        event_ts,
        visitor_id: `v${index}`,
        campaign: dice.pick(CAMPAIGNS),
        country: dice.pick(COUNTRIES),
        channel: 'web',
      })
    }),
  ]
}
