/**
 * StandingData: what stands at a write step, as a snapshot holds it.
 *
 * Groupings are named by their paths: ids depend on the order in which steps were added, and paths do not.
 */
import type { Coder, FinalValue, PaneInfo, PaneTiming, Timestamp, Window } from '@tidemark/core'
import type { PaneOrigin } from '../bundle/pane.ts'
import type { StateData } from '../snapshot/saved.ts'
import { valueData, valueOf } from '../snapshot/value-data.ts'
import type { GroupingInflow } from './inflow.ts'

/** The coder of elements; `undefined` for canonical bytes. */
export type ValueCoder = Coder<unknown> | undefined

type PaneData = readonly [timing: PaneTiming, index: number, nonSpeculativeIndex: number, first: boolean, last: boolean]

type RowData = readonly [value: StateData, timestamp: Timestamp, start: Timestamp, end: Timestamp, pane: PaneData]

interface PlaceData {
  readonly id: string
  readonly step: string
  readonly key: StateData
  readonly window: readonly [start: Timestamp, end: Timestamp]
  readonly rows: readonly RowData[]
}

/** What stands for an origin of the grouping at `path`, as data. */
export function savePlace(
  { id, key, window }: PaneOrigin,
  rows: readonly FinalValue<unknown>[],
  path: string,
  keyCoder: ValueCoder,
  coder: ValueCoder,
): StateData {
  return {
    id,
    step: path,
    key: valueData(key, keyCoder),
    window: [window.start, window.end],
    rows: rows.map((row) => saveRow(row, coder)),
  } satisfies PlaceData
}

/** What {@link savePlace} made data of; `groupings` by path. */
export function loadPlace(
  saved: StateData,
  groupings: ReadonlyMap<string, GroupingInflow>,
  coder: ValueCoder,
): { readonly origin: PaneOrigin; readonly rows: FinalValue<unknown>[] } {
  const { id, step: path, key, window, rows } = saved as unknown as PlaceData
  const { step, keyCoder } = groupings.get(path)!
  const origin = { id, step, key: valueOf(key, keyCoder), window: windowOf(window) }
  return { origin, rows: rows.map((row) => loadRow(row, coder)) }
}

/** A row as data. */
export function saveRow({ value, timestamp, window, pane }: FinalValue<unknown>, coder: ValueCoder): RowData {
  const { timing, index, nonSpeculativeIndex, isFirst, isLast } = pane
  const info: PaneData = [timing, index, nonSpeculativeIndex, isFirst, isLast]
  return [valueData(value, coder), timestamp, window.start, window.end, info]
}

/** The row that {@link saveRow} made data of. */
export function loadRow(saved: StateData, coder: ValueCoder): FinalValue<unknown> {
  const [value, timestamp, start, end, pane] = saved as unknown as RowData
  return { value: valueOf(value, coder), timestamp, window: { start, end }, pane: paneOf(pane) }
}

function paneOf([timing, index, nonSpeculativeIndex, isFirst, isLast]: PaneData): PaneInfo {
  return { timing, index, nonSpeculativeIndex, isFirst, isLast }
}

function windowOf([start, end]: PlaceData['window']): Window {
  return { start, end }
}
