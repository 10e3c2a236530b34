/**
 * Side windows: which window of a side input an element of a main window sees.
 *
 * The side window is the earliest one that holds the last instant of the main window. Where there is no such window for
 * every main window, the pair is refused when the graph is built.
 */
import { IncompatibleWindowingError } from '../error/pipeline-error.ts'
import type { SlidingWindowFn } from './sliding-windows.ts'
import { formatWindow, GLOBAL_WINDOW, maxTimestamp, type Window } from './window.ts'
import type { WindowFn } from './window-fn.ts'

/**
 * Throws an {@link IncompatibleWindowingError} unless every window of `main` has a side window in `side`.
 *
 * Codes: `SIDE_INPUT_MERGES` (its windows are not known before they merge), `SIDE_INPUT_OF_GLOBAL` (the global window
 * ends after every other), `SIDE_INPUT_GAPS` (period longer than size) and `SIDE_INPUT_CUSTOM` (custom windows that are
 * not tiling).
 */
export function requireSideWindows(main: WindowFn, side: WindowFn, step?: string): void {
  const fault = faultOf(main, side)
  if (fault === undefined) return
  const [code, why] = fault
  throw new IncompatibleWindowingError(
    code,
    `The side input has windows ${side.description} and the main input ${main.description}. ${why}`,
    { step },
  )
}

/**
 * Returns the window of `side` that an element of the window `main` sees: the earliest that holds `maxTimestamp(main)`.
 *
 * ```ts
 * sideWindow(slidingWindows(seconds(2), seconds(1)), { start: 0, end: 5_000 }) // => { start: 3_000, end: 5_000 }
 * ```
 */
export function sideWindow(side: WindowFn, main: Window): Window {
  const instant = maxTimestamp(main)
  let earliest: Window | undefined
  if (!side.merging && (main.end < GLOBAL_WINDOW.end || main.start > GLOBAL_WINDOW.start || side.kind === 'global')) {
    for (const window of side.assign(instant, undefined)) {
      if (window.start > instant || window.end <= instant) continue
      if (earliest === undefined || window.start < earliest.start) earliest = window
    }
  }
  if (earliest !== undefined) return earliest
  throw new IncompatibleWindowingError(
    'NO_SIDE_WINDOW',
    `No window of the side input, ${side.description}, belongs to the main window ${formatWindow(main)}. An ` +
      'element of the main ' +
      'input would wait for it forever. Give the side input windows that hold the end of every main window, such ' +
      'as the global one.',
  )
}

function faultOf(main: WindowFn, side: WindowFn): readonly [code: string, why: string] | undefined {
  if (side.merging) {
    return [
      'SIDE_INPUT_MERGES',
      'Windows that merge are not known while main elements wait. Window the side input otherwise.',
    ]
  }
  if (main.kind === 'global' && side.kind !== 'global') {
    return [
      'SIDE_INPUT_OF_GLOBAL',
      'The global window ends after every side window. Put the side input in the global window too.',
    ]
  }
  if (isSliding(side) && side.period > side.size) {
    return [
      'SIDE_INPUT_GAPS',
      'Main windows that end in a gap between side windows would wait forever. Use a period up to the size.',
    ]
  }
  if (!side.tiling && !isSliding(side)) {
    return [
      'SIDE_INPUT_CUSTOM',
      'Custom windows may depend on the element, and a main window has none. Declare them tiling if they do not.',
    ]
  }
  return undefined
}

function isSliding(fn: WindowFn): fn is SlidingWindowFn {
  return fn.kind === 'sliding'
}
