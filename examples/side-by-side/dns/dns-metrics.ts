/**
 * What the figures of the DNS log mean: metrics, each said once, per minute and per five minutes.
 *
 * Ratios are kept as numerator and denominator and divided at the very end: a mean of ratios is not the ratio of the whole.
 */
import type { WindowFn } from '@tidemark/core'
import { schema } from '@tidemark/core/fields'
import { count, countDistinct, over } from '@tidemark/transforms'
import { defineStrictMetric, derived, metricSource } from '@tidemark/transforms/metrics'
import { BOUND, LATENESS } from './dns-times.ts'

/** What is counted of the queries of a window. */
export interface DnsTotals {
  readonly queries: number
  readonly answered: number
  readonly nxdomain: number
  /** nxdomain / answered; null where nothing was answered. */
  readonly nxdomainRatio: number | null
  /** Distinct names asked for. */
  readonly names: number
}

const row = schema('DnsRow', {
  at: 'integer',
  uid: 'text',
  transId: 'integer',
  name: 'text?',
  type: 'integer?',
  typeName: 'text?',
  code: 'text?',
})
const { fields } = row

const log = metricSource('Zeek DNS log', { schema: row, types: ['query'] })
const queriesOfLog = metricSource('DNS queries', {
  schema: row,
  types: ['query'],
  from: log,
  via: 'WithoutCopies',
  description: 'Rows of the log without the copies that mirrored ports bring.',
})

const governance = {
  owner: 'ops-dns',
  audience: 'ops',
  decision: 'informational',
  runbook: 'docs/metrics.md',
  finality: LATENESS,
  freshness: BOUND,
} as const

/** The metrics of one grain; `suffix` ends their ids. */
// oxlint-disable-next-line typescript/explicit-module-boundary-types -- the types are those of the metrics
export function dnsMetrics(grain: WindowFn, suffix: string) {
  const shared = {
    ...governance,
    source: queriesOfLog,
    grain,
    dimensions: { type: fields.typeName.orElse('none'), code: fields.code.orElse('unanswered') },
  }
  const queries = defineStrictMetric({
    ...shared,
    id: `dns_queries_${suffix}`,
    description: 'Queries, without copies.',
    measure: count(),
    unit: 'queries',
  })
  const answered = defineStrictMetric({
    ...shared,
    id: `dns_answered_${suffix}`,
    description: 'Queries of which an answer was seen.',
    where: fields.code.isPresent(),
    measure: count(),
    unit: 'queries',
  })
  const nxdomain = defineStrictMetric({
    ...shared,
    id: `dns_nxdomain_${suffix}`,
    description: 'Queries for names that do not exist.',
    where: fields.code.is('NXDOMAIN'),
    measure: count(),
    unit: 'queries',
  })
  const names = defineStrictMetric({
    ...shared,
    id: `dns_names_${suffix}`,
    description: 'Distinct names asked for.',
    measure: over(fields.name, countDistinct()),
    slices: 'apart',
    unit: 'names',
  })
  const totals = {
    measure: derived({
      from: { queries, answered, nxdomain, names },
      value: (of): DnsTotals => ({ ...of, nxdomainRatio: of.answered === 0 ? null : of.nxdomain / of.answered }),
    }),
    ...governance,
    formula: 'queries, answered, nxdomain, nxdomain / answered, names',
    unit: 'queries',
  }
  return {
    queries,
    answered,
    nxdomain,
    names,
    totals: defineStrictMetric({ ...totals, id: `dns_totals_${suffix}`, dimensions: [] }),
    byType: defineStrictMetric({ ...totals, id: `dns_totals_by_type_${suffix}`, dimensions: ['type'] }),
    byCode: defineStrictMetric({
      ...governance,
      id: `dns_queries_by_code_${suffix}`,
      measure: derived({ from: { queries }, value: (of) => of.queries }),
      dimensions: ['code'],
      formula: 'queries',
      unit: 'queries',
    }),
  }
}
