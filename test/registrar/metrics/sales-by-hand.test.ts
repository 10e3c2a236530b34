/**
 * Customers: who comes, who stays, who leaves and what they are worth, on events so few that every figure is counted by hand.
 */
import { describe, it } from 'vitest'
import { billingEvent, type BillingEvent } from '../../../examples/registrar/events/billing-event.ts'
import { eppEvent } from '../../../examples/registrar/events/epp-event.ts'
import { pollEvent } from '../../../examples/registrar/events/poll-event.ts'
import { webEvent, type WebEvent } from '../../../examples/registrar/events/web-event.ts'
import {
  conversionByCampaign,
  portfolioGrowth,
  trialToPaid,
} from '../../../examples/registrar/metrics/growth-metrics.ts'
import { ltv } from '../../../examples/registrar/metrics/money-metrics.ts'
import { logoChurnRate } from '../../../examples/registrar/metrics/renewal-metrics.ts'
import { transferInByPartner } from '../../../examples/registrar/metrics/transfer-metrics.ts'
import { at } from '../three-ways.ts'
import { expectFigures } from './three-runs.ts'

const profiled = (account_id: string, more: Partial<WebEvent>): WebEvent =>
  webEvent({ event_type: 'account.profiled', event_ts: at('2026-01-01T00:00:00Z'), account_id, ...more })
const held = (name: string, account_id: string) =>
  pollEvent({
    event_type: 'poll.domain_held',
    event_ts: at('2026-02-01T00:00:00Z'),
    domain: `${name}.test`,
    account_id,
    expires_ts: at('2027-01-01T00:00:00Z'),
  })
const billed = (event_type: BillingEvent['event_type'], account_id: string, time: string, minor?: [number, number]) =>
  billingEvent({
    event_type,
    event_ts: at(time),
    account_id,
    channel: 'web',
    ...(minor !== undefined && { amount_minor: minor[0], cost_minor: minor[1], currency: 'USD' }),
  })

