/**
 * The dictionary as a whole: every number that the registrar must have is there, somebody answers for it, and it comes from events.
 */
import { readFileSync } from 'node:fs'
import { days } from '@tidemark/core'
import { count } from '@tidemark/transforms'
import { defineMetric, defineStrictMetric, strictDictionary, type Lineage } from '@tidemark/transforms/metrics'
import { describe, expect, it } from 'vitest'
import { ABUSE_TYPES } from '../../../examples/registrar/events/abuse-event.ts'
import { API_TYPES } from '../../../examples/registrar/events/api-event.ts'
import { APP_TYPES } from '../../../examples/registrar/events/app-event.ts'
import { BILLING_TYPES } from '../../../examples/registrar/events/billing-event.ts'
import { DNS_TYPES } from '../../../examples/registrar/events/dns-event.ts'
import { EPP_TYPES } from '../../../examples/registrar/events/epp-event.ts'
import { PIPELINE_TYPES } from '../../../examples/registrar/events/pipeline-event.ts'
import { POLL_TYPES } from '../../../examples/registrar/events/poll-event.ts'
import { SUPPORT_TYPES } from '../../../examples/registrar/events/support-event.ts'
import { WEB_TYPES } from '../../../examples/registrar/events/web-event.ts'
import { DAY } from '../../../examples/registrar/metrics/governance.ts'
import { eppLog } from '../../../examples/registrar/metrics/sources.ts'
import { REGISTRAR_DICTIONARY } from '../../../examples/registrar/metrics/dictionary.ts'

/** The numbers that the registrar must have: by owner, then by grain. */
const WANTED: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'ops-registry': {
    day: [
      'reg_attempts',
      'transfers_completed',
      'transfer_completion_rate',
      'transfer_completion_sla',
      'restore_time_mean',
      'restore_time_p95',
    ],
    hour: ['transfers_initiated'],
    '5 min': ['reg_success_rate', 'reg_success_rate_addressable', 'transfer_failure_rate', 'rate_limit_hits'],
  },
  finance: {
    day: ['registrations_paid', 'dum', 'revenue'],
    month: ['net_adds_k_yr', 'deletes_grace', 'deletes_nograce', 'renewals_net_k_yr', 'arpd'],
    hour: ['payment_success_rate'],
  },
  sales: {
    day: ['registrations_created', 'registrations_net', 'net_transfers', 'conversion_by_campaign'],
    week: ['transfer_in_by_partner', 'trial_to_paid'],
    month: ['renewal_rate', 'churn_rate', 'logo_churn_rate', 'portfolio_growth', 'ltv'],
  },
  product: {
    hour: ['authcode_rate', 'authcode_failure'],
    day: ['dns_change_latency', 'workflow_completion', 'feature_adoption'],
    '5 min': ['api_error_share', 'api_latency', 'api_retry_rate'],
    week: ['ticket_deflection'],
  },
  'ops-dns': { '1 min': ['dns_qps', 'dns_error_rate'], '5 min': ['dns_nxdomain_ratio'] },
  abuse: {
    '5 min': ['dns_unique_sub_ratio'],
    day: [
      'abuse_reports_rows',
      'abuse_reports_complainant',
      'abuse_reports_domain',
      'abuse_first_response',
      'abuse_time_to_mitigate',
    ],
    month: ['abuse_per_10k'],
  },
  data: {
    hour: ['within_sla'],
    '5 min': ['ingest_lag', 'freshness', 'stage_duration'],
    day: ['dedup_rate', 'null_rate', 'quarantine_rate', 'completeness', 'recon_gap_count', 'recon_gap_minor'],
  },
}

