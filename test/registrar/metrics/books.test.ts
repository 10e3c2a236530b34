/**
 * Metrics of a generated registrar against the books that its generator has kept: figures counted while drawing, by no code of metrics.
 */
import { batchRunner } from '@tidemark/runners/batch'
import type { AnyMetric, MetricValue } from '@tidemark/transforms/metrics'
import { beforeAll, describe, expect, it } from 'vitest'
import { generateEvents } from '../../../examples/registrar/generated/generate-events.ts'
import { REGISTRAR_DICTIONARY } from '../../../examples/registrar/metrics/dictionary.ts'
import { valuesByMetric } from './registrar-pipeline.ts'
import { valuesOf } from './three-runs.ts'

type Values = readonly MetricValue[]

const sum = (figures: readonly number[]): number => figures.reduce((total, figure) => total + figure, 0)
const values = (of: Values): number => sum(of.map(({ value }) => value as number))
/** A part of every value: its output, where it is kept with its accumulator. */
const part =
  (name: string) =>
  (of: Values): number =>
    sum(
      of.map(({ parts }) => {
        const found = parts![name] as number | { readonly output: number }
        return typeof found === 'number' ? found : found.output
      }),
    )
const money =
  (currency: string) =>
  (of: Values): number =>
    sum(
      (of as readonly MetricValue<readonly { readonly currency: string; readonly amount: bigint }[]>[])
        .flatMap(({ value }) => value)
        .filter((one) => one.currency === currency)
        .map(({ amount }) => Number(amount)),
    )
/** The last value of every slice of a TLD. */
const lastOf =
  (tld: string, before: number) =>
  (of: Values): number => {
    const last = new Map(
      of
        .filter(({ slice, window }) => slice['tld'] === tld && window.end <= before)
        .map((one) => [JSON.stringify(one.slice), one]),
    )
    return values([...last.values()])
  }

const DAYS = 21
const END = Date.UTC(2026, 2, 2 + DAYS)

/** A metric, what to add up of its values, and what the books call it. */
const COMPARED: readonly (readonly [
  id: string,
  figure: (of: Values) => number,
  books: (figure: (name: string) => number) => number,
])[] = [
  ['reg_attempts', values, (of) => of('attempts')],
  ['reg_success_rate', part('numerator'), (of) => of('created')],
  ['reg_success_rate', part('denominator'), (of) => of('attempts')],
  ['registrations_created', values, (of) => of('created')],
  ['registrations_paid', values, (of) => of('paid')],
  ['registrations_net', values, (of) => of('created') - of('deleted in grace')],
  ['net_adds_k_yr', values, (of) => of('created') - of('deleted in grace')],
  ['net_adds_k_yr_legacy', values, (of) => of('created') - of('deleted in grace')],
  ['deletes_grace', values, (of) => of('deleted in grace')],
  ['dum', lastOf('test', END), (of) => of('dum test')],
  ['dum', lastOf('example', END), (of) => of('dum example')],
  ['restore_time_mean', part('denominator'), (of) => of('restored')],
  ['restore_time_mean', part('numerator'), (of) => of('restore hours') * 3_600_000],
  ['transfers_initiated', values, (of) => of('transfers initiated')],
  ['transfers_completed', values, (of) => of('transfers completed')],
  ['transfer_completion_rate', part('numerator'), (of) => of('transfers completed')],
  ['transfer_completion_rate', part('denominator'), (of) => of('transfers initiated')],
  ['transfer_completion_sla', part('denominator'), (of) => of('transfers initiated') - of('transfers cancelled')],
  ['transfer_failures', values, (of) => of('transfer attempts failed')],
  ['net_transfers', values, (of) => of('transfers gained') - of('transfers completed')],
  ['transfer_in_by_partner', values, (of) => of('transfers gained')],
  ['dns_qps', part('amount'), (of) => of('queries')],
  ['dns_error_rate', part('numerator'), (of) => of('queries SERVFAIL') + of('queries REFUSED') + of('queries TIMEOUT')],
  ['dns_nxdomain_ratio', part('numerator'), (of) => of('queries NXDOMAIN')],
  ['dns_nxdomain_ratio', part('denominator'), (of) => of('queries') - of('queries TIMEOUT')],
  ['abuse_reports_rows', values, (of) => of('reports')],
  ['abuse_first_response_share', part('denominator'), (of) => of('reports')],
  ['workflow_completion', part('denominator'), (of) => of('runs')],
  ['workflow_completion', part('numerator'), (of) => of('runs finished')],
  ['revenue', money('USD'), (of) => of('revenue USD')],
  ['revenue', money('EUR'), (of) => of('revenue EUR')],
  ['payment_success_rate', part('converted'), (of) => of('captured')],
  ['api_rate_limit_hits', values, (of) => of('requests limited')],
  ['api_error_share', part('denominator'), (of) => of('requests')],
  ['api_retry_rate', part('numerator'), (of) => of('requests tried again')],
  ['dedup_rate', part('numerator'), (of) => of('records duplicate')],
  ['quarantine_rate', part('numerator'), (of) => of('records quarantined')],
  ['within_sla', part('denominator'), (of) => of('records ok') + of('records duplicate') + of('records quarantined')],
]

describe.each([21, 22])('the books of a generated registrar of seed %d', (seed) => {
  const { books, ...events } = generateEvents({ seed, days: DAYS })
  const metrics: readonly AnyMetric[] = [...new Set(COMPARED.map(([id]) => id))].map((id) =>
    REGISTRAR_DICTIONARY.get(id),
  )
  let byId: Readonly<Record<string, Values>>

  beforeAll(async () => {
    const run = await batchRunner({ progress: 'never', settled: true }).run(valuesByMetric(metrics, events))
    byId = Object.fromEntries(metrics.map(({ id }) => [id, valuesOf(run.settled[id]!)]))
  })

  it.each(COMPARED)('R65, R66, R67: agree with %s', (id, figure, inBooks) => {
    const right = inBooks((name) => books[name] ?? 0)
    expect(right).not.toBe(0)
    expect(figure(byId[id]!)).toBe(right)
  })
})
