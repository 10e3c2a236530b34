/**
 * Every derived stream settles on one answer, however its events come; and corrections of abuse reports, one rule at a time.
 */
import { pipe, type PCollection, type PTransform } from '@tidemark/core'
import { assertSameAnswer } from '@tidemark/runners/testing'
import { describe, expect, it } from 'vitest'
import { abuseFacts } from '../../examples/registrar/domain/abuse-facts.ts'
import { agpLimits } from '../../examples/registrar/domain/agp-limits.ts'
import { apiTries } from '../../examples/registrar/domain/api-tries.ts'
import { attributedOrders, reportsWithAge } from '../../examples/registrar/domain/attribution.ts'
import { accountMonths, holdings, partnerTransfers } from '../../examples/registrar/domain/holdings.ts'
import { lifecycleFacts } from '../../examples/registrar/domain/lifecycle-facts.ts'
import { netRegistrations, paidRegistrations } from '../../examples/registrar/domain/net-registrations.ts'
import {
  abuseMitigations,
  abuseResponses,
  dnsChanges,
  trials,
  workflowRuns,
} from '../../examples/registrar/domain/outcomes.ts'
import { cohortMargins, revenueRows } from '../../examples/registrar/domain/revenue-rows.ts'
import { transferFacts } from '../../examples/registrar/domain/transfer-facts.ts'
import { transferOutcomes } from '../../examples/registrar/domain/transfer-outcomes.ts'
import { abuseEvent, type AbuseType } from '../../examples/registrar/events/abuse-event.ts'
import type { CoreEvent } from '../../examples/registrar/events/core-event.ts'
import { generateEvents } from '../../examples/registrar/generated/generate-events.ts'
import { rowsOf } from './rows-of.ts'

const { epp, poll, billing, web, abuse, app, api } = generateEvents({ seed: 4, days: 14 })

/** Events of some entities, so that a run is short and no entity is torn apart. */
function some<E extends CoreEvent>(events: readonly E[], most: number): readonly E[] {
  return events.filter(
    ({ domain, account_id }) => Number((domain ?? account_id ?? '0').replaceAll(/\D/g, '') || 0) % 97 < most,
  )
}

interface Stream<E = never> {
  readonly name: string
  readonly transform: PTransform<PCollection<E>, PCollection<unknown>>
  readonly events: readonly E[]
}

function stream<E>(
  name: string,
  transform: PTransform<PCollection<E>, PCollection<unknown>>,
  events: readonly E[],
): Stream {
  return { name, transform, events } as unknown as Stream
}

const registry = [...some(epp, 8), ...some(poll, 8), ...some(billing, 8)]
const profiles = some(web, 20).filter(({ event_type }) => event_type === 'account.profiled')

const STREAMS: readonly Stream[] = [
  stream('lifecycleFacts', lifecycleFacts(), registry),
  stream('agpLimits', pipe(lifecycleFacts(), agpLimits), registry),
  stream('holdings', holdings, [...registry, ...profiles]),
  stream('accountMonths', pipe(holdings, accountMonths), [...registry, ...profiles]),
  stream('netRegistrations', netRegistrations, some(epp, 12)),
  stream('paidRegistrations', paidRegistrations, [...some(epp, 8), ...some(billing, 8)]),
  stream('transferOutcomes', pipe(transferFacts(), transferOutcomes), [...some(epp, 30), ...some(poll, 30)]),
  stream('partnerTransfers', partnerTransfers, [...some(epp, 10), ...some(poll, 10), ...profiles]),
  stream('cohortMargins', pipe(revenueRows, cohortMargins), some(billing, 12)),
  stream('abuseFacts', abuseFacts, some(abuse, 20)),
  stream('abuseResponses', abuseResponses, some(abuse, 20)),
  stream('abuseMitigations', abuseMitigations, some(abuse, 20)),
  stream('reportsWithAge', reportsWithAge, [...some(abuse, 12), ...some(epp, 12)]),
  stream('workflowRuns', workflowRuns, some(app, 4)),
  stream('dnsChanges', dnsChanges, some(app, 4)),
  stream('trials', trials, some(billing, 8)),
  stream('attributedOrders', attributedOrders, [...some(billing, 8), ...some(web, 8)]),
  stream('apiTries', apiTries, some(api, 5)),
]

describe('a derived stream', () => {
  it.each(STREAMS)('$name settles on the same in every mode and order', ({ transform, events }) => {
    expect(events.length).toBeGreaterThan(10)
    assertSameAnswer(transform as PTransform<PCollection<CoreEvent>, PCollection<unknown>>, events, {
      timestamp: ({ event_ts }) => event_ts,
      runs: 6,
      seed: 9,
    })
  })
})

describe('abuseFacts', () => {
  const says = (event_type: AbuseType, event_ts: number, abuse_category: string | null = null) =>
    abuseEvent({ event_type, event_ts, report_id: 'b1', abuse_category })
  const facts = async (...events: ReturnType<typeof says>[]): Promise<readonly string[]> =>
    (await rowsOf(events, abuseFacts)).map(({ value }) => `${value.at_ts} ${value.category} ${value.count}`)

  it('hears of a report once', async () => {
    expect(await facts(says('abuse.reported', 1, 'spam'), says('abuse.reported', 2, 'malware'))).toEqual(['1 spam 1'])
  })

  it('takes a correction of an unknown report for the first that is heard of it', async () => {
    expect(await facts(says('abuse.reclassified', 3, 'malware'), says('abuse.withdrawn', 4))).toEqual([
      '3 malware 1',
      '4 malware -1',
    ])
  })

  it('has nothing to correct after a withdrawal, nor when nothing changes', async () => {
    const told = await facts(
      says('abuse.reported', 1, 'spam'),
      says('abuse.reclassified', 2, 'spam'),
      says('abuse.withdrawn', 3),
      says('abuse.reclassified', 4, 'malware'),
      says('abuse.withdrawn', 5),
    )
    expect(told).toEqual(['1 spam 1', '3 spam -1'])
  })

  it('keeps what was known about the report in what it takes back', async () => {
    const report = abuseEvent({
      event_type: 'abuse.reported',
      event_ts: 1,
      report_id: 'b1',
      abuse_category: 'spam',
      domain: 'a.test',
      registrar: '9001',
      complainant: 'c1',
    })
    const rows = await rowsOf([report, says('abuse.withdrawn', 2)], abuseFacts)
    expect(rows[1]?.value).toEqual({ ...rows[0]?.value, at_ts: 2, count: -1 })
    expect(rows[1]?.value).toMatchObject({ domain: 'a.test', tld: 'test', registrar: '9001', complainant: 'c1' })
  })
})
