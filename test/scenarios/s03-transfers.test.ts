/**
 * S03: transfers, each counted once for what it is: asked for, failed, turned down, done by hand or by silence, reversed.
 */
import { describe, it } from 'vitest'
import { transferFacts, type TransferFact } from '../../examples/registrar/domain/transfer-facts.ts'
import { netTransfers, transferOutcomes } from '../../examples/registrar/domain/transfer-outcomes.ts'
import { eppEvent, type EppEvent, type EppType } from '../../examples/registrar/events/epp-event.ts'
import { pollEvent, type PollEvent } from '../../examples/registrar/events/poll-event.ts'
import { pipe } from '@tidemark/core'
import { at, expectAnswer, monthOf, sums, type Dated } from '../registrar/three-ways.ts'
import { hasRealData, readScenario, skipNote } from './scenario-data.ts'

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
    readonly completion_rate_net_of_reversals: string
    readonly attempt_failure_rate: string
    readonly gaining: Readonly<Record<string, Readonly<Record<string, number>>>>
    readonly losing: Readonly<Record<string, Readonly<Record<string, number>>>>
    readonly hours_to_complete: Readonly<Record<string, number>>
    readonly pending_at_2026_03_month_end: number
    readonly sla_5d_met: string
  }
}

const GAINING = '9001'
const LOSING = '9002'
type Rows = readonly Dated<TransferFact>[]

