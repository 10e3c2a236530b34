/**
 * The product: workflows, features, tickets, auth codes and the API, on events so few that every figure is counted by hand.
 */
import type { AnyMetric } from '@tidemark/transforms/metrics'
import { describe, expect, it } from 'vitest'
import { abuseEvent } from '../../../examples/registrar/events/abuse-event.ts'
import { apiEvent } from '../../../examples/registrar/events/api-event.ts'
import { appEvent, type AppEvent } from '../../../examples/registrar/events/app-event.ts'
import { eppEvent } from '../../../examples/registrar/events/epp-event.ts'
import { pipelineEvent } from '../../../examples/registrar/events/pipeline-event.ts'
import { pollEvent } from '../../../examples/registrar/events/poll-event.ts'
import { supportEvent } from '../../../examples/registrar/events/support-event.ts'
import { abuseFirstResponse, abuseTimeToMitigate } from '../../../examples/registrar/metrics/abuse-metrics.ts'
import {
  apiErrors,
  apiErrorShare,
  apiLatency,
  apiRetryRate,
  rateLimitHits,
} from '../../../examples/registrar/metrics/api-metrics.ts'
import {
  dnsChangeLatency,
  featureAdoption,
  ticketDeflection,
  workflowCompletion,
} from '../../../examples/registrar/metrics/growth-metrics.ts'
import { freshness, ingestLag, stageDuration } from '../../../examples/registrar/metrics/pipeline-metrics.ts'
import { restoreTimeP95 } from '../../../examples/registrar/metrics/renewal-metrics.ts'
import { authcodeRate } from '../../../examples/registrar/metrics/transfer-metrics.ts'
import { at } from '../three-ways.ts'
import { expectFigures, threeRuns, valuesOf, type SettledById } from './three-runs.ts'

const MINUTE = 60_000
const app = (event_type: AppEvent['event_type'], time: string, more: Partial<AppEvent> = {}): AppEvent =>
  appEvent({ event_type, event_ts: at(time), ...more })

describe('the product', () => {
  it('R67: has one run of three that comes to its end within an hour', async () => {
    const run = (event_type: AppEvent['event_type'], run_id: string, time: string) =>
      app(event_type, `2026-03-02T${time}Z`, { run_id, workflow: 'transfer-in' })
    const events = [
      ...['soon', 'late', 'never'].map((run_id) => run('workflow.started', run_id, '10:00:00')),
      run('workflow.completed', 'soon', '10:59:59.999'),
      run('workflow.completed', 'late', '11:00:00'),
    ]
    await expectFigures({ app: events }, [[workflowCompletion, { '2026-03-02 transfer-in': 1 / 3 }]])
  })

  it('R67: is used by two of the three who were there in 28 days, and by one of two when the first day is over', async () => {
    const active = (account_id: string, day: string) =>
      app('account.active', `2026-03-${day}T00:00:00Z`, { account_id })
    const used = (account_id: string, day: string, feature: string) =>
      app('feature.used', `2026-03-${day}T01:00:00Z`, { account_id, feature })
    const events = [
      active('ann', '01'),
      active('bob', '02'),
      active('cy', '20'),
      used('ann', '01', 'bulk'),
      // Twice, and by another feature: one account all the same.
      used('bob', '20', 'dnssec'),
      used('bob', '20', 'bulk'),
    ]
    // Windows are named by their first day: 28 days up to 20 March, and up to 29 March.
    await expectFigures({ app: events }, [
      [featureAdoption, { '2026-02-21': 2 / 3, '2026-03-02': 1 / 2 }, 'among others'],
    ])
  })

  // Mutation: examples/registrar/metrics/growth-metrics.ts: `1 - opened / begun` → `opened - begun`
  it('R67: makes half as many tickets per run as for the control group', async () => {
    const variants = (guided: number, control: number): readonly string[] => [
      ...Array.from({ length: guided }, () => 'guided'),
      ...Array.from({ length: control }, () => 'control'),
    ]
    const workflow = 'dns-setup'
    const runs = variants(4, 4).map((variant, index) =>
      app('workflow.started', '2026-03-03T00:00:00Z', { workflow, variant, run_id: String(index) }),
    )
    const support = variants(1, 2).map((variant, index) =>
      supportEvent({
        event_type: 'ticket.opened',
        event_ts: at('2026-03-04T00:00:00Z'),
        ticket_id: String(index),
        workflow,
        variant,
      }),
    )
    await expectFigures({ app: runs, support }, [[ticketDeflection, { '2026-03-02 dns-setup': 1 / 2 }]])
  })

  it('R67: gives out two auth codes for four domains', async () => {
    const poll = ['a', 'b', 'c', 'd'].map((name) =>
      pollEvent({
        event_type: 'poll.domain_held',
        event_ts: at('2026-03-01T00:00:00Z'),
        domain: `${name}.test`,
        expires_ts: at('2026-12-01T00:00:00Z'),
      }),
    )
    const codes = ['10:10', '10:50'].map((time) =>
      app('authcode.issued', `2026-03-02T${time}:00Z`, { domain: 'a.test' }),
    )
    await expectFigures({ poll, app: codes }, [[authcodeRate, { '2026-03-02T10:00': 2 / 4 }, 'among others']])
  })

  // Mutation: examples/registrar/metrics/api-metrics.ts: `http_status.atLeast(500)` → `http_status.atLeast(400)`
  it('R67: fails by two requests of six through us, and one is another try', async () => {
    const api = [200, 404, 429, 500, 503, 200].map((http_status, index) =>
      apiEvent({
        event_type: 'api.request',
        event_ts: at('2026-03-02T10:00:00Z') + index,
        event_id: String(index),
        // The last one is the one before once more.
        request_id: String(Math.min(index, 4)),
        http_status,
      }),
    )
    const window = '2026-03-02T10:00 GET /domains'
    await expectFigures({ api }, [
      [apiErrorShare, { [window]: 2 / 6 }],
      [apiErrors, { [`${window} 404`]: 1, [`${window} 429`]: 1, [`${window} 500`]: 1, [`${window} 503`]: 1 }],
      [apiRetryRate, { [window]: 1 / 6 }],
      [rateLimitHits, { '2026-03-02T10:00': 1 / 6 }],
    ])
  })

  it('R65: is refused by the registry for its number of commands, with the registry alone as well', async () => {
    const epp = [1000, 2502].map((result_code, index) =>
      eppEvent({
        event_type: 'domain.update',
        event_ts: at('2026-03-02T10:00:00Z') + index,
        event_id: String(index),
        domain: 'a.test',
        result_code,
      }),
    )
    await expectFigures({ epp }, [[rateLimitHits, { '2026-03-02T10:00': 1 / 2 }]])
  })
})

