/**
 * What remains to be said when all runs have ended: what is in no figure and why, and whether history and live agree.
 */
import { DROP_REASONS, type LedgerEntry } from '@tidemark/core'
import { driftText } from '../drift.ts'
import type { JobReport, NamedRun } from '../job-report.ts'
import { clipped, grouped, plural } from './number-text.ts'
import { printRemark, printTitle, sameSign } from './print-run.ts'
import type { Screen } from './screen.ts'
import { tableLines } from './table.ts'

const SHOWN_DIFFERENCES = 10

/** Prints what rules left out, and the ledgers of all runs. */
export function printLeftOut(screen: Screen, jobs: readonly JobReport[]): void {
  const rows = jobs.flatMap((job) =>
    job.leftOut.map(({ pipeline, rule, history, live }) => [
      pipeline,
      rule,
      grouped(history),
      grouped(live),
      sameSign(screen, history === live),
    ]),
  )
  if (rows.length > 0) {
    printTitle(screen, 'Left out by rule')
    screen.print(
      ...tableLines(screen, {
        columns: [{ title: '', align: 'left' }, { title: 'rule', align: 'left' }, 'history', 'live', ''],
        rows,
      }),
    )
  }
  printLedger(
    screen,
    jobs.flatMap((job) => job.runs),
  )
}

function printLedger(screen: Screen, runs: readonly NamedRun[]): void {
  printTitle(screen, 'Ledger', 'every element that reached no figure, and why')
  const rows = runs.flatMap(({ pipeline, run, result }) =>
    [...result.ledgerCounts].map(([place, count]) => {
      const at = place.lastIndexOf(' ')
      const [step, reason] = [place.slice(0, at), place.slice(at + 1)]
      const example = result.ledgerExamples.find((entry) => entry.step === step && entry.reason === reason)
      return [`${pipeline}, ${run}`, reason, grouped(count), example === undefined ? '' : exampleText(example)]
    }),
  )
  if (rows.length === 0) {
    const elements = runs.reduce((sum, { result }) => sum + result.elements, 0)
    printRemark(
      screen,
      `empty: all ${plural(elements, 'record')} of ${runs.length} runs are in a figure or were left out by rule`,
    )
    return
  }
  const widest = Math.max(20, screen.columns - 50)
  screen.print(
    ...tableLines(screen, {
      columns: [
        { title: 'run', align: 'left' },
        { title: 'reason', align: 'left' },
        'count',
        { title: 'for example', align: 'left' },
      ],
      rows: rows.map(([run = '', reason = '', count = '', example = '']) => [
        run,
        reason,
        count,
        clipped(example, widest),
      ]),
    }),
  )
}

function exampleText({ position, detail, element }: LedgerEntry): string {
  const place = position === undefined || position.unit !== 'line' ? '' : `line ${position.offset}: `
  return `${place}${detail ?? (typeof element === 'string' ? element : JSON.stringify(element))}`
}

/** Prints the drift report. Says whether all is as it should be: no difference, or none that lost elements do not explain. */
export function printDrift(screen: Screen, jobs: readonly JobReport[]): boolean {
  const comparisons = jobs.flatMap((job) => job.comparisons)
  const compared = comparisons.reduce((sum, comparison) => sum + comparison.compared, 0)
  const differences = comparisons.flatMap((comparison) => comparison.differences)
  printTitle(screen, 'Drift report')
  screen.print(
    ...tableLines(screen, {
      columns: [{ title: 'runs', align: 'left' }, 'settled values', 'differences', ''],
      rows: comparisons.map((comparison) => [
        comparison.name,
        grouped(comparison.compared),
        grouped(comparison.differences.length),
        sameSign(screen, comparison.differences.length === 0),
      ]),
    }),
  )
  const verdict = `${plural(compared, 'settled value')} compared, ${plural(differences.length, 'difference')}`
  if (differences.length === 0) {
    screen.print('', `${screen.paint.green(screen.paint.bold(verdict))}: history = live, byte for byte.`)
    return true
  }
  screen.print('', `${screen.paint.red(screen.paint.bold(verdict))}.`)
  for (const difference of differences.slice(0, SHOWN_DIFFERENCES)) printRemark(screen, driftText(difference))
  const drops = jobs.flatMap(({ runs }) => runs).reduce((sum, { result }) => sum + dropsIn(result.ledgerCounts), 0)
  printRemark(
    screen,
    drops > 0
      ? `${plural(drops, 'element')} came too late to count live: see the ledger. Allow more lateness, and they will.`
      : 'Nothing was dropped, so this should not be. Please report it with the input.',
  )
  return drops > 0
}

function dropsIn(ledgerCounts: ReadonlyMap<string, number>): number {
  const reasons: readonly string[] = DROP_REASONS
  let drops = 0
  for (const [place, count] of ledgerCounts)
    if (reasons.includes(place.slice(place.lastIndexOf(' ') + 1))) drops += count
  return drops
}
