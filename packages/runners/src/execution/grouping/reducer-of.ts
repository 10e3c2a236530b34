/**
 * reducerOf: which reducer a grouping step runs.
 */
import type { Coder } from '@tidemark/core'
import type { CombinePayload, GroupByKeyPayload } from '@tidemark/core/graph'
import { CombineReducer } from './combine-reducer.ts'
import { ListReducer } from './list-reducer.ts'
import { MultisetReducer } from './multiset-reducer.ts'
import type { Reducer } from './reducer.ts'

/** The reducer of a grouping step. */
export function reducerOf(payload: CombinePayload | GroupByKeyPayload, fedByChanges: boolean): Reducer {
  const coder: Coder<unknown> | undefined = payload.valueCoder
  if (payload.primitive === 'groupByKey') return new ListReducer(payload.order === 'canonical', coder)
  if (fedByChanges && payload.combineFn.subtractInput === undefined)
    return new MultisetReducer(payload.combineFn, coder)
  return new CombineReducer(payload.combineFn)
}
