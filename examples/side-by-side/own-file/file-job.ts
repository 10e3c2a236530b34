/**
 * A person's own file, both ways: how often each key occurs in each minute, over the file and live in the order of its lines.
 */
import {
  boundedOutOfOrderness,
  combinePerKey,
  composite,
  fixedWindows,
  milliseconds,
  windowInto,
  withKeys,
  type PCollection,
  type Timestamp,
} from '@tidemark/core'
import { count } from '@tidemark/transforms'
import { compareRuns } from '../drift.ts'
import type { JobReport } from '../job-report.ts'
import { lengthText, plural } from '../print/number-text.ts'
import { printRemark, printRun, printTitle } from '../print/print-run.ts'
import type { Screen } from '../print/screen.ts'
import { runHistory, runLive } from '../run-both-ways.ts'
import { UsageError } from '../usage-error.ts'
import { printKeyCounts } from './print-file.ts'
import { fieldOf, firstRecord, formatOf, recordSource, type Fields, type Format } from './record-source.ts'
import { timeFormatOf } from './time-format.ts'

/** What to count, of which file. Lengths are milliseconds. */
export interface FileOptions {
  readonly path: string
  readonly format: Format | undefined
  readonly time: string
  readonly key: string
  /** Length of a window. */
  readonly every: number
  /** How far the watermark stays behind the latest record live. */
  readonly bound: number
  /** How long after that records still count; as long as the file needs, when undefined. */
  readonly lateness: number | undefined
}

interface Keyed {
  readonly at: Timestamp
  readonly key: string
}

/** Counts elements by key and window; late ones correct what was emitted. */
export function countsByKey(every: number, lateness: number) {
  return composite('Counts', (records: PCollection<Keyed>) => ({
    counts: records.pipe(
      windowInto(fixedWindows(milliseconds(every)), {
        allowedLateness: milliseconds(lateness),
        accumulationMode: 'accumulating',
      }),
      withKeys((record) => record.key),
      combinePerKey('PerKey', count()),
    ),
  }))
}

/** The outputs of the counts. */
export type FileOutputs = ReturnType<ReturnType<typeof countsByKey>['expand']>

/** Runs the file both ways and prints what comes out. */
export async function runFile(options: FileOptions, screen: Screen): Promise<JobReport> {
  const { path, every, bound } = options
  const format = options.format ?? formatOf(path)
  const first = await firstRecord(path, format)
  requireField(first, '--key', options.key)
  const time = timeFormatOf(options.time, requireField(first, '--time', options.time))
  const parse = (fields: Fields): Keyed => ({
    at: time.read(fieldOf(fields, options.time)),
    key: keyText(fieldOf(fields, options.key)),
  })

  printTitle(screen, path, `"${options.key}" per ${lengthText(every)}; "${options.time}" is ${time.description}`)
  const disorder = new Disorder()
  const timestamp = ({ at }: Keyed): Timestamp => at
  const history = await runHistory(
    (root) =>
      root.pipe(
        recordSource(path, format, { parse, timestamp: (record) => disorder.see(record.at) }),
        countsByKey(every, 0),
      ),
    screen,
  )
  printRun(screen, 'history', path, history)

  const lateness = options.lateness ?? Math.max(0, disorder.largest - bound)
  const watermark = boundedOutOfOrderness(milliseconds(bound))
  screen.status('  live')
  const live = await runLive((root) =>
    root.pipe(recordSource(path, format, { parse, timestamp, watermark }), countsByKey(every, lateness)),
  )
  const source = 'the same file, line by line'
  printRun(screen, 'live', source, live)
  screen.print('')
  printRemark(screen, waitingText(disorder, bound, lateness, options.lateness === undefined))
  printKeyCounts(screen, history, live, { key: options.key, every })
  return {
    pipeline: 'file',
    runs: [
      { pipeline: 'file', run: 'history', source: path, result: history },
      { pipeline: 'file', run: 'live', source, result: live },
    ],
    comparisons: [compareRuns('File: history and live', history, live)],
    leftOut: [],
    facts: {
      time: options.time,
      timeFormat: time.description,
      key: options.key,
      every,
      bound,
      lateness,
      behind: disorder.behind,
      largest: disorder.largest,
    },
  }
}

function waitingText({ behind, largest }: Disorder, bound: number, lateness: number, isOwn: boolean): string {
  if (behind === 0) return 'The file is in the order of its times: live, no record is late.'
  return (
    `Behind a later one: ${plural(behind, 'record')}, by ${lengthText(largest)} at most. Live, the watermark stays ${lengthText(bound)} behind ` +
    `the latest record, and records count for ${lengthText(lateness)} more${isOwn ? ', which is what this file needs: so none is lost' : ''}. ` +
    'Set them with --bound and --lateness.'
  )
}

function requireField(first: Fields, option: string, name: string): unknown {
  const value = fieldOf(first, name)
  if (value !== undefined) return value
  throw new UsageError(
    `${option} names the field "${name}", which the first record does not have. It has: ${Object.keys(first).join(', ')}. Name one of them.`,
  )
}

function keyText(value: unknown): string {
  if (typeof value === 'string') return value
  return value === undefined || value === null ? '(none)' : JSON.stringify(value)
}

/** How far elements stand behind the latest one before them, in the order in which they are read. */
class Disorder {
  behind = 0
  largest = 0
  #latest = -Infinity

  /** Takes the next timestamp, and gives it back. */
  see(timestamp: Timestamp): Timestamp {
    if (timestamp < this.#latest) {
      this.behind++
      this.largest = Math.max(this.largest, this.#latest - timestamp)
    } else this.#latest = timestamp
    return timestamp
  }
}
