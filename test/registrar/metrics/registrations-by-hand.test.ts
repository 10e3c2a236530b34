/**
 * Registrations, deletes and renewals, on events so few that every figure is counted by hand.
 */
import { rollUp, type Metric, type SliceValue } from '@tidemark/transforms/metrics'
import { describe, expect, it } from 'vitest'
import { billingEvent, type BillingEvent } from '../../../examples/registrar/events/billing-event.ts'
import { eppEvent, type EppEvent } from '../../../examples/registrar/events/epp-event.ts'
import { pollEvent } from '../../../examples/registrar/events/poll-event.ts'
import {
  regAttempts,
  registrationsCreated,
  regSuccessRate,
  regSuccessRateAddressable,
} from '../../../examples/registrar/metrics/create-metrics.ts'
import {
  deletesGrace,
  deletesNograce,
  dum,
  netAdds,
  netAddsLegacy,
  openAgp,
  registrationsNet,
  registrationsPaid,
} from '../../../examples/registrar/metrics/registration-metrics.ts'
import { churnRate, renewalRate } from '../../../examples/registrar/metrics/renewal-metrics.ts'
import { hasRealData, readScenario, skipNote } from '../../scenarios/scenario-data.ts'
import { at } from '../three-ways.ts'
import { expectFigures, threeRuns, valuesOf, type Figures } from './three-runs.ts'

describe('registrations of a day', () => {
  const web = { channel: 'web', country: 'DE' }
  const create = (name: string, minute: string, result_code = 1000): EppEvent =>
    eppEvent({
      event_type: 'domain.create',
      event_ts: at(`2026-03-02T10:0${minute}:00Z`),
      domain: `${name}.test`,
      request_id: name,
      years: 1,
      result_code,
      ...web,
    })
  const money = (name: string, event_type: BillingEvent['event_type'], time: string): BillingEvent =>
    billingEvent({ event_type, event_ts: at(time), request_id: name, amount_minor: 1099, currency: 'USD' })
  // Seven tries: two for a name that is taken, one is refused for want of money, four succeed.
  const epp = [
    create('kept', '0'),
    create('paid', '1'),
    create('regretted', '2'),
    create('owed', '3'),
    create('taken', '4', 2302),
    create('taken', '3', 2302),
    create('broke', '4', 2104),
    // An hour before its add grace period ends.
    eppEvent({ event_type: 'domain.delete', event_ts: at('2026-03-07T09:02:00Z'), domain: 'regretted.test' }),
  ]
  const billing = [
    money('kept', 'payment.captured', '2026-03-02T09:59:00Z'),
    money('paid', 'payment.captured', '2026-03-02T10:02:00Z'),
    money('regretted', 'payment.captured', '2026-03-02T10:02:00Z'),
    money('regretted', 'refund.booked', '2026-03-07T09:03:00Z'),
  ]

  // Mutation: examples/registrar/metrics/registration-metrics.ts: `measure: where(paid.is(1), count())` → `measure: count()`
  // Mutation: examples/registrar/metrics/create-metrics.ts: `where: isCreate.and(isDone)` → `where: isCreate`
  it('R9: are four, two or three: those that succeeded, were paid, and outlived their grace', async () => {
    await expectFigures({ epp, billing }, [
      [regAttempts, { '2026-03-02 test web': 7 }],
      [registrationsCreated, { '2026-03-02 test web DE': 4 }],
      [registrationsPaid, { '2026-03-02 test web': 2 }],
      [registrationsNet, { '2026-03-02 test web': 3 }],
    ])
  })

  // Mutation: examples/registrar/metrics/create-metrics.ts: `result_code.isNot(2302)` → `result_code.isNot(2104)`
  it('R65: succeed by 4 of 7, and by 4 of the 5 whose name was free', async () => {
    await expectFigures({ epp }, [
      [regSuccessRate, { '2026-03-02T10:00 test': 4 / 7 }],
      [regSuccessRateAddressable, { '2026-03-02T10:00 test': 4 / 5 }],
    ])
  })
})

