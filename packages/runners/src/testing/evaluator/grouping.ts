/**
 * Groupings: all values of a key and window, listed in canonical order or combined.
 *
 * One row comes out for each group: the pane that remains when all panes have been emitted, merged or netted. Accumulation
 * mode and trigger decide how a result comes about, not what it is, so they do not occur here.
 */
import {
  END_OF_GLOBAL_WINDOW,
  GLOBAL_WINDOW,
  maxTimestamp,
  type Timestamp,
  type WindowingStrategy,
} from '@tidemark/core'
import type { CombinePayload, GroupByKeyPayload } from '@tidemark/core/graph'
import { bytesOf, inCanonicalOrder } from './canonical-order.ts'
import { keyedValue, ONLY_PANE, type Row } from './rows.ts'
import { groupRows, type Group } from './windowing.ts'

/** Lists the values of each key and window by (timestamp, canonical bytes); so it does for `order: 'any'`, where any order is right. */
export function evaluateGroupByKey(
  payload: GroupByKeyPayload,
  windowing: WindowingStrategy,
  rows: readonly Row[],
): readonly Row[] {
  return groupRows(rows, windowing, (row) => keyedValue(row)[0], payload.keyCoder).map((group) => {
    const sorted = inCanonicalOrder(group.rows, (row) => [bytesOf(keyedValue(row)[1], payload.valueCoder)])
    return rowOf(group, windowing, [group.key, sorted.map((row) => keyedValue(row)[1])])
  })
}

/**
 * Combines the values of each key and window, one after the other; their order does not matter to a CombineFn.
 *
 * Without keys all elements of a window are one group, and in the global window there is a result even of none.
 */
export function evaluateCombine(
  payload: CombinePayload,
  windowing: WindowingStrategy,
  rows: readonly Row[],
): readonly Row[] {
  const { combineFn, keyed, keyCoder } = payload
  if (!keyed && rows.length === 0 && windowing.windowFn.kind === 'global') {
    const value = combineFn.extractOutput(combineFn.createAccumulator())
    return [{ value, timestamp: END_OF_GLOBAL_WINDOW, window: GLOBAL_WINDOW, pane: ONLY_PANE }]
  }
  const keyOf = (row: Row): unknown => (keyed ? keyedValue(row)[0] : null)
  return groupRows(rows, windowing, keyOf, keyCoder).map((group) => {
    let accumulator = combineFn.createAccumulator()
    for (const row of group.rows) {
      accumulator = combineFn.addInput(accumulator, keyed ? keyedValue(row)[1] : row.value)
    }
    const output = combineFn.extractOutput(accumulator)
    return rowOf(group, windowing, keyed ? [group.key, output] : output)
  })
}

function rowOf(group: Group, windowing: WindowingStrategy, value: unknown): Row {
  return { value, timestamp: outputTimestamp(group, windowing), window: group.window, pane: ONLY_PANE }
}

/** The window's last timestamp, or the earliest or latest one of all elements where that is not beyond the window. */
function outputTimestamp({ window, rows }: Group, { windowFn, timestampCombiner }: WindowingStrategy): Timestamp {
  const timestamps = rows.map(({ timestamp }) => windowFn.outputTimestamp?.(window, timestamp) ?? timestamp)
  switch (timestampCombiner) {
    case 'end-of-window':
      return maxTimestamp(window)
    case 'earliest':
      return Math.min(maxTimestamp(window), ...timestamps)
    case 'latest':
      return Math.min(maxTimestamp(window), Math.max(...timestamps))
  }
}