describe('lengths of time', () => {
  const start = '2026-03-02T10:00:00Z'
  const event_ts = at(start)
  const report = { report_id: '1', domain: 'a.test', abuse_category: 'phishing' }
  const end = event_ts + 90 * MINUTE
  const events = {
    abuse: [
      abuseEvent({ event_type: 'abuse.reported', event_ts, ...report }),
      abuseEvent({ event_type: 'abuse.evidence_complete', event_ts, ...report }),
      abuseEvent({ event_type: 'abuse.responded', event_ts: end, ...report }),
      abuseEvent({ event_type: 'abuse.mitigated', event_ts: end, ...report }),
    ],
    app: [
      appEvent({ event_type: 'dns_change.accepted', event_ts, request_id: '1' }),
      appEvent({ event_type: 'dns_change.live', event_ts: end, request_id: '1' }),
    ],
    api: [apiEvent({ event_type: 'api.request', event_ts, latency_ms: 90 * MINUTE })],
    poll: [
      pollEvent({
        event_type: 'poll.domain_held',
        event_ts: event_ts - 9 * MINUTE,
        domain: 'a.test',
        expires_ts: at('2027-01-01T00:00:00Z'),
      }),
    ],
    epp: [
      eppEvent({ event_type: 'domain.delete', event_ts: event_ts - MINUTE, domain: 'a.test' }),
      eppEvent({ event_type: 'domain.restore_request', event_ts, domain: 'a.test' }),
      eppEvent({ event_type: 'domain.restore_report', event_ts: end, domain: 'a.test' }),
    ],
    pipeline: [
      pipelineEvent({ event_type: 'pipeline.record', event_ts, subject: 'epp', ingested_ts: end, available_ts: end }),
      pipelineEvent({
        event_type: 'pipeline.stage',
        event_ts,
        subject: 'epp',
        part: 'standardise',
        latency_ms: 90 * MINUTE,
      }),
    ],
  }
  const timed: readonly AnyMetric[] = [
    abuseFirstResponse,
    abuseTimeToMitigate,
    dnsChangeLatency,
    apiLatency,
    restoreTimeP95,
    ingestLag,
    stageDuration,
  ]

  it('R65, R67: are told within a hundredth', async () => {
    const runs = await threeRuns([...timed, freshness], events)
    for (const byId of Object.values(runs) as readonly SettledById[]) {
      for (const { id } of timed) {
        const quantiles = valuesOf(byId[id]!).flatMap(({ value }) => Object.values(value as Record<string, number>))
        expect(quantiles.length, `values of ${id}`).toBeGreaterThan(0)
        for (const told of quantiles)
          expect(Math.abs(told / (90 * MINUTE) - 1), `error of ${id}`).toBeLessThanOrEqual(0.01)
      }
      // A date is told to the millisecond.
      expect(valuesOf(byId['freshness']!).map(({ value }) => value)).toEqual([end])
    }
  })
})
