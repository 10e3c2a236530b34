/**
 * JoinSpec: what a join of two inputs by time is built from.
 */
import type { PaneKind, TimeJoinPayload } from '@tidemark/core/graph'
import type { StepLog } from '../ledger/step-log.ts'
import type { Output } from '../plan/output.ts'

/** What a join is built from. */
export interface JoinSpec<P extends TimeJoinPayload> {
  readonly payload: P
  /** What comes in on each side. */
  readonly panes: { readonly left: PaneKind; readonly right: PaneKind }
  readonly output: Output
  readonly log: StepLog
}