/** How grains are described. */
const GRAINS: Readonly<Record<string, RegExp>> = {
  '1 min': /^fixed\(size=PT1M\)$/u,
  '5 min': /^fixed\(size=PT5M\)$/u,
  hour: /^fixed\(size=PT1H\)$/u,
  day: /calendar\(1 days .*zone=UTC/u,
  week: /calendar\(7 days from 1970-01-05, zone=UTC/u,
  month: /calendar\(1 months .*zone=UTC/u,
}

const wanted = Object.entries(WANTED).flatMap(([owner, byGrain]) =>
  Object.entries(byGrain).flatMap(([grain, ids]) => ids.map((id) => ({ id, owner, grain }))),
)

const EVENT_TYPES: ReadonlySet<string> = new Set([
  ...EPP_TYPES,
  ...POLL_TYPES,
  ...BILLING_TYPES,
  ...WEB_TYPES,
  ...DNS_TYPES,
  ...ABUSE_TYPES,
  ...APP_TYPES,
  ...API_TYPES,
  ...SUPPORT_TYPES,
  ...PIPELINE_TYPES,
])

/** What a metric rests on, by kind of node. */
function restsOn({ nodes }: Lineage, kind: Lineage['nodes'][number]['kind']): readonly string[] {
  return nodes.filter((node) => node.kind === kind).map(({ label }) => label)
}

describe('the dictionary of the registrar', () => {
  it.each(wanted)('R57: has $id, which $owner answers for, by $grain', ({ id, owner, grain }) => {
    const { entry } = REGISTRAR_DICTIONARY.get(id)
    expect(entry.owner).toBe(owner)
    expect(entry.grain).toMatch(GRAINS[grain]!)
  })

  it('R57: says of every metric what it is, who answers for it, what is decided by it and when it is final', () => {
    const headings = new Set(
      [
        ...readFileSync(new URL('../../../examples/registrar/runbooks.md', import.meta.url), 'utf8').matchAll(
          /^## (.+)$/gmu,
        ),
      ].map(([, name]) => name!.toLowerCase()),
    )
    for (const entry of REGISTRAR_DICTIONARY.entries) {
      const { id, runbook, ...said } = entry
      for (const part of [
        'formula',
        'description',
        'owner',
        'unit',
        'decision',
        'finality',
        'freshness',
        'refresh',
      ] as const)
        expect(said[part], `${part} of ${id}`).toMatch(/\S/u)
      expect(said.formula, `formula of ${id}`).not.toBe('function')
      expect(said.audience.length, `audience of ${id}`).toBeGreaterThan(0)
      expect(said.sources.length, `sources of ${id}`).toBeGreaterThan(0)
      const [file, heading] = runbook!.split('#')
      expect(file).toBe('examples/registrar/runbooks.md')
      expect(headings, `runbook of ${id}`).toContain(heading)
    }
  })

  it('R57: refuses a metric that nobody answers for', () => {
    const definition = {
      id: 'nobody_s',
      source: eppLog,
      measure: count(),
      grain: DAY,
      unit: 'commands',
      decision: 'informational',
      audience: 'ops',
      runbook: 'runbooks.md',
      finality: days(1),
      freshness: days(1),
    }
    expect(() => defineStrictMetric({ ...definition, owner: 'data' })).not.toThrow()
    // @ts-expect-error It has no owner, which does not compile either.
    expect(() => defineStrictMetric(definition)).toThrow(expect.objectContaining({ code: 'GOVERNANCE_MISSING' }))
    const loose = defineMetric({ id: 'loose', source: eppLog, measure: count(), grain: DAY })
    expect(() => strictDictionary([loose as never])).toThrow(expect.objectContaining({ code: 'METRIC_NOT_STRICT' }))
  })

  it('R59: leads every metric back to event types, fields and sources', () => {
    for (const { id } of REGISTRAR_DICTIONARY.entries) {
      const lineage = REGISTRAR_DICTIONARY.lineage(id)
      const types = restsOn(lineage, 'event-type')
      expect(types.length, `event types of ${id}`).toBeGreaterThan(0)
      expect(types.filter((type) => !EVENT_TYPES.has(type))).toEqual([])
      expect(restsOn(lineage, 'source').length).toBeGreaterThan(0)
      expect(restsOn(lineage, 'measure')).toContain(REGISTRAR_DICTIONARY.get(id).entry.formula)
    }
  })

  it('R59: names all that the completion of transfers rests on', () => {
    const lineage = REGISTRAR_DICTIONARY.lineage('transfer_completion_rate')
    expect(restsOn(lineage, 'event-type')).toEqual(
      expect.arrayContaining([
        'domain.transfer_request',
        'domain.transfer_approve',
        'domain.transfer_reject',
        'domain.transfer_cancel',
        'poll.transfer_reversed',
      ]),
    )
    expect(restsOn(lineage, 'source')).toEqual(['Transfer outcomes', 'Transfer facts', 'EPP log', 'Poll messages'])
    expect(restsOn(lineage, 'composite')).toEqual(['TransferOutcomes', 'TransferFacts'])
    expect(restsOn(lineage, 'field')).toContain('Transfer outcomes.completed')
    expect(restsOn(lineage, 'measure')).toEqual(['(count where completed is 1) / (count)'])
  })

  // Mutation: packages/transforms/src/metrics/lineage.ts: `if (from === next) waiting.push(to)` → `if (from === to) waiting.push(to)`
  it('R59: marks what rests on an event type that is removed, and nothing that reads others', () => {
    const of = (type: string): readonly string[] => REGISTRAR_DICTIONARY.dependents({ type })
    const onRequests = of('domain.transfer_request')
    for (const id of [
      'transfer_completion_rate',
      'transfer_completion_sla',
      'transfers_initiated',
      'transfers_completed',
    ])
      expect(onRequests).toContain(id)
    // Through two composites and a formula.
    expect(onRequests).toContain('arpd')
    for (const id of ['reg_attempts', 'revenue', 'abuse_reports_rows', 'dns_qps']) expect(onRequests).not.toContain(id)
    expect(of('pipeline.field')).toEqual(['null_rate'])
    expect(of('feature.used')).toEqual(expect.arrayContaining(['accounts_using_feature', 'feature_adoption']))
    expect(of('feature.used')).not.toContain('accounts_active')
    expect(of('authcode.issued')).toEqual(expect.arrayContaining(['authcode_rate', 'authcodes_issued']))
    expect(() => of('domain.vanish')).toThrow(expect.objectContaining({ code: 'UNKNOWN_ORIGIN' }))
  })

  // R8: receipt of a command and its completion are never one number.
  it('R8: has a metric of its own for requests, failures and completions, and adds no two of them', () => {
    const ids = ['transfers_initiated', 'transfers_completed', 'transfer_failures']
    const read = ids.map((id) => REGISTRAR_DICTIONARY.get(id).entry)
    expect(new Set(read.map(({ where }) => where)).size).toBe(ids.length)
    for (const { id, metrics } of REGISTRAR_DICTIONARY.entries)
      expect(metrics.filter((name) => ids.includes(name)).length, `transfers in ${id}`).toBeLessThan(2)
  })

  it('R9: has three metrics that are called registrations, each by a definition of its own', () => {
    const read = ['registrations_created', 'registrations_paid', 'registrations_net'].map(
      (id) => REGISTRAR_DICTIONARY.get(id).entry,
    )
    expect(new Set(read.map(({ definition }) => definition)).size).toBe(3)
    expect(read.map(({ sources }) => sources[0]!.name)).toEqual(['EPP log', 'Paid registrations', 'Net registrations'])
  })

  it('R108: has something for every audience', () => {
    const audiences = new Set(REGISTRAR_DICTIONARY.entries.flatMap(({ audience }) => audience))
    expect([...audiences].toSorted()).toEqual(['data', 'finance', 'ops', 'product', 'sales'])
  })
})
