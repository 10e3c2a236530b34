/**
 * Windows of rows: assignment by timestamp, and merging per key over all of a key's windows at once.
 */
import { isMerging, type Coder, type Window, type WindowFn, type WindowingStrategy } from '@tidemark/core'
import { canonicalKey, textOfKey } from './canonical-order.ts'
import { partition, textOfWindow, type EvaluatedEntry, type Row } from './rows.ts'

/** The rows of one key and one window. */
export interface Group {
  readonly key: unknown
  readonly window: Window
  readonly rows: readonly Row[]
}

/**
 * Gives every row the windows of `windowFn` at its timestamp: a row for each, and a ledger entry `no-window` when there is none.
 * The window it had before does not matter.
 */
export function assignWindows(
  rows: readonly Row[],
  windowFn: WindowFn,
  step: string,
  ledger: EvaluatedEntry[],
): readonly Row[] {
  return rows.flatMap((row) => {
    const { value: element, timestamp } = row
    const windows = windowFn.assign(timestamp, element)
    if (windows.length === 0) ledger.push({ reason: 'no-window', step, element, timestamp, window: undefined })
    return windows.map((window) => ({ ...row, window }))
  })
}

/**
 * Groups rows by key and window.
 *
 * **Contract** — Windows of one key that merge are merged first, over all rows: what one element bridges is one window,
 * whenever that element came. Keys are the same when their bytes are; a group's key is the canonical one.
 */
export function groupRows(
  rows: readonly Row[],
  windowing: WindowingStrategy,
  keyOf: (row: Row) => unknown,
  keyCoder: Coder<unknown> | undefined,
): readonly Group[] {
  return partition(rows, (row) => textOfKey(keyOf(row), keyCoder)).flatMap((ofKey) => {
    const key = canonicalKey(keyOf(ofKey[0]!), keyCoder)
    const merged = isMerging(windowing) ? mergeWindows(ofKey, windowing.windowFn) : ofKey
    return partition(merged, (row) => textOfWindow(row.window)).map((ofWindow) => ({
      key,
      window: ofWindow[0]!.window,
      rows: ofWindow,
    }))
  })
}

function mergeWindows(rows: readonly Row[], windowFn: WindowFn): readonly Row[] {
  const distinct = new Map(rows.map(({ window }) => [textOfWindow(window), window]))
  const into = new Map<string, Window>()
  for (const merge of windowFn.merge?.([...distinct.values()]) ?? []) {
    for (const window of merge.from) into.set(textOfWindow(window), merge.into)
  }
  return rows.map((row) => ({ ...row, window: into.get(textOfWindow(row.window)) ?? row.window }))
}