interface AgpMonthEnd {
  readonly creates: readonly {
    readonly domain: string
    readonly create: string
    readonly years?: number
    readonly delete?: string | null
    readonly epp_result?: number
  }[]
  readonly expected: {
    readonly icann_grace_end_month: Readonly<Record<string, Readonly<Record<string, number>>>>
    readonly legacy_event_month: Readonly<Record<string, Readonly<Record<string, number>>>>
    readonly open_agp_at_month_end: Readonly<Record<string, number>>
  }
}

/** Where there are no scenarios, their tests are skipped. */
const NOTHING: AgpMonthEnd = {
  creates: [],
  expected: { icann_grace_end_month: {}, legacy_event_month: {}, open_agp_at_month_end: {} },
}

describe(`the months of S02${skipNote}`, () => {
  const { creates, expected } = hasRealData ? readScenario<AgpMonthEnd>('S02-agp-month-end.json') : NOTHING
  const epp: readonly EppEvent[] = creates.flatMap(({ domain, create, years = 1, delete: gone, epp_result }) => [
    eppEvent({ event_type: 'domain.create', event_ts: at(create), domain, years, result_code: epp_result ?? 1000 }),
    ...(typeof gone === 'string' ? [eppEvent({ event_type: 'domain.delete', event_ts: at(gone), domain })] : []),
  ])
  /** The columns of a report that begin so, by the month and what else the name of the figure has. */
  const columns = (
    byMonth: Readonly<Record<string, Readonly<Record<string, number>>>>,
    name: RegExp,
    rest: (found: string) => string,
  ): Figures =>
    Object.fromEntries(
      Object.entries(byMonth).flatMap(([month, report]) =>
        Object.entries(report).flatMap(([column, value]) => {
          const found = name.exec(column)
          return found === null ? [] : [[`${month}-01 ${rest(found[1] ?? '')}`, value] as const]
        }),
      ),
    )
  const TERM = /^net-adds-(\d+)-yr$/u

  // Mutation: examples/registrar/metrics/registration-metrics.ts: `where: fact.is('add_matured')` → `where: fact.is('created')`
  it.skipIf(!hasRealData)(
    'have net adds per term in both conventions, and deletes in grace and outside of it',
    async () => {
      const { icann_grace_end_month: icann, legacy_event_month: legacy } = expected
      await expectFigures({ epp }, [
        [netAdds, columns(icann, TERM, (term) => `${term} test 9001`)],
        [netAddsLegacy, columns(legacy, TERM, (term) => `${term} test 9001`)],
        [deletesGrace, columns(icann, /^deleted-domains-grace$/u, () => 'test 9001')],
        [deletesNograce, columns(icann, /^deleted-domains-nograce$/u, () => 'test 9001')],
      ])
    },
  )

  it.skipIf(!hasRealData)('end with as many domains, and open grace periods, as the reports say', async () => {
    const lastDays = { '2026-01': '2026-01-31', '2026-02': '2026-02-28', '2026-03': '2026-03-31' }
    const atMonthEnds = (byMonth: Readonly<Record<string, number>>): Figures =>
      Object.fromEntries(
        Object.entries(byMonth).map(([month, value]) => [
          `${lastDays[month as keyof typeof lastDays]} test 9001 null`,
          value,
        ]),
      )
    const held = Object.entries(expected.icann_grace_end_month).map(([month, report]) => [
      month,
      report['total-domains']!,
    ])
    const open = Object.entries(expected.open_agp_at_month_end)
    await expectFigures({ epp }, [
      [dum, atMonthEnds(Object.fromEntries(held)), 'among others'],
      // From April on, and five days after the last create of a slice, there is nothing to tell of grace periods.
      [openAgp, atMonthEnds(Object.fromEntries(open.filter(([month]) => month <= '2026-01'))), 'among others'],
    ])
  })

  it.skipIf(!hasRealData)('R63: add up over terms to the net adds of the month', async () => {
    const { batch } = await threeRuns([netAdds], { epp })
    const values = valuesOf(batch['net_adds_k_yr']!)
    const total = rollUp(netAdds as Metric<never, unknown, Record<string, SliceValue>>, values as never)
    expect(total.map(({ value }) => value)).toEqual([2, 3])
  })
})

