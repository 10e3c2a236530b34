/**
 * S08: money to the minor unit: revenue by month and currency, and what is given back of deletes in grace.
 */
import { combineGlobally, composite, flatMap, pipe, windowInto, type PCollection } from '@tidemark/core'
import { calendarMonths } from '@tidemark/core/calendar'
import { sumMoneyOf } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { agpLimits, agpLimitsOf } from '../../examples/registrar/domain/agp-limits.ts'
import { lifecycleFacts, type RegistryEvent } from '../../examples/registrar/domain/lifecycle-facts.ts'
import { DAY } from '../../examples/registrar/domain/policy.ts'
import { revenueRows, type RevenueRow } from '../../examples/registrar/domain/revenue-rows.ts'
import { billingEvent, type BillingEvent } from '../../examples/registrar/events/billing-event.ts'
import { eppEvent } from '../../examples/registrar/events/epp-event.ts'
import { at, expectAnswer, monthOf, sums } from '../registrar/three-ways.ts'
import { hasRealData, readScenario, skipNote } from './scenario-data.ts'

interface Money {
  readonly agp_limit_cases: readonly {
    readonly net_adds: number
    readonly agp_deletes: number
    readonly refundable: number
    readonly excess: number
  }[]
  readonly ledger_minor_units: readonly {
    readonly id: string
    readonly ts: string
    readonly minor: number
    readonly currency: string
  }[]
  readonly expected: Readonly<Record<string, number>>
}

/** What a registry charges for a create, in minor units. */
const FEE = 7_85

describe(`S08, money${skipNote}`, () => {
  const { agp_limit_cases, ledger_minor_units, expected }: Money = hasRealData
    ? readScenario<Money>('S08-money.json')
    : { agp_limit_cases: [], ledger_minor_units: [], expected: {} }
  const ledger: readonly BillingEvent[] = ledger_minor_units.map(({ id, ts, minor, currency }) =>
    billingEvent({
      event_type: minor < 0 ? 'refund.booked' : 'payment.captured',
      event_ts: at(ts),
      event_id: id,
      amount_minor: Math.abs(minor),
      currency,
    }),
  )

  // Mutation: examples/registrar/domain/revenue-rows.ts: `'refund.booked': -1` → `'refund.booked': 1`
  it.skipIf(!hasRealData)(
    'books every amount in one month and one currency, and refunds in their own month',
    async () => {
      await expectAnswer(
        revenueRows,
        ledger,
        (rows) =>
          sums(
            rows,
            ({ value, timestamp }) => `${monthOf(timestamp)}/${value.currency}`,
            ({ value }) => value.minor,
          ),
        sorted(expected),
      )
    },
  )

  it.skipIf(!hasRealData)('comes to the same in calendar months with exact sums of money', async () => {
    const perMonth = composite('PerMonth', (rows: PCollection<RevenueRow>) =>
      rows.pipe(
        windowInto(calendarMonths({ zone: 'UTC' })),
        combineGlobally(
          'Revenue',
          sumMoneyOf(({ minor, currency }: RevenueRow) => ({ amount: minor, currency })),
        ),
        flatMap((totals) => totals),
      ),
    )
    await expectAnswer(
      pipe(revenueRows, perMonth),
      ledger,
      (rows) =>
        sums(
          rows,
          ({ value, timestamp }) => `${monthOf(timestamp)}/${value.currency}`,
          ({ value }) => Number(value.amount),
        ),
      sorted(expected),
    )
  })

  it.skipIf(!hasRealData)('limits what is given back of deletes in grace', () => {
    for (const { net_adds, agp_deletes, refundable, excess } of agp_limit_cases)
      expect(agpLimitsOf(net_adds, agp_deletes)).toEqual({ refundable, excess })
  })

  // Mutation: examples/registrar/domain/agp-limits.ts: `Math.max(Math.floor(netAdds / 10), 50)` → `Math.floor(netAdds / 10)`
  it.skipIf(!hasRealData)('limits it from the events of a month too, to the minor unit', async () => {
    const events: readonly RegistryEvent[] = agp_limit_cases.flatMap(({ net_adds, agp_deletes }, index) =>
      monthOfCreates(`case${index}`, net_adds, agp_deletes),
    )
    await expectAnswer(
      pipe(lifecycleFacts(), agpLimits),
      events,
      (rows) =>
        rows
          .map(({ value: { tld, net_adds, agp_deletes, refundable, excess } }) => ({
            tld,
            net_adds,
            agp_deletes,
            refundable: refundable * FEE,
            excess: excess * FEE,
          }))
          .toSorted((a, b) => (a.tld < b.tld ? -1 : 1)),
      agp_limit_cases.map(({ net_adds, agp_deletes, refundable, excess }, index) => ({
        tld: `case${index}`,
        net_adds,
        agp_deletes,
        refundable: refundable * FEE,
        excess: excess * FEE,
      })),
      // Thousands of events: the three ways say enough, and the shuffles are tried above.
      0,
    )
  })

  it('refuses money that is not whole', () => {
    expect(() =>
      billingEvent({ event_type: 'payment.captured', event_ts: 0, amount_minor: 10.99, currency: 'USD' }),
    ).toThrow(expect.objectContaining({ code: 'MONEY_NOT_WHOLE' }))
  })
})

/** Creates of one month in a TLD, the last of them deleted within their grace. */
function monthOfCreates(tld: string, netAdds: number, deletes: number): readonly RegistryEvent[] {
  const start = Date.UTC(2026, 2, 3)
  return Array.from({ length: netAdds + deletes }, (_, index) => {
    const domain = `d${index}.${tld}`
    const event_ts = start + index * 60_000
    const create = eppEvent({
      event_type: 'domain.create',
      event_ts,
      domain,
      years: 1,
      fee_minor: FEE,
      currency: 'USD',
    })
    if (index < netAdds) return [create]
    return [create, eppEvent({ event_type: 'domain.delete', event_ts: event_ts + DAY, domain })]
  }).flat()
}

function sorted(named: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(named).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
