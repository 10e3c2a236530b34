/**
 * The counts of a person's own file on a screen: the most frequent keys, and the busiest windows.
 */
import type { KV } from '@tidemark/core'
import { pairs, type Pair } from '../pairs.ts'
import { clipped, dateTimeText, grouped, lengthText } from '../print/number-text.ts'
import { printTitle, sameSign } from '../print/print-run.ts'
import type { Screen } from '../print/screen.ts'
import { sparkline } from '../print/sparkline.ts'
import { tableLines } from '../print/table.ts'
import type { Run } from '../run-both-ways.ts'
import type { FileOutputs } from './file-job.ts'

const SHOWN_KEYS = 12
const SHOWN_WINDOWS = 12

interface Total {
  readonly name: string
  history: number
  live: number
  same: boolean
  readonly windows: Map<number, number>
}

/** Prints the most frequent keys and the busiest windows. */
export function printKeyCounts(
  screen: Screen,
  history: Run<FileOutputs>,
  live: Run<FileOutputs>,
  { key, every }: { readonly key: string; readonly every: number },
): void {
  const all = pairs(history.settled.counts, live.settled.counts, ([name]) => name)
  const keys = totalsBy(all, (pair) => nameIn(pair))
  printTitle(
    screen,
    `Most frequent "${key}"`,
    `${grouped(Math.min(SHOWN_KEYS, keys.length))} of ${grouped(keys.length)}`,
  )
  screen.print(
    ...tableLines(screen, {
      columns: [{ title: key, align: 'left' }, 'history', 'live', '', { title: 'over time', align: 'left' }],
      rows: keys
        .slice(0, SHOWN_KEYS)
        .map((row) => [
          clipped(row.name, 40),
          grouped(row.history),
          grouped(row.live),
          sameSign(screen, row.same),
          shape(all, row.windows, every),
        ]),
    }),
  )
  const windows = totalsBy(all, (pair) => `${dateTimeText(pair.window.start)} UTC`)
  printTitle(
    screen,
    `Busiest ${lengthText(every)} windows`,
    `${grouped(Math.min(SHOWN_WINDOWS, windows.length))} of ${grouped(windows.length)}`,
  )
  screen.print(
    ...tableLines(screen, {
      columns: ['from', 'history', 'live', ''],
      rows: windows
        .slice(0, SHOWN_WINDOWS)
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
        .map((row) => [row.name, grouped(row.history), grouped(row.live), sameSign(screen, row.same)]),
    }),
  )
}

type CountPair = Pair<KV<string, number>>

function nameIn({ history, live }: CountPair): string {
  return (history ?? live)![0]
}

/** Sums of counts by a name, the largest first. */
function totalsBy(all: readonly CountPair[], name: (pair: CountPair) => string): readonly Total[] {
  const totals = new Map<string, Total>()
  for (const pair of all) {
    const at = name(pair)
    const total = totals.get(at) ?? { name: at, history: 0, live: 0, same: true, windows: new Map<number, number>() }
    total.history += pair.history?.[1] ?? 0
    total.live += pair.live?.[1] ?? 0
    total.same &&= pair.same
    total.windows.set(pair.window.start, (total.windows.get(pair.window.start) ?? 0) + (pair.history?.[1] ?? 0))
    totals.set(at, total)
  }
  return [...totals.values()].toSorted((a, b) => b.history - a.history || (a.name < b.name ? -1 : 1))
}

const SHAPE_WIDTH = 24

/** The course of a key over the whole file, in as many steps as fit and as there are windows. */
function shape(all: readonly CountPair[], windows: ReadonlyMap<number, number>, every: number): string {
  const first = all[0]?.window.start ?? 0
  const span = Math.max(every, (all.at(-1)?.window.end ?? 0) - first)
  const steps = new Array<number>(Math.min(SHAPE_WIDTH, Math.ceil(span / every))).fill(0)
  for (const [start, counted] of windows) steps[Math.floor(((start - first) / span) * steps.length)]! += counted
  return sparkline(steps)
}
