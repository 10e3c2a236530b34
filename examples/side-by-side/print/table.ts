/**
 * Tables without lines: columns are told apart by alignment and space alone, so they can be copied, searched and cut.
 */
import Table from 'cli-table3'
import type { Screen } from './screen.ts'

/** A column: its title, and which side its cells keep to (`right`, as numbers do). */
export type Column = string | { readonly title: string; readonly align: 'left' }

/** How a table is printed. */
export interface TableOptions {
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly string[])[]
  /** Titles above the titles, each over a number of columns. */
  readonly groups?: readonly (readonly [title: string, span: number])[]
}

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '  ',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
}

/** Makes the lines of a table. */
export function tableLines({ paint }: Screen, { columns, rows, groups }: TableOptions): readonly string[] {
  const table = new Table({
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: columns.map((column) => (typeof column === 'string' ? 'right' : column.align)),
  })
  if (groups !== undefined) {
    table.push(groups.map(([title, colSpan]) => ({ content: paint.dim(title), colSpan, hAlign: 'center' as const })))
  }
  table.push(columns.map((column) => paint.dim(typeof column === 'string' ? column : column.title)))
  for (const row of rows) table.push([...row])
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
}