describe('customers', () => {
  // Mutation: examples/registrar/metrics/growth-metrics.ts: `where(trial.done.is(1), count())` → `count()`
  it('R66: pay for one trial of three within fourteen days', async () => {
    const billing = [
      ...['soon', 'late', 'never'].map((account) => billed('trial.started', account, '2026-03-03T00:00:00Z')),
      billed('payment.captured', 'soon', '2026-03-16T23:59:59.999Z', [1000, 400]),
      // Fourteen days to the millisecond are too late.
      billed('payment.captured', 'late', '2026-03-17T00:00:00Z', [1000, 400]),
    ]
    // The week of Monday, 2 March.
    await expectFigures({ billing }, [[trialToPaid, { '2026-03-02 web': 1 / 3 }]])
  })

  // Mutation: examples/registrar/metrics/growth-metrics.ts: `value: ({ orders, seen }) => orders / seen` → `value: ({ orders, seen }) => seen / orders`
  it('R66: order by one visit of four after a campaign, by none after another, and without any', async () => {
    const web = (event_type: WebEvent['event_type'], time: string, campaign: string, account_id?: string): WebEvent =>
      webEvent({
        event_type,
        event_ts: at(`2026-03-10T${time}:00Z`),
        campaign,
        ...(account_id !== undefined && { account_id }),
      })
    const visits = ['spring', 'spring', 'spring', 'spring', 'switch', 'switch'].map((campaign, hour) =>
      web('web.visited', `1${hour}:00`, campaign),
    )
    await expectFigures(
      {
        web: [
          ...visits,
          web('campaign.touched', '08:00', 'switch', 'ann'),
          web('campaign.touched', '09:00', 'spring', 'ann'),
        ],
        billing: [
          billed('order.placed', 'ann', '2026-03-10T12:00:00Z'),
          billed('order.placed', 'bob', '2026-03-10T12:00:00Z'),
        ],
      },
      // What nobody has visited has no share: missing is not zero.
      [[conversionByCampaign, { '2026-03-10 spring': 1 / 4, '2026-03-10 switch': 0, '2026-03-10 null': null }]],
    )
  })

  it('R66: hold half as much more at the end of a month, and of two one has left', async () => {
    const web = [profiled('ann', { segment: 'small' }), profiled('bob', { segment: 'small' })]
    const poll = [held('a', 'ann'), held('b', 'bob')]
    const create = eppEvent({
      event_type: 'domain.create',
      event_ts: at('2026-03-05T00:00:00Z'),
      domain: 'c.test',
      account_id: 'ann',
      years: 1,
    })
    await expectFigures({ web, poll, epp: [create] }, [
      [portfolioGrowth, { '2026-03-01 small': 1 / 2 }, 'among others'],
      [logoChurnRate, { '2026-03-01 small': 0 }, 'among others'],
    ])
    // Purged 35 days later: in the middle of March.
    const gone = eppEvent({ event_type: 'domain.delete', event_ts: at('2026-02-10T00:00:00Z'), domain: 'b.test' })
    await expectFigures({ web, poll, epp: [create, gone] }, [
      [portfolioGrowth, { '2026-03-01 small': 0 }, 'among others'],
      [logoChurnRate, { '2026-02-01 small': null, '2026-03-01 small': 1 / 2 }, 'among others'],
    ])
  })

  // Mutation: examples/registrar/domain/holdings.ts: `return [{ ...value, ...came }]` → `return [value]`
  it('R66: leave the segment in which they came, wherever their account is by then', async () => {
    const web = [
      profiled('ann', { segment: 'small' }),
      { ...profiled('ann', { segment: 'large' }), event_ts: at('2026-02-20T00:00:00Z'), event_id: 'ann grows' },
      profiled('bob', { segment: 'small' }),
    ]
    const poll = [held('a', 'ann'), held('b', 'bob')]
    // Purged in the middle of March, when ann is large.
    const gone = eppEvent({ event_type: 'domain.delete', event_ts: at('2026-02-10T00:00:00Z'), domain: 'a.test' })
    await expectFigures({ web, poll, epp: [gone] }, [
      [portfolioGrowth, { '2026-03-01 small': -1 / 2 }, 'among others'],
      [logoChurnRate, { '2026-03-01 small': 1 / 2 }, 'among others'],
    ])
  })

  // Mutation: examples/registrar/metrics/transfer-metrics.ts: `where: partner.side.is('gaining')` → `where: partner.side.is('losing')`
  it('R66: come by a partner, and do not count when they delete in grace', async () => {
    const request = (name: string, account_id: string) =>
      eppEvent({
        event_type: 'domain.transfer_request',
        event_ts: at('2026-03-03T00:00:00Z'),
        domain: `${name}.test`,
        result_code: 1001,
        registrar: '9001',
        losing_registrar: '9002',
        account_id,
        years: 1,
      })
    const epp = [
      request('stays', 'ann'),
      request('goes', 'ann'),
      request('whose', 'bob'),
      eppEvent({ event_type: 'domain.delete', event_ts: at('2026-03-09T00:00:00Z'), domain: 'goes.test' }),
    ]
    // Completed by silence on Sunday, 8 March.
    await expectFigures({ epp, web: [profiled('ann', { partner: 'north' })] }, [
      [transferInByPartner, { '2026-03-02 north': 1, '2026-03-02 unknown': 1 }],
    ])
  })

  it('R66: are worth what they have left after costs, per account of their first month', async () => {
    const billing = [
      billed('payment.captured', 'ann', '2026-01-10T00:00:00Z', [1000, 400]),
      billed('payment.captured', 'bob', '2026-01-20T00:00:00Z', [1000, 400]),
      billed('payment.captured', 'ann', '2026-02-10T00:00:00Z', [500, 100]),
      billed('payment.captured', 'cy', '2026-02-11T00:00:00Z', [300, 100]),
    ]
    await expectFigures({ billing }, [
      [
        ltv,
        {
          '2026-01-01 2026-01 USD': 1200 / 2,
          '2026-02-01 2026-01 USD': 1600 / 2,
          '2026-02-01 2026-02 USD': 200,
        },
        'among others',
      ],
    ])
  })
})
