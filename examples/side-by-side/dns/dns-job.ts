/**
 * The DNS log, both ways: over its files, and live in the order in which it was written.
 */
import {
  combineGlobally,
  fixedWindows,
  minutes,
  monotonousTimestamps,
  toMillis,
  windowInto,
  type PCollection,
  type Root,
  type Window,
} from '@tidemark/core'
import { count } from '@tidemark/transforms'
import type { Outputs } from '@tidemark/core/graph'
import type { StreamingJob } from '@tidemark/runners/streaming'
import { compareRuns } from '../drift.ts'
import type { JobReport } from '../job-report.ts'
import { grouped } from '../print/number-text.ts'
import { printRun } from '../print/print-run.ts'
import type { Screen } from '../print/screen.ts'
import { liveSource } from '../recorded-log.ts'
import { runHistory, runLive, type Run } from '../run-both-ways.ts'
import { disorderOf } from './disorder.ts'
import { BOUND, dnsKpis, LATENESS } from './dns-kpis.ts'
import { timestampOfRow } from './dns-row.ts'
import { dnsHistoryOfJson, dnsHistoryOfTsv, dnsLive, loadDnsLog, type DnsLog } from './read-dns.ts'
import { printDisorder, printDnsKpis, printWaiting } from './print-dns.ts'

/** The files of a DNS log. The TSV file holds the same rows in another format. */
export interface DnsFiles {
  readonly json: string
  readonly tsv: string | undefined
}

/** The outputs of the KPIs. */
export type DnsOutputs = ReturnType<typeof dnsKpis.expand>

/** How long after the end of a minute its figures came live, in event time. */
export interface Waiting {
  /** The first figure after the end of the minute, of all rows, copies among them. */
  readonly rows: number
  /** The figure without copies. */
  readonly queries: number
}

/** Runs the log both ways and prints what comes out. */
export async function runDns(files: DnsFiles, screen: Screen): Promise<JobReport> {
  const history = await runHistory((root) => root.pipe(dnsHistoryOfJson(files.json), dnsKpis), screen)
  printRun(screen, 'history', files.json, history)
  const again =
    files.tsv === undefined
      ? undefined
      : await runHistory((root) => root.pipe(dnsHistoryOfTsv(files.tsv!), dnsKpis), screen)
  if (again !== undefined) printRun(screen, 'history', files.tsv!, again)

  const log = await loadDnsLog(files.json)
  const { live, waiting } = await runLogLive(log, screen)
  const source = 'the same rows, in order of writing'
  printRun(screen, 'live', source, live)

  const disorder = disorderOf(log.rows)
  const lost = await lostWithoutWaiting(log)
  printDisorder(screen, disorder, lost)
  printDnsKpis(screen, history, live)
  printWaiting(screen, waiting)
  return {
    pipeline: 'dns',
    runs: [
      { pipeline: 'dns', run: 'history', source: files.json, result: history },
      ...(again === undefined ? [] : [{ pipeline: 'dns', run: 'history' as const, source: files.tsv!, result: again }]),
      { pipeline: 'dns', run: 'live', source, result: live },
    ],
    comparisons: [
      compareRuns('DNS: history and live', history, live),
      ...(again === undefined ? [] : [compareRuns('DNS: JSON and TSV', history, again)]),
    ],
    leftOut: [{ pipeline: 'dns', rule: 'copies by mirrored ports', history: copiesIn(history), live: copiesIn(live) }],
    facts: {
      ...disorder,
      bound: toMillis(BOUND),
      lateness: toMillis(LATENESS),
      waiting,
      lostWithoutWaiting: lost,
    },
  }
}

/** Runs the log live as fast as it goes, and measures in event time how long figures take. */
async function runLogLive(
  log: DnsLog,
  screen: Screen,
): Promise<{ readonly live: Run<DnsOutputs>; readonly waiting: Waiting }> {
  let arrived = 0
  let latest = -Infinity
  const first = { rows: new Map<number, number>(), queries: new Map<number, number>() }
  const note =
    (seen: Map<number, number>) =>
    ({ window, pane }: { readonly window: Window; readonly pane: { readonly timing: string } }) => {
      // What comes after the last row was not waited for: the end of the log closes all windows.
      if (pane.timing !== 'early' && !seen.has(window.end) && arrived < log.rows.length)
        seen.set(window.end, latest - window.end)
    }
  const pipeline = (root: Root) =>
    root.pipe(
      dnsLive(log, 'max', (row) => {
        arrived++
        latest = Math.max(latest, timestampOfRow(row))
        if (arrived % 1000 === 0) screen.status(`  live     ${grouped(arrived)} rows`)
      }),
      dnsKpis,
    )
  const live = await runLive(pipeline, (job: StreamingJob<DnsOutputs>) => {
    job.outputs.rowsPerMinute.subscribe(note(first.rows))
    job.outputs.totalsPerMinute.subscribe(note(first.queries))
  })
  return { live, waiting: { rows: median(first.rows), queries: median(first.queries) } }
}

/** What the same stream loses when nothing may be late: rows that came after their minute was closed. */
async function lostWithoutWaiting(log: DnsLog): Promise<number> {
  const eager = (root: Root): Outputs & { readonly rows: PCollection<number> } => ({
    rows: root.pipe(
      liveSource('Rows', log.arrivals, { timestamp: timestampOfRow, watermark: monotonousTimestamps(), speed: 'max' }),
      windowInto(fixedWindows(minutes(1))),
      combineGlobally('Count', count()),
    ),
  })
  const { ledgerCounts } = await runLive(eager)
  return ledgerCounts.get('Count expired') ?? 0
}

/** Rows that are no queries, as another row brought the same one. */
function copiesIn({ settled }: Run<DnsOutputs>): number {
  const rows = settled.rowsPerMinute.entries.reduce((sum, { value }) => sum + value, 0)
  return settled.totalsPerMinute.entries.reduce((left, { value }) => left - value.queries, rows)
}

function median(values: ReadonlyMap<number, number>): number {
  const sorted = [...values.values()].toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}
