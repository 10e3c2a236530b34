/**
 * Totals that change, summed in sessions: what the tests of changes in sessions share. Values are small and times are milliseconds, so
 * that all can be reckoned in the head.
 */
import {
  afterCount,
  combinePerKey,
  filter,
  fixedWindows,
  milliseconds,
  repeatedly,
  sessions,
  windowInto,
  type KV,
  type PCollection,
  type Root,
  type Trigger,
  type WindowFn,
  type WindowingOptions,
} from '@tidemark/core'
import { sum } from '@tidemark/transforms'
import { numbers } from './scripted.ts'

/** A pane for every bundle that brings something. */
export const everyOne: Trigger = repeatedly(afterCount(1))
/** Sessions of ten milliseconds. */
export const gap: ReturnType<typeof sessions> = sessions(milliseconds(10))
/** How late elements may be. */
export const LATENESS: ReturnType<typeof milliseconds> = milliseconds(20)

/**
 * The totals of every millisecond and key, as changes: an element at 8 gives a total at 8, a second one there changes it, and one that
 * brings it to zero takes it back.
 */
export function totals(root: Root, lateness = LATENESS): PCollection<KV<string, number>> {
  const each = windowInto<KV<string, number>>(fixedWindows(milliseconds(1)), {
    trigger: everyOne,
    allowedLateness: lateness,
    accumulationMode: 'retracting',
    onTime: 'if-non-empty',
  })
  return numbers(root).pipe(
    each,
    combinePerKey('Each', sum()),
    filter(([, total]) => total !== 0),
  )
}

/** Options of the sessions. */
export type Options = Partial<Extract<WindowingOptions, { allowedLateness: unknown }>>

/** The sums of sessions of totals. */
export function sums(
  options: Options = {},
  windows: WindowFn = gap,
  lateness = LATENESS,
): (root: Root) => { readonly out: PCollection<KV<string, number>> } {
  return (root: Root) => ({
    out: totals(root, lateness).pipe(
      windowInto(windows, {
        trigger: everyOne,
        allowedLateness: lateness,
        accumulationMode: 'retracting',
        onTime: 'if-non-empty',
        ...options,
      }),
      combinePerKey('Sum', sum()),
    ),
  })
}
