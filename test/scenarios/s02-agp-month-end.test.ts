/**
 * S02: add grace periods over the end of a month, in both conventions of dating.
 */
import { describe, it } from 'vitest'
import { eppEvent, type EppEvent } from '../../examples/registrar/events/epp-event.ts'
import { lifecycleFacts, type RegistryEvent } from '../../examples/registrar/domain/lifecycle-facts.ts'
import type { LifecycleFact } from '../../examples/registrar/domain/lifecycle-fact.ts'
import { netRegistrations } from '../../examples/registrar/domain/net-registrations.ts'
import { at, expectAnswer, monthOf, sums, type Dated } from '../registrar/three-ways.ts'
import { hasRealData, readScenario, skipNote } from './scenario-data.ts'

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

const MONTHS = ['2026-01', '2026-02', '2026-03']

describe(`S02, add grace periods over the end of a month${skipNote}`, () => {
  const { creates, expected }: AgpMonthEnd = hasRealData
    ? readScenario<AgpMonthEnd>('S02-agp-month-end.json')
    : { creates: [], expected: { icann_grace_end_month: {}, legacy_event_month: {}, open_agp_at_month_end: {} } }
  const events: readonly EppEvent[] = creates.flatMap(({ domain, create, years = 1, delete: gone, epp_result }) => [
    eppEvent({
      event_type: 'domain.create',
      event_ts: at(create),
      domain,
      years,
      ...(epp_result !== undefined && { result_code: epp_result }),
    }),
    ...(typeof gone === 'string' ? [eppEvent({ event_type: 'domain.delete', event_ts: at(gone), domain })] : []),
  ])

  // Mutation: examples/registrar/domain/life-after-event.ts: `add_until: now + policy.addGrace * DAY` → `add_until: now + policy.addGrace * DAY + 1`
  it.skipIf(!hasRealData)('gives the months of ICANN, where adds are dated by the end of their grace', async () => {
    await expectAnswer(lifecycleFacts(), asRegistry(events), icannMonths, expected.icann_grace_end_month)
  })

  it.skipIf(!hasRealData)('gives the months of the older convention, where adds are dated by the create', async () => {
    await expectAnswer(
      netRegistrations,
      events,
      (rows) => ({
        '2026-01': sums(
          rows.filter(({ timestamp }) => monthOf(timestamp) === '2026-01'),
          ({ value }) => `net-adds-${value.years}-yr`,
          ({ value }) => value.net,
        ),
      }),
      expected.legacy_event_month,
    )
  })

  it.skipIf(!hasRealData)('knows how many add grace periods are open at the end of a month', async () => {
    const open = (rows: readonly Dated<LifecycleFact>[]): unknown =>
      Object.fromEntries(MONTHS.map((month) => [month, total(rows, month, 'agp')]))
    await expectAnswer(lifecycleFacts(), asRegistry(events), open, expected.open_agp_at_month_end)
  })

  it.skipIf(!hasRealData)('explains the change of every month by adds, deletes and open grace periods', async () => {
    // dDUM = net adds - deletes outside of grace + openAGP(end) - openAGP(start)
    const gaps = (rows: readonly Dated<LifecycleFact>[]): readonly number[] =>
      MONTHS.map((month, index) => {
        const before = index === 0 ? '2025-12' : MONTHS[index - 1]!
        const count = (fact: string): number =>
          rows.filter(({ value, timestamp }) => value.fact === fact && monthOf(timestamp) === month).length
        const change = total(rows, month, 'dum') - total(rows, before, 'dum')
        const opened = total(rows, month, 'agp') - total(rows, before, 'agp')
        return change - (count('add_matured') - count('deleted_nograce') + opened)
      })
    await expectAnswer(lifecycleFacts(), asRegistry(events), gaps, [0, 0, 0])
  })

  function icannMonths(rows: readonly Dated<LifecycleFact>[]): unknown {
    return Object.fromEntries(
      MONTHS.map((month) => {
        const ofMonth = rows.filter(({ timestamp }) => monthOf(timestamp) === month)
        const attempted = events.filter(
          ({ event_type, event_ts }) => event_type === 'domain.create' && monthOf(event_ts) === month,
        ).length
        return [
          month,
          {
            ...(attempted > 0 && { 'attempted-adds': attempted }),
            ...sums(ofMonth, ({ value }) => columnOf(value)),
            'total-domains': total(rows, month, 'dum'),
          },
        ]
      }),
    )
  }
})

function asRegistry(events: readonly EppEvent[]): readonly RegistryEvent[] {
  return events
}

/** The sum of a figure of all facts up to the end of a month. */
function total(rows: readonly Dated<LifecycleFact>[], month: string, figure: 'dum' | 'agp'): number {
  return rows.filter(({ timestamp }) => monthOf(timestamp) <= month).reduce((sum, { value }) => sum + value[figure], 0)
}

/** The column of the monthly report that a fact counts in. */
function columnOf({ fact, years }: LifecycleFact): string | undefined {
  if (fact === 'add_matured') return `net-adds-${years}-yr`
  if (fact === 'deleted_grace') return 'deleted-domains-grace'
  return fact === 'deleted_nograce' ? 'deleted-domains-nograce' : undefined
}
