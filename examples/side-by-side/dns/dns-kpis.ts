/**
 * The KPIs of a DNS log, written once: what runs over the files and over the live stream is this.
 *
 * Mirrored ports bring most rows twice, so copies are removed first, in the order of event time. What is counted is said by metrics.
 */
import {
  afterCount,
  afterProcessingTime,
  afterWatermark,
  combineGlobally,
  combinePerKey,
  composite,
  filter,
  fixedWindows,
  globalWindow,
  map,
  milliseconds,
  minutes,
  slidingWindows,
  windowInto,
  withKeys,
  type KV,
  type PCollection,
  type PTransform,
  type WindowFn,
} from '@tidemark/core'
import { count, deduplicate, top } from '@tidemark/transforms'
import { dnsMetrics, type DnsTotals } from './dns-metrics.ts'
import type { DnsRow } from './dns-row.ts'
import { LATENESS } from './dns-times.ts'

export { BOUND, LATENESS } from './dns-times.ts'
export type { DnsTotals } from './dns-metrics.ts'

/** Rows of one query that follow each other so closely, in microseconds, are copies: between 1 ms and 100 ms nothing changes. */
export const COPY_WITHIN = 10_000

/** How many names a list of the most frequent has. */
export const TOP_NAMES = 5

/** A name and how often it was asked for. */
export interface NameCount {
  readonly name: string
  readonly queries: number
}

/** The metrics per minute, and per five minutes every minute. */
export const perMinuteMetrics = dnsMetrics(fixedWindows(minutes(1)), 'per_minute')
export const perFiveMinutesMetrics = dnsMetrics(slidingWindows(minutes(5), minutes(1)), 'per_five_minutes')

/** The KPIs of one kind of window, from rows without copies. */
function kpisIn(name: string, windows: WindowFn, metrics: typeof perMinuteMetrics) {
  return composite(name, (queries: PCollection<DnsRow>) => ({
    // What is counted is never null: a metric of queries has a value where there is one.
    totals: queries.pipe(
      metrics.totals,
      map(({ value }) => value!),
    ),
    byType: queries.pipe(
      metrics.byType,
      map(({ slice, value }): KV<string, DnsTotals> => [String(slice['type']), value!]),
    ),
    byCode: queries.pipe(
      metrics.byCode,
      map(({ slice, value }): KV<string, number> => [String(slice['code']), value!]),
    ),
    topNames: queries.pipe(windowInto(windows), topNames),
  }))
}

/** Two groupings in series: the second one is fed by counts, and would take each back again if a late row changed it. */
const topNames: PTransform<PCollection<DnsRow>, PCollection<readonly NameCount[]>> = composite('TopNames', (rows) =>
  rows.pipe(
    filter((row): row is DnsRow & { readonly name: string } => row.name !== null),
    withKeys((row) => row.name),
    combinePerKey('Queries', count()),
    map(([name, queries]: KV<string, number>): NameCount => ({ name, queries })),
    combineGlobally('Top', top(TOP_NAMES, { by: ({ queries }) => queries })),
  ),
)

/** Rows per minute as they come, copies and all: at once, five times a second, and corrected for late rows. */
const rawRows = composite('Raw', (rows: PCollection<DnsRow>) =>
  rows.pipe(
    windowInto(fixedWindows(minutes(1)), {
      trigger: afterWatermark({ early: afterProcessingTime(milliseconds(200)), late: afterCount(1) }),
      allowedLateness: LATENESS,
      accumulationMode: 'accumulating',
    }),
    combineGlobally('Rows', count()),
  ),
)

/** The rows of a log without their copies. Waits for stragglers: what leaves is in order, and final. */
export const withoutCopies: PTransform<PCollection<DnsRow>, PCollection<DnsRow>> = composite('WithoutCopies', (rows) =>
  rows.pipe(
    windowInto(globalWindow(), { allowedLateness: LATENESS, accumulationMode: 'retracting' }),
    deduplicate('Dedupe', {
      key: ({ uid, transId, name, type }) => [uid, transId, name, type],
      at: (row) => row.at,
      within: COPY_WITHIN,
    }),
  ),
)

/** All KPIs of a DNS log, per minute and per five minutes, every minute. */
export const dnsKpis = composite('Dns', (rows: PCollection<DnsRow>) => {
  const queries = rows.pipe(withoutCopies)
  const perMinute = queries.pipe(kpisIn('PerMinute', fixedWindows(minutes(1)), perMinuteMetrics))
  const perFiveMinutes = queries.pipe(
    kpisIn('PerFiveMinutes', slidingWindows(minutes(5), minutes(1)), perFiveMinutesMetrics),
  )
  return {
    rowsPerMinute: rows.pipe(rawRows),
    totalsPerMinute: perMinute.totals,
    typesPerMinute: perMinute.byType,
    codesPerMinute: perMinute.byCode,
    topNamesPerMinute: perMinute.topNames,
    totalsPerFiveMinutes: perFiveMinutes.totals,
    typesPerFiveMinutes: perFiveMinutes.byType,
    codesPerFiveMinutes: perFiveMinutes.byCode,
    topNamesPerFiveMinutes: perFiveMinutes.topNames,
  }
})
