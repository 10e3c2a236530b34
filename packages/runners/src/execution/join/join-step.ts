/**
 * joinStep: the operator of a join.
 */
import type { AsOfJoinPayload, IntervalJoinPayload } from '@tidemark/core/graph'
import type { TimedOperator } from '../plan/operator.ts'
import { AsOfJoin } from './as-of-join.ts'
import { IntervalJoin } from './interval-join.ts'
import type { JoinSpec } from './join-spec.ts'

/** A join at run time. */
export function joinStep(spec: JoinSpec<IntervalJoinPayload | AsOfJoinPayload>): TimedOperator {
  const { payload } = spec
  return payload.primitive === 'asOfJoin' ? new AsOfJoin({ ...spec, payload }) : new IntervalJoin({ ...spec, payload })
}