describe('terms that end', () => {
  const cohort = Date.UTC(2026, 2, 1)
  const held = (name: string, expires: string) =>
    pollEvent({
      event_type: 'poll.domain_held',
      event_ts: at('2026-01-01T00:00:00Z'),
      domain: `${name}.test`,
      channel: 'web',
      created_ts: at('2025-01-01T00:00:00Z'),
      expires_ts: at(expires),
    })
  const TENTH = '2026-03-10T00:00:00Z'
  const events = {
    poll: [
      ...['paid', 'unpaid', 'kept', 'loved', 'dropped', 'left'].map((name) => held(name, TENTH)),
      ...['kept', 'loved', 'dropped'].map((name) =>
        pollEvent({ event_type: 'poll.auto_renewed', event_ts: at(TENTH), domain: `${name}.test` }),
      ),
    ],
    epp: [
      ...['paid', 'unpaid'].map((name) =>
        eppEvent({
          event_type: 'domain.renew',
          event_ts: at('2026-03-01T00:00:00Z'),
          domain: `${name}.test`,
          years: 1,
          request_id: name,
        }),
      ),
      // Within the 45 days of grace: the registry takes the renewal back.
      eppEvent({ event_type: 'domain.delete', event_ts: at('2026-04-20T00:00:00Z'), domain: 'dropped.test' }),
      eppEvent({
        event_type: 'domain.transfer_request',
        event_ts: at('2026-02-01T00:00:00Z'),
        domain: 'left.test',
        result_code: 1001,
        registrar: '9002',
        losing_registrar: '9001',
        years: 1,
      }),
    ],
    billing: [
      billingEvent({
        event_type: 'payment.captured',
        event_ts: at('2026-03-01T00:01:00Z'),
        domain: 'paid.test',
        request_id: 'paid',
        product: 'renew',
        amount_minor: 1299,
        currency: 'USD',
      }),
    ],
  }

  // Mutation: examples/registrar/metrics/renewal-metrics.ts: `numerator: where(renewed.is(1), count())` → `numerator: where(renewed.is(0), count())`
  it('R66: are renewed when paid for or kept beyond their grace, and are not counted when transferred away before', async () => {
    // Decided 75 days after the tenth of March. Of five that could be renewed one was paid, and two outlived their grace.
    await expectFigures(events, [
      [renewalRate, { [`2026-05-01 ${cohort} web test`]: 3 / 5 }, 'among others'],
      [churnRate, { [`2026-05-01 ${cohort} web test`]: 2 / 5 }, 'among others'],
    ])
  })

  // Mutation: examples/registrar/metrics/renewal-metrics.ts: `dimensions: { cohort: expires_ts.truncatedTo('month', 'UTC'), channel, tld }` → `dimensions: { cohort: expires_ts.truncatedTo('day', 'UTC'), channel, tld }`
  it('R68: are one cohort, though those of its last day are decided in another month than those of its first', async () => {
    const late = ['late', 'later'].map((name) => held(name, '2026-03-31T00:00:00Z'))
    await expectFigures({ ...events, poll: [...events.poll, ...late] }, [
      [
        renewalRate,
        { [`2026-05-01 ${cohort} web test`]: 3 / 5, [`2026-06-01 ${cohort} web test`]: 3 / 7 },
        'among others',
      ],
      [churnRate, { [`2026-06-01 ${cohort} web test`]: 4 / 7 }, 'among others'],
    ])
  })
})
