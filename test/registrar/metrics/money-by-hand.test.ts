/**
 * Money: sums per currency, shares of payments, and what a domain brings.
 */
import { describe, expect, it } from 'vitest'
import { billingEvent, type BillingEvent } from '../../../examples/registrar/events/billing-event.ts'
import { pollEvent } from '../../../examples/registrar/events/poll-event.ts'
import { REGISTRAR_DICTIONARY } from '../../../examples/registrar/metrics/dictionary.ts'
import {
  arpd,
  orderSuccessRate,
  paymentSuccessRate,
  revenue,
} from '../../../examples/registrar/metrics/money-metrics.ts'
import { hasRealData, readScenario, skipNote } from '../../scenarios/scenario-data.ts'
import { at } from '../three-ways.ts'
import { expectFigures } from './three-runs.ts'

interface Ledger {
  readonly ledger_minor_units: readonly {
    readonly id: string
    readonly ts: string
    readonly minor: number
    readonly currency: string
  }[]
  readonly expected: Readonly<Record<string, number>>
}

const usd = (amount: number) => ({ currency: 'USD', amount: BigInt(amount) })
const eur = (amount: number) => ({ currency: 'EUR', amount: BigInt(amount) })

describe(`the ledger of S08${skipNote}`, () => {
  const { ledger_minor_units, expected } = hasRealData
    ? readScenario<Ledger>('S08-money.json')
    : { ledger_minor_units: [], expected: {} }
  const billing: readonly BillingEvent[] = ledger_minor_units.map(({ id, ts, minor, currency }) =>
    billingEvent({
      event_type: minor < 0 ? 'refund.booked' : 'payment.captured',
      event_ts: at(ts),
      event_id: id,
      amount_minor: Math.abs(minor),
      currency,
    }),
  )

  it.skipIf(!hasRealData)(
    'R66: is per currency and month, with refunds in the month in which they are booked',
    async () => {
      expect(expected).toEqual({ '2026-01/USD': 1099, '2026-02/USD': 30, '2026-02/EUR': 999 })
      await expectFigures({ billing }, [
        [
          REGISTRAR_DICTIONARY.get('revenue_of_month'),
          {
            '2026-01-01': [usd(expected['2026-01/USD']!)],
            '2026-02-01': [eur(expected['2026-02/EUR']!), usd(expected['2026-02/USD']!)],
          },
        ],
        [
          revenue,
          {
            '2026-01-31 null null': [usd(1099)],
            '2026-02-01 null null': [usd(1099)],
            '2026-02-03 null null': [usd(-1099)],
            '2026-02-10 null null': [eur(999)],
            '2026-02-11 null null': [usd(30)],
          },
        ],
      ])
    },
  )
})

describe('payments of an hour', () => {
  const paid = (
    event_type: BillingEvent['event_type'],
    minute: string,
    order_id: string,
    psp: string | null = 'card',
    payment_id: string | null = order_id,
  ) =>
    billingEvent({
      event_type,
      event_ts: at(`2026-03-02T10:${minute}:00Z`),
      order_id,
      payment_id,
      psp,
      amount_minor: 1000,
      currency: 'USD',
    })

  it('R66: succeed by attempts and by orders, which are two numbers', async () => {
    // Two orders: the first is paid with the second attempt, the other is never.
    const billing = [
      paid('order.placed', '00', 'one', null),
      paid('payment.attempted', '01', 'one'),
      paid('payment.failed', '02', 'one'),
      paid('payment.attempted', '03', 'one', 'card', 'one again'),
      paid('payment.captured', '04', 'one', 'card', 'one again'),
      paid('order.placed', '05', 'two', null),
      paid('payment.attempted', '06', 'two'),
      paid('payment.failed', '07', 'two'),
    ]
    await expectFigures({ billing }, [
      [paymentSuccessRate, { '2026-03-02T10:00 card': 1 / 3 }],
      [orderSuccessRate, { '2026-03-02T10:00': 1 / 2 }],
    ])
  })

  // Mutation: examples/registrar/metrics/money-metrics.ts: `each: { held: 'mean' }` → `each: { held: 'last' }`
  it('R66: bring so much per domain of the average day of the month', async () => {
    // One domain from the first of March on, another one from the seventeenth: 31 + 15 domain days in 31 days.
    const held = (name: string, day: string) =>
      pollEvent({
        event_type: 'poll.domain_held',
        event_ts: at(`2026-03-${day}T00:00:00Z`),
        domain: `${name}.test`,
        expires_ts: at('2027-01-01T00:00:00Z'),
      })
    const poll = [held('one', '01'), held('two', '17')]
    const minorPerDomain = 1000 / (46 / 31)
    await expectFigures({ poll, billing: [paid('payment.captured', '00', 'one')] }, [
      [arpd, { '2026-03-01': [{ currency: 'USD', minorPerDomain }] }, 'among others'],
    ])
  })
})
