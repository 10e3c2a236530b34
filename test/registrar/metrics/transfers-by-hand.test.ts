/**
 * Transfers, on the scenario whose outcomes were counted by hand.
 */
import { rollUp, type AnyMetric, type Metric, type SliceValue } from '@tidemark/transforms/metrics'
import { describe, expect, it } from 'vitest'
import { eppEvent, type EppEvent, type EppType } from '../../../examples/registrar/events/epp-event.ts'
import { pollEvent } from '../../../examples/registrar/events/poll-event.ts'
import {
  authcodeFailure,
  netTransfers,
  transferCompletionRate,
  transferCompletionSla,
  transferFailureRate,
  transferFailures,
  transfersCompleted,
  transfersInitiated,
} from '../../../examples/registrar/metrics/transfer-metrics.ts'
import { hasRealData, readScenario, skipNote } from '../../scenarios/scenario-data.ts'
import { at } from '../three-ways.ts'
import { expectFigures, threeRuns, valuesOf, type SettledById } from './three-runs.ts'

interface Transfers {
  readonly transfers: readonly {
    readonly domain: string
    readonly request: string
    readonly action: 'approve' | 'reject' | 'cancel' | 'fail2202' | null
    readonly action_ts: string | null
    readonly after: readonly [what: string, at: string] | null
  }[]
  readonly expected: {
    readonly counts: Readonly<Record<string, number>>
    readonly completion_rate_gross: string
    readonly attempt_failure_rate: string
  }
}

const GAINING = '9001'
const LOSING = '9002'

/** Where there are no scenarios, their tests are skipped. */
const NOTHING: Transfers = {
  transfers: [],
  expected: { counts: {}, completion_rate_gross: '', attempt_failure_rate: '' },
}

describe(`the transfers of S03${skipNote}`, () => {
  const { transfers, expected } = hasRealData ? readScenario<Transfers>('S03-transfers.json') : NOTHING
  const command = (event_type: EppType, domain: string, time: string, result_code = 1000): EppEvent => {
    const isAnswer = event_type === 'domain.transfer_approve' || event_type === 'domain.transfer_reject'
    const isRequest = event_type === 'domain.transfer_request'
    const registrar = isAnswer ? LOSING : GAINING
    const losing_registrar = isRequest ? LOSING : null
    return eppEvent({ event_type, event_ts: at(time), domain, result_code, registrar, losing_registrar })
  }
  const epp = transfers.flatMap(({ domain, request, action, action_ts, after }) => [
    command('domain.transfer_request', domain, request, action === 'fail2202' ? 2202 : 1001),
    ...(action === null || action === 'fail2202' ? [] : [command(`domain.transfer_${action}`, domain, action_ts!)]),
    ...(after?.[0] === 'deleted_by_gaining' ? [command('domain.delete', domain, after[1])] : []),
  ])
  const poll = transfers.flatMap(({ domain, after }) =>
    after?.[0] === 'reversed_tdrp'
      ? [pollEvent({ event_type: 'poll.transfer_reversed', event_ts: at(after[1]), domain })]
      : [],
  )
  const events = { epp, poll }

  // Mutation: examples/registrar/metrics/transfer-metrics.ts: `where: fact.is('initiated')` → `where: fact.is('initiated').or(fact.is('completed'))`
  it.skipIf(!hasRealData)(
    'R8: are seven begun, five completed and one failed, in metrics that are never added',
    async () => {
      const metrics = [transfersInitiated, transfersCompleted, transferFailures] as readonly AnyMetric[]
      const { counts } = expected
      for (const byId of Object.values(await threeRuns(metrics, events)) as readonly SettledById[]) {
        const totals = metrics.map(({ id }) =>
          valuesOf(byId[id]!).reduce((sum, { value }) => sum + (value as number), 0),
        )
        expect(totals).toEqual([counts['initiated'], counts['completed'], counts['attempt_failed']])
        expect(totals).toEqual([7, 5, 1])
      }
    },
  )

  // Mutation: examples/registrar/metrics/transfer-metrics.ts: `where(outcome.completed.is(1), count())` → `count()`
  it.skipIf(!hasRealData)('R65: are completed by five of seven, each in the day of its request', async () => {
    await expectFigures(events, [
      [
        transferCompletionRate,
        {
          // Automatic.
          '2026-03-01 test null': 1,
          // One approved, one rejected.
          '2026-03-02 test null': 1 / 2,
          // One cancelled, one automatic and reversed weeks later.
          '2026-03-05 test null': 1 / 2,
          '2026-03-07 test null': 1,
          '2026-03-27 test null': 1,
        },
      ],
      [
        transferCompletionSla,
        {
          '2026-03-01 test null': 1,
          '2026-03-02 test null': 1 / 2,
          // What the gaining side cancels does not count.
          '2026-03-05 test null': 1,
          '2026-03-07 test null': 1,
          '2026-03-27 test null': 1,
        },
      ],
    ])
  })

  it.skipIf(!hasRealData)('R63: make rates of all days from their parts, never from the rates', async () => {
    const { batch } = await threeRuns([transferCompletionRate, transferCompletionSla], events)
    const parts = ({ id }: AnyMetric): string => {
      const all = valuesOf(batch[id]!).map((value) => value.parts as { numerator: number; denominator: number })
      const sum = (name: 'numerator' | 'denominator'): number => all.reduce((total, one) => total + one[name], 0)
      return `${sum('numerator')}/${sum('denominator')}`
    }
    expect(parts(transferCompletionRate)).toBe(expected.completion_rate_gross)
    // Five in time, one rejected; the cancelled one is left out.
    expect(parts(transferCompletionSla)).toBe('5/6')
  })

  it.skipIf(!hasRealData)('R65: fail by one request of eight', async () => {
    const { batch } = await threeRuns([transferFailureRate, authcodeFailure], events)
    const failures = valuesOf(batch['transfer_failure_rate']!).map(
      ({ parts }) => parts as { numerator: number; denominator: number },
    )
    const [failed, all] = [failures.map((one) => one.numerator), failures.map((one) => one.denominator)]
    expect(`${total(failed)}/${total(all)}`).toBe(expected.attempt_failure_rate)
    await expectFigures(events, [[authcodeFailure, { '2026-03-20 test': 1 }, 'among others']])
  })

  it.skipIf(!hasRealData)('win four and lose five', async () => {
    const { batch } = await threeRuns([netTransfers], events)
    const values = valuesOf(batch['net_transfers']!)
    const byRegistrar = rollUp(netTransfers as Metric<never, unknown, Record<string, SliceValue>>, values as never, {
      by: ['registrar'],
    })
    const of = (registrar: string): number =>
      total(byRegistrar.filter(({ slice }) => slice['registrar'] === registrar).map(({ value }) => value as number))
    expect([of(GAINING), of(LOSING)]).toEqual([4, -5])
  })
})

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
