/**
 * Rows of result files: the fields of an element, its window, and the pane when asked for.
 */
import { GLOBAL_WINDOW, PipelineError, type FinalValue, type Sign, type Window } from '@tidemark/core'
import { setField } from './named-record.ts'
import { visible } from './visible-text.ts'

/** A row: named values in the order of its columns. */
export type ResultRow = Readonly<Record<string, unknown>>

/** What rows hold. */
export interface RowOptions<T> {
  /** Makes the row of an element, without its window; plain data. By default a record is itself, a pair `{ key, value }`, anything else `{ value }`. */
  readonly row?: (value: T) => ResultRow
  /** Whether rows end with `windowStart` and `windowEnd`, ISO 8601 in UTC, null for the global window (true). */
  readonly window?: boolean
  /** Whether rows end with `paneTiming`, `paneIndex` and `paneIsLast` (false). */
  readonly pane?: boolean
}

/** The row of an element, without its window. */
export function valueRow<T>(value: T, { row }: RowOptions<T>): ResultRow {
  if (row !== undefined) return row(value)
  if (Array.isArray(value)) {
    const pair: readonly unknown[] = value
    return pair.length === 2 ? { key: pair[0], value: pair[1] } : { value }
  }
  return isRecord(value) ? value : { value }
}

/** The row as it stands in the file, with its sign where there is one. Throws `SINK_ROW` when a field of the value bears the name of a column of ours. */
export function completeRow<T>(
  values: ResultRow,
  element: FinalValue<T>,
  options: RowOptions<T>,
  sign: Sign | undefined,
): ResultRow {
  const row: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(values)) setField(row, name, value)
  const own = {
    ...(options.window === false ? {} : windowColumns(element.window)),
    ...(options.pane === true
      ? { paneTiming: element.pane.timing, paneIndex: element.pane.index, paneIsLast: element.pane.isLast }
      : {}),
    ...(sign === undefined ? {} : { sign }),
  }
  for (const [name, value] of Object.entries(own)) {
    if (Object.hasOwn(row, name)) throw nameTaken(name)
    row[name] = value
  }
  return row
}

function windowColumns(window: Window): ResultRow {
  const isGlobal = window.start === GLOBAL_WINDOW.start && window.end === GLOBAL_WINDOW.end
  return {
    windowStart: isGlobal ? null : new Date(window.start).toISOString(),
    windowEnd: isGlobal ? null : new Date(window.end).toISOString(),
  }
}

function isRecord(value: unknown): value is ResultRow {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array)
}

function nameTaken(name: string): PipelineError {
  return new PipelineError(
    'SINK_ROW',
    `An element has a field "${visible(name, 60)}", which is the name of a column that the sink adds. One would hide the other. ` +
      'Rename the field with the option row, or leave the columns out with window: false.',
  )
}
