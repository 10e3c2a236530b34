/**
 * The laws of window functions, checked on given elements.
 *
 * A WindowFn promises that windows depend on nothing but the timestamp and the element, and that merging depends on
 * nothing but the windows. The checker asks again, in other orders and in several steps, and reports where the answers
 * differ.
 */
import {
  checkOptions,
  compareWindows,
  END_OF_GLOBAL_WINDOW,
  formatTimestamp,
  formatWindow,
  GLOBAL_WINDOW,
  type Timestamp,
  type Window,
  type WindowFn,
  type WindowMerge,
} from '../index.ts'
import { shuffles } from './arrangements.ts'

/** An element to assign: its timestamp, with the element itself where windows depend on it. */
export type WindowFnSample = Timestamp | { readonly timestamp: Timestamp; readonly element: unknown }

/** How the checker judges. */
export interface WindowFnLawOptions {
  /** Whether every window holds the timestamp it was assigned for (`true`). */
  readonly holdsTimestamp?: boolean
}

interface Assignment {
  readonly timestamp: Timestamp
  readonly element: unknown
  readonly windows: readonly Window[]
}

type Merge = NonNullable<WindowFn['merge']>

/**
 * Returns the laws that the function breaks on these elements, one line of text each; none for a lawful one.
 *
 * **Contract** — Checked are: the same windows when asked again and in another order; windows that hold an instant, lie
 * in event time, occur once and hold the timestamp; for tiling functions, exactly one window each, disjoint from the
 * others and the same for all that it holds; for merging ones, that the order of windows and of merges has no effect
 * and that merged windows merge no further.
 *
 * ```ts
 * checkWindowFnLaws(fixedWindows(minutes(1)), [-1, 0, 59_999, 60_000]) // => []
 * ```
 */
export function checkWindowFnLaws(
  fn: WindowFn,
  samples: readonly WindowFnSample[],
  options: WindowFnLawOptions = {},
): readonly string[] {
  checkOptions('checkWindowFnLaws', options, { holdsTimestamp: true })
  const { holdsTimestamp = true } = options
  const elements = samples.map((sample) =>
    typeof sample === 'number' ? { timestamp: sample, element: undefined } : sample,
  )
  const assign = ({ timestamp, element }: Omit<Assignment, 'windows'>): Assignment => ({
    timestamp,
    element,
    windows: [...fn.assign(timestamp, element)],
  })
  const { merge } = fn
  return lines(() => {
    const first = elements.map(assign)
    return [
      ...named('determinism', checkDeterminism(first, elements.toReversed().map(assign).toReversed())),
      ...named('windows', checkWindows(first, holdsTimestamp)),
      ...named('tiling', fn.tiling ? checkTiling(fn, first) : []),
      ...named(
        'merging',
        fn.merging === (merge !== undefined) ? [] : ['the function is said to merge but has no merge, or the reverse'],
      ),
      ...named('merging', merge ? checkMerging(merge, distinct(first.flatMap(({ windows }) => windows))) : []),
    ]
  })
}

function lines(check: () => readonly string[]): readonly string[] {
  try {
    return check()
  } catch (error) {
    return [`threw ${String(error)}`]
  }
}

function named(law: string, broken: Iterable<string>): readonly string[] {
  return [...new Set(broken)].map((line) => `${law}: ${line}`)
}

function* checkDeterminism(first: readonly Assignment[], again: readonly Assignment[]): Iterable<string> {
  for (const [i, { timestamp, windows }] of first.entries()) {
    const before = show(windows)
    const after = show(again[i]?.windows ?? [])
    if (before !== after) yield `${formatTimestamp(timestamp)} first had ${before}, then ${after}`
  }
}

function* checkWindows(assignments: readonly Assignment[], holdsTimestamp: boolean): Iterable<string> {
  for (const { timestamp, windows } of assignments) {
    const instant = Math.min(timestamp, END_OF_GLOBAL_WINDOW)
    if (distinct(windows).length < windows.length)
      yield `${formatTimestamp(timestamp)} has a window twice: ${show(windows)}`
    for (const { start, end } of windows) {
      const where = `${formatTimestamp(timestamp)} has [${start}, ${end})`
      if (!Number.isInteger(start) || !Number.isInteger(end)) yield `${where}, which is not of whole milliseconds`
      if (!(start < end)) yield `${where}, which is empty`
      if (start < GLOBAL_WINDOW.start || end > GLOBAL_WINDOW.end) yield `${where}, which reaches out of event time`
      if (holdsTimestamp && !(start <= instant && instant < end)) yield `${where}, which does not hold it`
    }
  }
}

function* checkTiling(fn: WindowFn, assignments: readonly Assignment[]): Iterable<string> {
  for (const { timestamp, windows } of assignments) {
    if (windows.length !== 1) yield `${formatTimestamp(timestamp)} has ${windows.length} windows`
    for (const window of windows) {
      const { start, end } = window
      for (const instant of [start, start + Math.floor((end - start) / 2), end - 1]) {
        if (show(fn.assign(instant, undefined)) !== show([window]))
          yield `${formatWindow(window)} is not the window of its ${instant}`
      }
    }
  }
  const sorted = distinct(assignments.flatMap(({ windows }) => windows)).sort((a, b) => a.start - b.start)
  for (const [i, window] of sorted.entries()) {
    const next = sorted[i + 1]
    if (next !== undefined && next.start < window.end) yield `${formatWindow(window)} overlaps ${formatWindow(next)}`
  }
}

function* checkMerging(merge: Merge, windows: readonly Window[]): Iterable<string> {
  const merges = merge(windows)
  const expected = show(settle(windows, merges))
  const taken = merges.flatMap(({ from }) => from)
  if (distinct(taken).length < taken.length) yield `a window of ${show(windows)} is in two merges`
  for (const { from, into } of merges) {
    if (from.some(({ start, end }) => start < into.start || end > into.end))
      yield `${show(from)} merge into ${show([into])}`
  }
  const settled = settle(windows, merges)
  const further = show(settle(settled, merge(settled)))
  if (further !== expected) yield `${expected} merge further into ${further}`
  for (const order of [windows.toReversed(), ...shuffles(windows)]) {
    const other = show(settle(order, merge(order)))
    if (other !== expected) yield `${show(windows)} merge into ${expected}, in another order into ${other}`
    let stepwise: readonly Window[] = []
    for (const window of order) {
      const together = distinct([...stepwise, window])
      stepwise = settle(together, merge(together))
    }
    if (show(stepwise) !== expected)
      yield `${show(windows)} merge into ${expected}, one after the other into ${show(stepwise)}`
  }
}

/** The windows after the merges, in their usual order. */
function settle(windows: readonly Window[], merges: readonly WindowMerge[]): readonly Window[] {
  const gone = new Set(merges.flatMap(({ from }) => from.map(formatWindow)))
  return distinct([
    ...windows.filter((window) => !gone.has(formatWindow(window))),
    ...merges.map(({ into }) => into),
  ]).sort(compareWindows)
}

function distinct(windows: readonly Window[]): Window[] {
  return [...new Map(windows.map((window) => [`${window.start} ${window.end}`, window])).values()]
}

function show(windows: readonly Window[]): string {
  return windows.map(formatWindow).join(', ') || 'no window'
}
