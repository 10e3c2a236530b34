/**
 * What a grouping is: its payload and windowing, and what follows from its input.
 */
import { END_OF_GLOBAL_WINDOW, GLOBAL_WINDOW, type WindowedValue, type WindowingStrategy } from '@tidemark/core'
import { paneValue, type GroupingPayload } from './grouped-value.ts'
import type { ToLedger } from './step-runner.ts'

/** A grouping, as all its keys see it. */
export interface GroupingSpec {
  readonly payload: GroupingPayload
  readonly windowing: WindowingStrategy
  /** Whether its elements are changes: then a window of which everything is taken back has no result. */
  readonly fedByChanges: boolean
  /** Whether nothing at all has a result: without keys, in the global window (73). */
  readonly hasDefault: boolean
  readonly ledger: ToLedger
}

/** The only pane of a grouping into which nothing has come. */
export function defaultPane({ payload }: GroupingSpec): WindowedValue<unknown> {
  return {
    value: paneValue(payload, null, []),
    timestamp: END_OF_GLOBAL_WINDOW,
    window: GLOBAL_WINDOW,
    pane: { timing: 'on-time', index: 0, nonSpeculativeIndex: 0, isFirst: true, isLast: true },
    sign: 1,
  }
}
