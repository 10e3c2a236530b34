/**
 * What a job of this example leaves behind, beside what it prints: the parts of out/report.json.
 *
 * The file has a stable shape, version 1:
 *
 * - `version`: 1;
 * - `drift`: `{ compared, differences }`, the sums over all comparisons: 0 differences is the promise;
 * - `comparisons`: for each pair of runs `{ name, compared, differences: [{ output, start, end, value, left, right }] }`;
 * - `runs`: for each run `{ pipeline, run, source, elements, milliseconds, ledger: { "step reason": count } }`;
 * - `leftOut`: what a rule of a pipeline left out, `{ pipeline, rule, history, live }`;
 * - `facts`: per pipeline, what was measured of its input and its waiting;
 * - `kpis`: per pipeline and output, the settled values of history, `[{ start, end, value, count }]`, sorted as runs settle them.
 *
 * Times are ISO 8601 in UTC, windows half-open. Apart from `milliseconds`, the same input gives the same bytes.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { formatTimestamp } from '@tidemark/core'
import type { Outputs } from '@tidemark/core/graph'
import type { Comparison } from './drift.ts'
import type { Run } from './run-both-ways.ts'

/** A run, and what it ran over. */
export interface NamedRun {
  readonly pipeline: string
  readonly run: 'history' | 'live'
  readonly source: string
  readonly result: Run<Outputs>
}

/** What a rule of a pipeline left out of the figures on purpose. */
export interface LeftOut {
  readonly pipeline: string
  readonly rule: string
  readonly history: number
  readonly live: number
}

/** What one job found. */
export interface JobReport {
  readonly pipeline: string
  readonly runs: readonly NamedRun[]
  readonly comparisons: readonly Comparison[]
  readonly leftOut: readonly LeftOut[]
  readonly facts: Readonly<Record<string, unknown>>
}

/** The report of several jobs, as data. */
export function reportOf(jobs: readonly JobReport[]): object {
  const comparisons = jobs.flatMap((job) => job.comparisons)
  return {
    version: 1,
    drift: {
      compared: comparisons.reduce((sum, { compared }) => sum + compared, 0),
      differences: comparisons.reduce((sum, { differences }) => sum + differences.length, 0),
    },
    comparisons: comparisons.map(({ name, compared, differences }) => ({
      name,
      compared,
      differences: differences.map(({ output, window, value, left, right }) => ({
        output,
        ...bounds(window),
        value,
        left,
        right,
      })),
    })),
    runs: jobs.flatMap((job) =>
      job.runs.map(({ pipeline, run, source, result }) => ({
        pipeline,
        run,
        source,
        elements: result.elements,
        milliseconds: Math.round(result.milliseconds),
        ledger: Object.fromEntries(result.ledgerCounts),
      })),
    ),
    leftOut: jobs.flatMap((job) => job.leftOut),
    facts: Object.fromEntries(jobs.map((job) => [job.pipeline, job.facts])),
    kpis: Object.fromEntries(jobs.map((job) => [job.pipeline, kpisOf(job.runs[0]!.result)])),
  }
}

/** Writes the report; the file appears whole. */
export function writeReport(path: string, report: object): void {
  mkdirSync(dirname(path), { recursive: true })
  const unfinished = `${path}.tmp`
  writeFileSync(unfinished, `${JSON.stringify(report, null, 2)}\n`)
  renameSync(unfinished, path)
}

function kpisOf({ settled }: Run<Outputs>): object {
  return Object.fromEntries(
    Object.entries(settled).map(([output, { entries }]) => [
      output,
      entries.map(({ window, value, count }) => ({ ...bounds(window), value, count })),
    ]),
  )
}

function bounds({ start, end }: { readonly start: number; readonly end: number }): {
  readonly start: string
  readonly end: string
} {
  return { start: formatTimestamp(start), end: formatTimestamp(end) }
}
