/**
 * StatefulSpec: what a stateful step is built from.
 */
import type { WindowingStrategy } from '@tidemark/core'
import type { PaneKind, StatefulPayload } from '@tidemark/core/graph'
import type { StepLog } from '../ledger/step-log.ts'
import type { Output } from '../plan/output.ts'

/** What a stateful step is built from. */
export interface StatefulSpec {
  readonly payload: StatefulPayload
  /** Windowing of the input. */
  readonly windowing: WindowingStrategy
  readonly inputPanes: PaneKind
  readonly output: Output
  readonly log: StepLog
  /** Processing time; the same clock for all steps, so that none is ahead of another. */
  readonly clock: { readonly now: number }
}
