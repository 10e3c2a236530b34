/**
 * Settled results: what remains of an output when everything has come, as a multiset of elements per window.
 *
 * Equal computations have equal settled results, byte for byte, whatever panes, order and timing they went through. The engine
 * keeps one per output, the evaluator computes one, and the drift property compares them.
 */
import { assert, compareBytes, compareWindows, encodeValue, formatWindow, type Window } from '@tidemark/core'

/** Elements of one window that have the same canonical bytes. */
export interface SettledEntry {
  readonly window: Window
  readonly value: unknown
  /** How many there are: 1 or more. */
  readonly count: number
  /** Canonical bytes of the value: two elements are the same if and only if these are. */
  readonly bytes: Uint8Array
}

/** What remains of an output, sorted by (window end, window start, bytes). Two are the same if and only if their entries are. */
export interface SettledResult {
  readonly entries: readonly SettledEntry[]
}

/** An element that a settled result is made from, or one that is taken back. */
export interface SettledItem {
  readonly window: Window
  readonly value: unknown
  /** How many times (1); below zero when they are taken back. */
  readonly count?: number
  /** Canonical bytes of the value, when they are at hand. */
  readonly bytes?: Uint8Array
}

/** An element that two settled results hold in different numbers. */
export interface SettledDifference {
  readonly window: Window
  readonly value: unknown
  /** How many the first result holds. */
  readonly left: number
  /** How many the second result holds. */
  readonly right: number
}

/**
 * Adds up elements to a settled result.
 *
 * **Contract** — The order of items does not matter. What is taken back as often as it was given is not in the result; taking
 * back more is a fault of the caller (code `INVARIANT`). An element without canonical bytes is refused, as in `encodeValue`.
 *
 * ```ts
 * settledResult([{ window, value: 'a' }, { window, value: 'a' }, { window, value: 'b' }, { window, value: 'b', count: -1 }])
 *   .entries.map(({ value, count }) => [value, count]) // => [['a', 2]]
 * ```
 */
export function settledResult(items: Iterable<SettledItem>): SettledResult {
  const sorted = [...items].map(toEntry).toSorted(compareEntries)
  const entries: SettledEntry[] = []
  for (const entry of sorted) {
    const last = entries.at(-1)
    if (last === undefined || compareEntries(last, entry) !== 0) entries.push(entry)
    else entries[entries.length - 1] = { ...last, count: last.count + entry.count }
  }
  for (const { window, value, count } of entries) {
    assert(count >= 0, `${showValue(value)} was taken back ${-count} times too often in window ${formatWindow(window)}`)
  }
  return Object.freeze({ entries: Object.freeze(entries.filter(({ count }) => count > 0)) })
}

/**
 * Lists the elements that two settled results hold in different numbers, in the order of entries; none when they are equal.
 */
export function settledDifferences(a: SettledResult, b: SettledResult): readonly SettledDifference[] {
  const differences: SettledDifference[] = []
  let i = 0
  let j = 0
  while (i < a.entries.length || j < b.entries.length) {
    const left = a.entries[i]
    const right = b.entries[j]
    const order = left === undefined ? 1 : right === undefined ? -1 : compareEntries(left, right)
    const { window, value } = (order <= 0 ? left : right)!
    if (order <= 0) i += 1
    if (order >= 0) j += 1
    const counts = { left: order <= 0 ? left!.count : 0, right: order >= 0 ? right!.count : 0 }
    if (counts.left !== counts.right) differences.push({ window, value, ...counts })
  }
  return differences
}

/** Writes differences one a line, for messages: `[start, end) value: 1 against 2`. */
export function formatDifferences(differences: readonly SettledDifference[]): string {
  return differences
    .map(({ window, value, left, right }) => `${formatWindow(window)} ${showValue(value)}: ${left} against ${right}`)
    .join('\n')
}

function toEntry({ window, value, count = 1, bytes }: SettledItem): SettledEntry {
  return { window: { start: window.start, end: window.end }, value, count, bytes: bytes ?? encodeValue(value) }
}

function compareEntries(a: SettledEntry, b: SettledEntry): number {
  return compareWindows(a.window, b.window) || compareBytes(a.bytes, b.bytes)
}

function showValue(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return `${part}n`
    return typeof part === 'number' && (!Number.isFinite(part) || Object.is(part, -0)) ? showNumber(part) : part
  })
}

function showNumber(number: number): string {
  return Object.is(number, -0) ? '-0' : String(number)
}
