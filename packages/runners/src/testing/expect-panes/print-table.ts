/**
 * printTable: a time line as text, columns aligned, in blocks where it would be too wide.
 *
 * Rows that are not part of the notation (`actual`, the mark) stand under the row that they are about.
 */

/** Widest line of a printed table. */
const WIDTH = 118

/** A row: its label, and its text in each step. */
export interface PrintedRow {
  readonly label: string
  readonly cells: readonly string[]
  /** Whether the row only marks another one: it has no bars, and is left out where it is empty. */
  readonly isMark?: boolean
}

/** Prints rows of equally many cells. */
export function printTable(rows: readonly PrintedRow[]): string {
  const steps = Math.max(0, ...rows.map(({ cells }) => cells.length))
  const labels = Math.max(0, ...rows.map(({ label }) => label.length))
  const widths = Array.from({ length: steps }, (_, step) =>
    Math.max(1, ...rows.map(({ cells }) => (cells[step] ?? '').length)),
  )
  return blocksOf(widths, WIDTH - labels - 4)
    .map(([from, to]) => printBlock(rows, widths, labels, from, to))
    .join('\n\n')
}

function printBlock(
  rows: readonly PrintedRow[],
  widths: readonly number[],
  labels: number,
  from: number,
  to: number,
): string {
  return rows
    .filter(({ cells, isMark }) => isMark !== true || cells.slice(from, to).some((cell) => cell !== ''))
    .map(({ label, cells, isMark }) => {
      const parts = widths.slice(from, to).map((width, index) => (cells[from + index] ?? '').padEnd(width))
      return `  ${label.padEnd(labels)}  ${parts.join(isMark === true ? '   ' : ' | ')}`.trimEnd()
    })
    .join('\n')
}

/** Which steps stand in one block: as many as fit, one at least. */
function blocksOf(widths: readonly number[], room: number): readonly (readonly [from: number, to: number])[] {
  const blocks: (readonly [number, number])[] = []
  let from = 0
  let used = 0
  for (const [step, width] of widths.entries()) {
    if (step > from && used + 3 + width > room) {
      blocks.push([from, step])
      from = step
      used = 0
    }
    used += width + (step > from ? 3 : 0)
  }
  return [...blocks, [from, widths.length]]
}
