/**
 * Custom windows: a window function written by the user, checked where it is used.
 *
 * Every window is a non-empty interval of whole milliseconds, no window is assigned twice, and a merge replaces windows
 * by one that spans them. Runners rely on it, so a function that breaks it fails at the element that shows it.
 */
import { checkOptions, requireFunction, type OptionNames } from '../error/check-options.ts'
import { PipelineError } from '../error/pipeline-error.ts'
import { formatTimestamp, type Timestamp } from '../time/timestamp.ts'
import { assignable, clipWindow } from './clip-window.ts'
import { formatWindow, type Window } from './window.ts'
import type { WindowFn, WindowMerge } from './window-fn.ts'

/** What {@link customWindows} is made from. */
export interface CustomWindows {
  /**
   * Names the family of windows in messages and in the fingerprint of the graph: one line, unlike the built-in kinds.
   */
  readonly name: string
  /** All parameters as one line of text. Two functions of one name and description must be the same function. */
  readonly description?: string
  /**
   * Pure: the same timestamp and element always give the same windows, in any order, none for an element without a
   * window.
   */
  readonly assign: WindowFn['assign']
  /**
   * Groups windows that must become one; makes the function a merging one. Must not depend on the order of its input.
   */
  readonly merge?: NonNullable<WindowFn['merge']>
  /** Whether every timestamp lies in exactly one window that depends on nothing else (`false`). */
  readonly tiling?: boolean
  /** As in {@link WindowFn}. */
  readonly outputTimestamp?: NonNullable<WindowFn['outputTimestamp']>
}

const OPTIONS: OptionNames<CustomWindows> = {
  name: true,
  description: true,
  assign: true,
  merge: true,
  tiling: true,
  outputTimestamp: true,
}

const BUILT_IN = ['fixed', 'sliding', 'sessions', 'calendar', 'global']

/**
 * Makes a {@link WindowFn} from functions of the user.
 *
 * **Contract** — Windows are cut at the ends of event time, and must then hold at least one instant. Throws a
 * {@link PipelineError} with code `BAD_WINDOW_FN` at construction; `BAD_WINDOW` or `BAD_WINDOW_MERGE` where a result is wrong.
 *
 * ```ts
 * const shifts = customWindows({ name: 'shifts', assign: (t) => [{ start: t - (t % 8), end: t - (t % 8) + 8 }] })
 * shifts.assign(9, null) // => [{ start: 8, end: 16 }]
 * ```
 */
export function customWindows(options: CustomWindows): WindowFn {
  checkOptions('customWindows', options, OPTIONS)
  const { name, description, assign, merge, tiling = false, outputTimestamp } = options
  requireFunction(`customWindows(${JSON.stringify(name)})`, 'assign', assign)
  requireDefinition(options)
  return Object.freeze({
    kind: name,
    description: description === undefined ? name : `${name}(${description})`,
    merging: merge !== undefined,
    tiling,
    assign: (timestamp: Timestamp, element: unknown): readonly Window[] => {
      const instant = assignable(timestamp)
      const windows = assign(instant, element).map((window) => checkedWindow(name, window, instant))
      if (windows.length > 1) requireDistinct(name, windows, instant)
      if (tiling) requireOneHolding(name, windows, instant)
      return windows
    },
    ...(merge && { merge: (windows: readonly Window[]) => checkedMerges(name, windows, merge(windows)) }),
    ...(outputTimestamp && { outputTimestamp }),
  })
}

function requireDefinition({ name, description, merge, tiling }: CustomWindows): void {
  const fault =
    !/^[^\n\r(]+$/u.test(name) || BUILT_IN.includes(name)
      ? `The name of custom windows is ${JSON.stringify(name)}. It names them in the fingerprint of the graph, ` +
        'so it must be ' +
        `one line without "(" and none of ${BUILT_IN.join(', ')}.`
      : description !== undefined && /[\n\r]/u.test(description)
        ? `The description of custom windows "${name}" has several lines. It is part of the fingerprint; use one line.`
        : merge !== undefined && tiling === true
          ? `Custom windows "${name}" are said to merge and to be tiling. Windows that merge are not fixed by ` +
            'the timestamp ' +
            'alone, so a runner could not reuse them. Leave out merge or tiling.'
          : undefined
  if (fault !== undefined) throw new PipelineError('BAD_WINDOW_FN', fault)
}

function checkedWindow(name: string, window: Window, timestamp: Timestamp): Window {
  if (Number.isInteger(window.start) && Number.isInteger(window.end) && window.start < window.end) {
    const clipped = clipWindow(window.start, window.end)
    if (clipped.start < clipped.end) return clipped
  }
  throw new PipelineError(
    'BAD_WINDOW',
    `Custom windows "${name}" gave [${window.start}, ${window.end}) for ${formatTimestamp(timestamp)}. A window ` +
      'must hold at ' +
      'least one instant of event time and its bounds must be whole milliseconds, or it never closes. Return ' +
      'start < end, rounded.',
  )
}

function requireDistinct(name: string, windows: readonly Window[], timestamp: Timestamp): void {
  const twice = windows.find((a, i) => windows.findIndex((b) => b.start === a.start && b.end === a.end) !== i)
  if (twice === undefined) return
  throw new PipelineError(
    'BAD_WINDOW',
    `Custom windows "${name}" gave ${formatWindow(twice)} twice for ${formatTimestamp(timestamp)}. The element ` +
      'would be ' +
      'counted twice in it. Return each window once.',
  )
}

function requireOneHolding(name: string, windows: readonly Window[], timestamp: Timestamp): void {
  const only = windows[0]
  if (windows.length === 1 && only !== undefined && only.start <= timestamp && timestamp < only.end) return
  throw new PipelineError(
    'BAD_WINDOW',
    `Custom windows "${name}" are said to be tiling but gave ` +
      `${windows.map(formatWindow).join(', ') || 'no window'} for ` +
      `${formatTimestamp(timestamp)}. Tiling means exactly one window, which holds the timestamp. Correct assign ` +
      'or leave out tiling.',
  )
}

function checkedMerges(
  name: string,
  windows: readonly Window[],
  merges: readonly WindowMerge[],
): readonly WindowMerge[] {
  const free = new Set(windows.map(formatWindow))
  for (const { from, into } of merges) {
    const whole = Number.isInteger(into.start) && Number.isInteger(into.end)
    const spans = from.length > 0 && from.every((window) => into.start <= window.start && window.end <= into.end)
    if (whole && spans && from.every((window) => free.delete(formatWindow(window)))) continue
    throw new PipelineError(
      'BAD_WINDOW_MERGE',
      `Custom windows "${name}" merged ${from.map(formatWindow).join(', ') || 'no window'} into [${into.start}, ` +
        `${into.end}). ` +
        'A merge must take windows that it was given, each in one merge only, and put a window in their place ' +
        'that spans them, ' +
        'or elements would be lost. Correct merge.',
    )
  }
  return merges
}