describe(`S03, transfers${skipNote}`, () => {
  const { transfers, expected }: Transfers = hasRealData
    ? readScenario<Transfers>('S03-transfers.json')
    : {
        transfers: [],
        expected: {
          counts: {},
          completion_rate_gross: '',
          completion_rate_net_of_reversals: '',
          attempt_failure_rate: '',
          gaining: {},
          losing: {},
          hours_to_complete: {},
          pending_at_2026_03_month_end: 0,
          sla_5d_met: '',
        },
      }
  const events: readonly (EppEvent | PollEvent)[] = transfers.flatMap(
    ({ domain, request, action, action_ts, after }) => {
      const epp = (type: EppType, time: string, result_code = 1000): EppEvent =>
        eppEvent({
          event_type: type,
          event_ts: at(time),
          domain,
          result_code,
          registrar: type === 'domain.transfer_approve' || type === 'domain.transfer_reject' ? LOSING : GAINING,
          ...(type === 'domain.transfer_request' && { losing_registrar: LOSING }),
        })
      if (action === 'fail2202') return [epp('domain.transfer_request', request, 2202)]
      return [
        epp('domain.transfer_request', request, 1001),
        ...(action === null ? [] : [epp(`domain.transfer_${action}`, action_ts!)]),
        ...(after?.[0] === 'deleted_by_gaining' ? [epp('domain.delete', after[1])] : []),
        ...(after?.[0] === 'reversed_tdrp'
          ? [pollEvent({ event_type: 'poll.transfer_reversed', event_ts: at(after[1]), domain })]
          : []),
      ]
    },
  )
  const expectFacts = async <A>(answer: (rows: Rows) => A, right: A): Promise<void> => {
    await expectAnswer(transferFacts(), events, answer, right)
  }

  // Mutation: examples/registrar/domain/transfer-facts.ts: `return before.pending === null ?` → `return before.pending !== null ?`
  it.skipIf(!hasRealData)('counts each transfer once for each thing that it is', async () => {
    await expectFacts(
      (rows) => ({
        initiated: count(rows, 'initiated'),
        completed: count(rows, 'completed'),
        auto_approved: rows.filter(({ value }) => value.fact === 'completed' && value.automatic).length,
        explicit: rows.filter(({ value }) => value.fact === 'completed' && !value.automatic).length,
        rejected: count(rows, 'rejected'),
        cancelled: count(rows, 'cancelled'),
        attempt_failed: count(rows, 'attempt_failed'),
        reversed: count(rows, 'reversed'),
        completed_then_deleted_in_grace: count(rows, 'deleted_in_grace'),
      }),
      expected.counts,
    )
  })

  it.skipIf(!hasRealData)('gives rates of completion and of failure', async () => {
    await expectFacts(
      (rows) => [
        `${count(rows, 'completed')}/${count(rows, 'initiated')}`,
        `${count(rows, 'completed') - count(rows, 'reversed')}/${count(rows, 'initiated')}`,
        `${count(rows, 'attempt_failed')}/${count(rows, 'attempt_failed') + count(rows, 'initiated')}`,
      ],
      [expected.completion_rate_gross, expected.completion_rate_net_of_reversals, expected.attempt_failure_rate],
    )
  })

  // Mutation: examples/registrar/domain/transfer-facts.ts: `fact.registrar === event.registrar` → `fact.registrar !== event.registrar`
  it.skipIf(!hasRealData)('counts gains and losses apart, which need not match', async () => {
    const byMonth = (rows: Rows, columns: Readonly<Record<string, string>>): unknown => {
      const months = [...new Set(rows.map(({ timestamp }) => monthOf(timestamp)))].toSorted()
      const named = months.map((month) => [
        month,
        sums(
          rows.filter(({ timestamp }) => monthOf(timestamp) === month),
          ({ value }) => columns[value.fact],
        ),
      ])
      return Object.fromEntries(named.filter(([, columnsOfMonth]) => Object.keys(columnsOfMonth!).length > 0))
    }
    await expectFacts(
      (rows) => [
        byMonth(rows, {
          gaining_successful: 'transfer-gaining-successful',
          rejected: 'transfer-gaining-nacked',
          reversed: 'transfer-disputed-lost',
        }),
        byMonth(rows, {
          losing_successful: 'transfer-losing-successful',
          rejected: 'transfer-losing-nacked',
          reversed: 'transfer-disputed-won',
        }),
      ],
      [expected.gaining, expected.losing],
    )
  })

  it.skipIf(!hasRealData)('knows how long transfers took and which were pending at the end of March', async () => {
    await expectFacts(
      (rows) => {
        const took = rows
          .filter(({ value }) => value.fact === 'completed')
          .map(({ value }) => value.duration_ms! / 3_600_000)
          .toSorted((a, b) => a - b)
        const ofMarch = rows.filter(({ timestamp }) => monthOf(timestamp) <= '2026-03')
        const ended = count(ofMarch, 'completed') + count(ofMarch, 'rejected') + count(ofMarch, 'cancelled')
        return [
          { min: took[0]!, median: took[took.length >> 1]!, max: took.at(-1)! },
          count(ofMarch, 'initiated') - ended,
        ]
      },
      [
        { ...expected.hours_to_complete } as { min: number; median: number; max: number },
        expected.pending_at_2026_03_month_end,
      ],
    )
  })

  it.skipIf(!hasRealData)('says of the requests how they ended, by the day of the request', async () => {
    await expectAnswer(
      pipe(transferFacts(), transferOutcomes),
      events,
      (rows) => {
        const completed = rows.filter(({ value }) => value.completed === 1)
        return [
          `${completed.length}/${rows.length}`,
          `${completed.filter(({ value }) => value.in_sla === 1).length}/${completed.length}`,
          rows.every(({ value, timestamp }) => value.requested_ts === timestamp),
        ]
      },
      [expected.completion_rate_gross, expected.sla_5d_met, true],
    )
  })

  it.skipIf(!hasRealData)('nets gains and losses by the day on which transfers were completed', async () => {
    // Five completed, one of them deleted in its grace: four gains stay, and five losses.
    await expectAnswer(
      pipe(transferFacts(), netTransfers),
      events,
      (rows) =>
        sums(
          rows,
          ({ value }) => value.registrar ?? 'nobody',
          ({ value }) => value.net,
        ),
      { [GAINING]: 4, [LOSING]: -5 },
    )
  })
})

function count(rows: Rows, fact: string): number {
  return rows.filter(({ value }) => value.fact === fact).length
}
