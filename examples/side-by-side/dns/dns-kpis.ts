/**
 * The KPIs of a DNS log, written once: what runs over the files and over the live stream is this.
 *
 * Mirrored ports bring most rows twice, so copies are removed first, in the order of event time. Ratios are kept as numerator and
 * denominator and divided at the very end: a mean of ratios is not the ratio of the whole.
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
  seconds,
  slidingWindows,
  windowInto,
  withKeys,
  type KV,
  type PCollection,
  type PTransform,
  type WindowFn,
} from '@tidemark/core'
import { combineAll, count, countDistinctOf, deduplicate, top } from '@tidemark/transforms'
import { countWhere } from '../count-where.ts'
import type { DnsRow } from './dns-row.ts'

/** How far behind the latest row the watermark stays: 99 of 100 rows come sooner. */
export const BOUND = seconds(100)

/** How long after that rows still count. The slowest row of the log took 671.3 s. */
export const LATENESS = seconds(672)

/** Rows of one query that follow each other so closely, in microseconds, are copies: between 1 ms and 100 ms nothing changes. */
export const COPY_WITHIN = 10_000

/** How many names a list of the most frequent has. */
export const TOP_NAMES = 5

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

/** A name and how often it was asked for. */
export interface NameCount {
  readonly name: string
  readonly queries: number
}

const measures = combineAll({
  queries: count(),
  answered: countWhere((row: DnsRow) => row.code !== null),
  nxdomain: countWhere((row: DnsRow) => row.code === 'NXDOMAIN'),
  names: countDistinctOf((row: DnsRow) => row.name),
})

function withRatio(totals: Omit<DnsTotals, 'nxdomainRatio'>): DnsTotals {
  return { ...totals, nxdomainRatio: totals.answered === 0 ? null : totals.nxdomain / totals.answered }
}

/** The KPIs of one kind of window, from rows without copies. */
function kpisIn(name: string, windows: WindowFn) {
  return composite(name, (queries: PCollection<DnsRow>) => {
    const windowed = queries.pipe(windowInto(windows))
    return {
      totals: windowed.pipe(combineGlobally('Totals', measures), map(withRatio)),
      byType: windowed.pipe(
        withKeys((row) => row.typeName ?? 'none'),
        combinePerKey('ByType', measures),
        map(([type, totals]): KV<string, DnsTotals> => [type, withRatio(totals)]),
      ),
      byCode: windowed.pipe(
        withKeys((row) => row.code ?? 'unanswered'),
        combinePerKey('ByCode', count()),
      ),
      topNames: windowed.pipe(topNames),
    }
  })
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
  const perMinute = queries.pipe(kpisIn('PerMinute', fixedWindows(minutes(1))))
  const perFiveMinutes = queries.pipe(kpisIn('PerFiveMinutes', slidingWindows(minutes(5), minutes(1))))
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
