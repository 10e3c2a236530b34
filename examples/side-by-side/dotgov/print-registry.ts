/**
 * The figures of the registry on a screen: history and live beside each other.
 */
import { toLocalDate } from '@tidemark/core/calendar'
import { pairs } from '../pairs.ts'
import { dateTimeText, grouped } from '../print/number-text.ts'
import { printRemark, printTitle, sameSign } from '../print/print-run.ts'
import type { Screen } from '../print/screen.ts'
import { sparkline } from '../print/sparkline.ts'
import { tableLines } from '../print/table.ts'
import type { Run } from '../run-both-ways.ts'
import { SOUND_SHARE } from './quarantine.ts'
import { ZONE, type Changes } from './registry-kpis.ts'
import type { RegistryOutputs } from './registry-job.ts'

type RegistryRun = Run<RegistryOutputs>

const LAST_MONTHS = 12
const LAST_DAYS = 7

/** Prints all tables. */
export function printRegistryKpis(screen: Screen, history: RegistryRun, live: RegistryRun): void {
  printCalendar(screen, 'month', LAST_MONTHS, history, live)
  printCalendar(screen, 'day', LAST_DAYS, history, live)
  printQuarantine(screen, history, live)
}

const CHANGES = ['created', 'deleted', 'updated'] as const

function printCalendar(
  screen: Screen,
  unit: 'month' | 'day',
  shown: number,
  history: RegistryRun,
  live: RegistryRun,
): void {
  const output = unit === 'month' ? 'changesPerMonth' : 'changesPerDay'
  const all = pairs(history.settled[output], live.settled[output])
  const cells = (changes: Changes | undefined): readonly string[] =>
    CHANGES.map((change) => (changes === undefined ? '-' : grouped(changes[change])))
  const name = (start: number): string => toLocalDate(start, ZONE).slice(0, unit === 'month' ? 7 : 10)
  const line = sparkline(all.slice(-Math.max(1, screen.columns - 68)).map((pair) => pair.history?.created ?? 0))
  printTitle(
    screen,
    `Names per ${unit}`,
    `${ZONE}   the last ${Math.min(shown, all.length)} of ${grouped(all.length)}   created ${line}`,
  )
  screen.print(
    ...tableLines(screen, {
      groups: [
        ['', 1],
        ['history', 3],
        ['live', 3],
        ['', 1],
      ],
      columns: [unit, ...CHANGES, ...CHANGES, ''],
      rows: all
        .slice(-shown)
        .map((pair) => [
          name(pair.window.start),
          ...cells(pair.history),
          ...cells(pair.live),
          sameSign(screen, pair.same),
        ]),
    }),
  )
}

function printQuarantine(screen: Screen, history: RegistryRun, live: RegistryRun): void {
  const all = pairs(history.settled.quarantined, live.settled.quarantined, ([snapshot]) => snapshot)
  printTitle(screen, 'Snapshots in quarantine')
  if (all.length === 0) printRemark(screen, 'none')
  else {
    const rows = all
      .toSorted((a, b) => instantOf(a) - instantOf(b))
      .map((pair) => {
        const [{ at, soundness }] = (pair.history ?? pair.live)!
        const events = (value: typeof pair.history): string => (value === undefined ? '-' : grouped(value[1]))
        return [
          `${dateTimeText(at)} UTC`,
          soundness,
          events(pair.history),
          events(pair.live),
          sameSign(screen, pair.same),
        ]
      })
    screen.print(
      ...tableLines(screen, { columns: ['snapshot', { title: '', align: 'left' }, 'history', 'live', ''], rows }),
    )
  }
  screen.print('')
  printRemark(
    screen,
    `A snapshot of the list that holds less than ${SOUND_SHARE * 100} % of what the last sound one held is broken, and the next sound one only ` +
      'reverts it. The pipeline finds them by this rule, in the order of event time; no date is listed anywhere.',
  )
}

function instantOf({
  history,
  live,
}: {
  readonly history: readonly [{ readonly at: number }, number] | undefined
  readonly live: readonly [{ readonly at: number }, number] | undefined
}): number {
  return (history ?? live)![0].at
}
