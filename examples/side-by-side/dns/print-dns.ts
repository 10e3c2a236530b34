/**
 * The figures of the DNS log on a screen: history and live beside each other, and a sign that says whether they are the same.
 */
import { toMillis, type KV } from '@tidemark/core'
import { clipped, clockText, grouped, lengthText, percent, plural } from '../print/number-text.ts'
import { printRemark, printTitle, sameSign } from '../print/print-run.ts'
import type { Screen } from '../print/screen.ts'
import { sparkline } from '../print/sparkline.ts'
import { tableLines } from '../print/table.ts'
import { pairs, type Pair } from '../pairs.ts'
import type { Run } from '../run-both-ways.ts'
import type { Disorder } from './disorder.ts'
import { BOUND, LATENESS, type DnsTotals, type NameCount } from './dns-kpis.ts'
import type { DnsOutputs, Waiting } from './dns-job.ts'

type DnsRun = Run<DnsOutputs>

const MINUTE = 60_000

/** Prints how disordered the log is, and what a stream that waits for nobody would have made of it. */
export function printDisorder(screen: Screen, { rows, behind, late, afterClose, lag }: Disorder, lost: number): void {
  const milliseconds = (microseconds: number): string => lengthText(microseconds / 1000)
  screen.print('')
  printRemark(
    screen,
    `${percent(behind / rows)} of the rows come behind a later one. The lag from query to log: median ${milliseconds(lag.p50)}, ` +
      `p99 ${milliseconds(lag.p99)}, at most ${milliseconds(lag.max)}. Live, the watermark stays ${lengthText(toMillis(BOUND))} behind the latest ` +
      `row, and rows count for another ${lengthText(toMillis(LATENESS))}: ${plural(late, 'row')} came behind it, ${grouped(afterClose)} of them after their ` +
      `minute had closed, and none was lost. A stream that waits for nobody would have lost ${grouped(lost)}.`,
  )
}

/** Prints all tables. */
export function printDnsKpis(screen: Screen, history: DnsRun, live: DnsRun): void {
  printMinutes(screen, history, live)
  printFiveMinutes(screen, history, live)
  printNames(screen, history, live)
  const types = pairs(history.settled.typesPerFiveMinutes, live.settled.typesPerFiveMinutes, ([type]) => type)
  const codes = pairs(history.settled.codesPerFiveMinutes, live.settled.codesPerFiveMinutes, ([code]) => code)
  printMatrix(screen, 'Queries by type', types, ({ queries }) => queries)
  printMatrix(screen, 'Queries by response code', codes, (queries) => queries)
}

/** Prints how long a figure without copies takes, beside one that waits for nobody. */
export function printWaiting(screen: Screen, waiting: Waiting): void {
  const [bound, lateness] = [toMillis(BOUND), toMillis(LATENESS)]
  screen.print('')
  printRemark(
    screen,
    'Rows are all rows; queries are rows without copies. Copies are told apart in the order of event time, so a row waits until none ' +
      `before it can come: ${lengthText(bound)} + ${lengthText(lateness)} = ${lengthText(bound + lateness)} of event time. Live, the queries of a minute stood ` +
      `${lengthText(waiting.queries)} after its end; its rows stood after ${lengthText(waiting.rows)}, and were corrected as late ones came.`,
  )
}

const MEASURES = ['queries', 'NXDOMAIN', 'names'] as const

function measureCells(totals: DnsTotals | undefined): readonly string[] {
  return totals === undefined
    ? MEASURES.map(() => '-')
    : [grouped(totals.queries), percent(totals.nxdomainRatio), grouped(totals.names)]
}

function printMinutes(screen: Screen, history: DnsRun, live: DnsRun): void {
  const raw = new Map(live.settled.rowsPerMinute.entries.map(({ window, value }) => [window.start, value]))
  const minutes = pairs(history.settled.totalsPerMinute, live.settled.totalsPerMinute)
  printTitle(screen, 'Per minute', `UTC   ${sparkline(minutes.map((pair) => pair.history?.queries ?? 0))}`)
  screen.print(
    ...tableLines(screen, {
      groups: [
        ['', 2],
        ['history', 3],
        ['live', 3],
        ['', 1],
      ],
      columns: ['minute', 'rows', ...MEASURES, ...MEASURES, ''],
      rows: minutes.map((pair) => [
        clockText(pair.window.start),
        grouped(raw.get(pair.window.start) ?? 0),
        ...measureCells(pair.history),
        ...measureCells(pair.live),
        sameSign(screen, pair.same),
      ]),
    }),
  )
}

function printFiveMinutes(screen: Screen, history: DnsRun, live: DnsRun): void {
  const all = pairs(history.settled.totalsPerFiveMinutes, live.settled.totalsPerFiveMinutes)
  printTitle(screen, 'Per five minutes, sliding by one', `every fifth of ${all.length}`)
  screen.print(
    ...tableLines(screen, {
      groups: [
        ['', 1],
        ['history', 3],
        ['live', 3],
        ['', 1],
      ],
      columns: ['window', ...MEASURES, ...MEASURES, ''],
      rows: everyFifth(all).map((pair) => [
        `${clockText(pair.window.start)}-${clockText(pair.window.end)}`,
        ...measureCells(pair.history),
        ...measureCells(pair.live),
        sameSign(screen, pair.same),
      ]),
    }),
  )
}

function printNames(screen: Screen, history: DnsRun, live: DnsRun): void {
  const all = everyFifth(pairs(history.settled.topNamesPerFiveMinutes, live.settled.topNamesPerFiveMinutes))
  printTitle(screen, 'Most frequent names', 'per five minutes')
  const cell = ({ name, queries }: NameCount): string => `${clipped(name, 18)} ${grouped(queries)}`
  screen.print(
    ...tableLines(screen, {
      columns: ['window', ...['first', 'second', 'third'].map((title) => ({ title, align: 'left' as const })), ''],
      rows: all.map((pair) => {
        const names = (pair.history ?? []).slice(0, 3).map(cell)
        return [
          clockText(pair.window.start),
          ...names,
          ...Array<string>(3 - names.length).fill(''),
          sameSign(screen, pair.same),
        ]
      }),
    }),
  )
}

/** Prints one row for each key and one column for every fifth window. */
function printMatrix<V>(
  screen: Screen,
  title: string,
  all: readonly Pair<KV<string, V>>[],
  figure: (value: V) => number,
): void {
  const tiles = everyFifth(all)
  const starts = [...new Set(tiles.map(({ window }) => window.start))]
  const byKey = new Map<string, { readonly figures: number[]; same: boolean }>()
  for (const pair of tiles) {
    const [key, value] = (pair.history ?? pair.live)!
    const row = byKey.get(key) ?? { figures: starts.map(() => 0), same: true }
    row.figures[starts.indexOf(pair.window.start)] = figure(value)
    row.same &&= pair.same
    byKey.set(key, row)
  }
  printTitle(screen, title, 'per five minutes')
  screen.print(
    ...tableLines(screen, {
      columns: [{ title: '', align: 'left' }, ...starts.map(clockText), ''],
      rows: [...byKey]
        .toSorted(([, a], [, b]) => total(b.figures) - total(a.figures))
        .map(([key, { figures, same }]) => [
          key,
          ...figures.map((value) => (value === 0 ? '·' : grouped(value))),
          sameSign(screen, same),
        ]),
    }),
  )
}

/** The windows that tile time: sliding ones overlap. */
function everyFifth<V>(all: readonly Pair<V>[]): readonly Pair<V>[] {
  return all.filter(({ window }) => window.start % (5 * MINUTE) === 0)
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
