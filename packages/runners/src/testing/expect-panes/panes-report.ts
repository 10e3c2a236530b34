/**
 * The report of panes that differ: the time line again, what was expected over what came, and a mark under the first difference.
 *
 * What came is written in the notation, so that it can be copied into the test when it is right.
 */
import { GLOBAL_WINDOW, PipelineError, type LedgerEntry } from '@tidemark/core'
import type { ComparedCell, ShownPane } from './compare-panes.ts'
import { nameOf } from './parse-table.ts'
import { printTable, type PrintedRow } from './print-table.ts'
import type { Label, LedgerItem, PaneItem, TimeLine, TimeScale } from './time-line.ts'
import { formatTime, formatWrittenWindow } from './written-time.ts'
import { formatValue } from './written-value.ts'

/** The panes of a time line are not those that came (`PANES_DIFFER`). The message shows both. */
export class PanesError extends PipelineError {
  constructor(message: string) {
    super('PANES_DIFFER', message)
  }
}

/** What a row of expectations came to, step by step. */
export type ComparedRow =
  | {
      readonly of: 'panes'
      readonly label: Label
      readonly output: string
      readonly cells: readonly ComparedCell<PaneItem, ShownPane>[]
    }
  | { readonly of: 'ledger'; readonly label: Label; readonly cells: readonly ComparedCell<LedgerItem, LedgerEntry>[] }

/** Makes the error for rows of which one differs; `undefined` when none does. */
export function panesError(line: TimeLine, scale: TimeScale, rows: readonly ComparedRow[]): PanesError | undefined {
  const differing = rows
    .flatMap((row) => {
      const step = row.cells.findIndex(({ difference }) => difference !== undefined)
      return step < 0 ? [] : [{ row, step }]
    })
    .toSorted((a, b) => a.step - b.step)[0]
  if (differing === undefined) return undefined
  const { row, step } = differing
  const text = textsOf(row, scale)
  const { difference } = row.cells[step]!
  const [expected, actual] = [text.expected(difference!.expected), text.actual(difference!.actual)]
  const where = `${row.of === 'ledger' ? 'The ledger' : `The output "${row.output}"`} differs first in step ${step + 1}`
  return new PanesError(
    `${where}: ${sentence(expected, actual)}\n\n${printTable(printedRows(line, rows, scale, row, step))}\n\n` +
      'Where "actual" is right, copy it into the line above it. A line that is left out expects an empty ledger.',
  )
}

function sentence(expected: string | undefined, actual: string | undefined): string {
  if (expected === undefined) return `${actual} came and was not expected.`
  return actual === undefined
    ? `${expected} was expected and did not come.`
    : `${expected} was expected, and ${actual} came.`
}

function printedRows(
  line: TimeLine,
  rows: readonly ComparedRow[],
  scale: TimeScale,
  differing: ComparedRow,
  step: number,
): readonly PrintedRow[] {
  const written = line.labels.filter(({ kind }) => kind !== 'panes' && kind !== 'ledger')
  const events = written.map((label): PrintedRow => ({
    label: nameOf(label),
    cells: line.steps.map((cells) => cells.find((cell) => cell.label === label)?.text ?? ''),
  }))
  const expectations = rows.flatMap((row): readonly PrintedRow[] => {
    const text = textsOf(row, scale)
    const expected = row.cells.map((cell) => cell.expected.map((item) => text.expected(item as never)).join('  '))
    if (row.cells.every(({ difference }) => difference === undefined)) {
      return expected.every((cell) => cell === '') ? [] : [{ label: nameOf(row.label), cells: expected }]
    }
    const actual = row.cells.map((cell, index) =>
      cell.difference === undefined
        ? expected[index]!
        : cell.actual.map((item) => text.actual(item as never)).join('  '),
    )
    const both = [
      { label: nameOf(row.label), cells: expected },
      { label: 'actual', cells: actual },
    ]
    return row === differing ? [...both, { label: '', isMark: true, cells: markUnder(row, text, actual, step) }] : both
  })
  return [...events, ...expectations]
}

/** A mark under the item that differs, or under where one should be. */
function markUnder(row: ComparedRow, text: Texts, actual: readonly string[], step: number): readonly string[] {
  const shown = text.actual(row.cells[step]!.difference!.actual)
  const column =
    shown === undefined ? actual[step]!.length + (actual[step] === '' ? 0 : 2) : actual[step]!.indexOf(shown)
  const mark = `${' '.repeat(column)}${'^'.repeat(shown?.length ?? 1)}`
  return row.cells.map((_, index) => (index === step ? mark : ''))
}

interface Texts {
  readonly expected: (item: PaneItem | LedgerItem | undefined) => string | undefined
  readonly actual: (item: ShownPane | LedgerEntry | undefined) => string | undefined
}

/** How the items of a row are written: what came says as much as what was expected anywhere in the row. */
function textsOf(row: ComparedRow, scale: TimeScale): Texts {
  if (row.of === 'ledger') {
    return {
      expected: (item) => item && `${(item as LedgerItem).reason} ${formatValue(item.value)}`,
      actual: (item) => item && `${(item as LedgerEntry).reason} ${formatValue((item as LedgerEntry).element)}`,
    }
  }
  const all = row.cells.flatMap(({ expected }) => expected)
  const says = {
    timing: all.some(({ sign, timing }) => sign < 0 && timing !== undefined),
    window: all.some(({ window }) => window !== undefined) || row.cells.some(needsWindows),
    timestamp: all.some(({ timestamp }) => timestamp !== undefined),
    index: all.some(({ index }) => index !== undefined),
    isLast: all.some(({ isLast }) => isLast !== undefined),
  }
  return {
    expected: (item) => item && writtenPane(item as PaneItem, scale),
    actual: (item) => item && writtenPane(asItem(item as ShownPane, says), scale),
  }
}

/** Where several panes of one step read the same, only their windows tell them apart. */
function needsWindows({ actual }: ComparedCell<PaneItem, ShownPane> | ComparedCell<LedgerItem, LedgerEntry>): boolean {
  const texts = (actual as readonly ShownPane[]).map(
    ({ value, pane, sign }) => `${sign} ${pane.timing} ${formatValue(value)}`,
  )
  return new Set(texts).size < texts.length
}

type Says = Readonly<Record<'timing' | 'window' | 'timestamp' | 'index' | 'isLast', boolean>>

function asItem(
  { value, timestamp, window, pane, sign }: ShownPane,
  says: Says,
): Omit<PaneItem, 'value' | 'place'> & { readonly value: unknown } {
  return {
    // What takes back comes with the pane that follows it, and has no timing of its own.
    timing: pane.timing === 'unknown' || (sign < 0 && !says.timing) ? undefined : pane.timing,
    sign,
    value,
    ...(says.window && { window }),
    ...(says.timestamp && { timestamp }),
    ...(says.index && { index: pane.index }),
    ...(says.isLast && pane.isLast && { isLast: true as const }),
  }
}

function writtenPane(item: Omit<PaneItem, 'value' | 'place'> & { readonly value: unknown }, scale: TimeScale): string {
  return [
    item.timing,
    item.sign < 0 ? '-' : undefined,
    formatValue(item.value),
    item.window && `in ${formatWrittenWindow(item.window, scale, GLOBAL_WINDOW)}`,
    item.timestamp === undefined ? undefined : `at ${formatTime(item.timestamp, scale)}`,
    item.index === undefined ? undefined : `#${item.index}`,
    item.isLast === true ? 'last' : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(' ')
}
