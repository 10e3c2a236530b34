/**
 * Panes and ledger entries as short text, in an order that is promised.
 *
 * Only the order within one key and window is, so what one event brings forth is sorted by window and key. play.ts relies on this.
 */
import {
  END_OF_GLOBAL_WINDOW,
  MAX_TIMESTAMP,
  MIN_TIMESTAMP,
  type KV,
  type LedgerEntry,
  type Timestamp,
  type Window,
  type WindowedValue,
} from '@tidemark/core'
import type { OutputAt, Script } from '@tidemark/runners/testing'

/** The elements of each event as text, those from before the first event in front; those of one event by window and key. */
export function byEvent(
  elements: readonly OutputAt[],
  script: Script,
  show: (element: WindowedValue<unknown>) => string,
): readonly (readonly string[])[] {
  return Array.from({ length: script.length + 1 }, (_, index) =>
    elements
      .filter(({ at }) => at === index - 1)
      .map(({ element }) => element)
      .toSorted(byWindowAndKey)
      .map(show),
  )
}

function byWindowAndKey(a: WindowedValue<unknown>, b: WindowedValue<unknown>): number {
  const [key, other] = [keyOf(a.value), keyOf(b.value)]
  return a.window.end - b.window.end || a.window.start - b.window.start || (key < other ? -1 : key > other ? 1 : 0)
}

/** A pane as `on-time a=3 @9 [0,10)`; what takes one back, whose timing says nothing, as `-a=3 @9 [0,10)`. */
export function shown(element: WindowedValue<unknown>): string {
  return withTiming(element, element.pane.timing === 'unknown' ? '' : `${element.pane.timing} `)
}

/** A pane with its numbers, as `on-time#2/0 last a=3 @9 [0,10)`. */
export function shownInFull(element: WindowedValue<unknown>): string {
  const { timing, index, nonSpeculativeIndex, isLast } = element.pane
  if (timing === 'unknown') return shown(element)
  return withTiming(element, `${timing}#${index}/${nonSpeculativeIndex} ${isLast ? 'last ' : ''}`)
}

function withTiming({ value, timestamp, window, sign }: WindowedValue<unknown>, timing: string): string {
  return `${sign < 0 ? '-' : timing}${plain(value)} @${time(timestamp)} ${within(window)}`
}

/** Ledger entries as `expired at Sum: a=1 @3 [0,10)`. */
export function shownLedger(ledger: readonly LedgerEntry[]): readonly string[] {
  return ledger.map(({ reason, step, element, timestamp, window }) => {
    const where = window === undefined ? '' : ` ${within(window)}`
    return `${reason} at ${step}: ${plain(element)}${timestamp === undefined ? '' : ` @${time(timestamp)}`}${where}`
  })
}

function isKeyed(value: unknown): value is KV<string, unknown> {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string'
}

function keyOf(value: unknown): string {
  return isKeyed(value) ? value[0] : ''
}

/** A value as text; one with a key reads `a=3`. */
function plain(value: unknown): string {
  return isKeyed(value) ? `${value[0]}=${JSON.stringify(value[1])}` : JSON.stringify(value)
}

/** A window as text; the global one reads `all`. */
function within({ start, end: until }: Window): string {
  return until > END_OF_GLOBAL_WINDOW ? 'all' : `[${start},${until})`
}

function time(timestamp: Timestamp): string {
  if (timestamp === MIN_TIMESTAMP) return 'beginning'
  if (timestamp === MAX_TIMESTAMP) return 'end'
  return timestamp === END_OF_GLOBAL_WINDOW ? 'end-of-all' : String(timestamp)
}
