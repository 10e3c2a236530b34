/**
 * comparePanes: the panes that a time line expects, against those that were emitted.
 *
 * Of a pane only what is written is compared. Panes of one step may come in any order, as the engine promises none, but those of one
 * key come by window, and those of one key and window as they were emitted.
 */
import {
  compareWindows,
  encodeKey,
  encodeValue,
  equalBytes,
  keyText,
  type LedgerEntry,
  type WindowedValue,
} from '@tidemark/core'
import type { LedgerItem, PaneItem } from './time-line.ts'
import { formatValue } from './written-value.ts'

/** What differs first in a cell: one of the two is missing where the other has too much. */
export interface CellDifference<E, A> {
  readonly expected: E | undefined
  readonly actual: A | undefined
}

/** A cell compared: its actual items in the order in which they are shown, and what differs first. */
export interface ComparedCell<E, A> {
  readonly expected: readonly E[]
  readonly actual: readonly A[]
  readonly difference: CellDifference<E, A> | undefined
}

/** An element of an output, its value as it is shown. */
export type ShownPane = WindowedValue<unknown>

/** Compares the panes of one output and one step. */
export function comparePanes(
  expected: readonly PaneItem[],
  emitted: readonly ShownPane[],
): ComparedCell<PaneItem, ShownPane> {
  const byWindow = emitted.toSorted((a, b) => compareWindows(a.window, b.window))
  const keyOfPane = ({ value }: { readonly value: unknown }): string => textOfKey(value)
  return compareGroups(grouped(expected, keyOfPane), grouped(byWindow, keyOfPane), expected, isPane)
}

/** Compares the entries of the ledger of one step. */
export function compareLedger(
  expected: readonly LedgerItem[],
  entered: readonly LedgerEntry[],
): ComparedCell<LedgerItem, LedgerEntry> {
  const byReason = grouped(expected, ({ reason, value }) => `${reason} ${textOfValue(value)}`)
  const entries = grouped(entered, ({ reason, element }) => `${reason} ${textOfValue(element)}`)
  return compareGroups(byReason, entries, expected, () => true)
}

/** Says whether two values are the same: by canonical bytes, or as they are written where there are none. */
export function sameValue(a: unknown, b: unknown): boolean {
  try {
    return equalBytes(encodeValue(a), encodeValue(b))
  } catch {
    return formatValue(a) === formatValue(b)
  }
}

function isPane(expected: PaneItem, { value, window, timestamp, pane, sign }: ShownPane): boolean {
  return (
    (expected.timing === undefined || expected.timing === pane.timing) &&
    expected.sign === sign &&
    sameValue(expected.value, value) &&
    (expected.window === undefined || compareWindows(expected.window, window) === 0) &&
    (expected.timestamp === undefined || expected.timestamp === timestamp) &&
    (expected.index === undefined || expected.index === pane.index) &&
    (expected.isLast === undefined || pane.isLast)
  )
}

/** Compares items of one group in order; what is shown follows the groups of what was expected. */
function compareGroups<E, A>(
  expected: ReadonlyMap<string, readonly E[]>,
  actual: ReadonlyMap<string, readonly A[]>,
  inOrder: readonly E[],
  matches: (expected: E, actual: A) => boolean,
): ComparedCell<E, A> {
  const groups = [...new Set([...expected.keys(), ...actual.keys()])]
  const differences = groups.flatMap((group): CellDifference<E, A>[] => {
    const [wanted, got] = [expected.get(group) ?? [], actual.get(group) ?? []]
    const places = [...(wanted.length > got.length ? wanted : got).keys()]
    return places.flatMap((index) => {
      const [e, a] = [wanted[index], got[index]]
      return e !== undefined && a !== undefined && matches(e, a) ? [] : [{ expected: e, actual: a }]
    })
  })
  return {
    expected: inOrder,
    actual: groups.flatMap((group) => actual.get(group) ?? []),
    difference: differences.find(({ expected: e, actual: a }) => e !== undefined && a !== undefined) ?? differences[0],
  }
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return groups
}

/** The key of a value that has one; all others are of one group. */
function textOfKey(value: unknown): string {
  if (!Array.isArray(value) || value.length !== 2) return ''
  try {
    encodeKey(value[0])
    return `key ${keyText(value[0])}`
  } catch {
    return formatValue(value[0])
  }
}

function textOfValue(value: unknown): string {
  try {
    return keyText(encodeValue(value))
  } catch {
    return formatValue(value)
  }
}
