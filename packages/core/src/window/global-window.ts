/**
 * The global window: all of event time as one window.
 *
 * It closes only when the source is complete, so an unbounded grouping in it needs a trigger.
 */
import { GLOBAL_WINDOW, type Window } from './window.ts'
import type { WindowFn } from './window-fn.ts'

/** A {@link WindowFn} whose only window is {@link GLOBAL_WINDOW}. */
export interface GlobalWindowFn extends WindowFn {
  readonly kind: 'global'
}

const ASSIGNED: readonly Window[] = Object.freeze([GLOBAL_WINDOW])

const GLOBAL: GlobalWindowFn = Object.freeze({
  kind: 'global',
  description: 'global',
  merging: false,
  tiling: true,
  assign: (): readonly Window[] => ASSIGNED,
})

/** Assigns every element to {@link GLOBAL_WINDOW}. */
export function globalWindow(): GlobalWindowFn {
  return GLOBAL
}
