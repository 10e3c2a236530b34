/**
 * Reducer: what a grouping does with the values of one key and window.
 *
 * One for each kind of grouping: a combiner's accumulator, the list of groupByKey, and the multiset that a grouping fed by
 * changes keeps when its combiner cannot subtract.
 */
import type { Coder, Timestamp } from '@tidemark/core'
import type { CombinePayload, GroupByKeyPayload } from '@tidemark/core/graph'
import { CombineReducer } from './combine-reducer.ts'
import { ListReducer } from './list-reducer.ts'
import { MultisetReducer } from './multiset-reducer.ts'

/** Turns values into one output. `add`, `subtract` and `merge` may change and return their first argument. */
export interface Reducer {
  create(): unknown
  add(accumulator: unknown, value: unknown, timestamp: Timestamp): unknown
  /** Takes back a value that has been added. */
  subtract(accumulator: unknown, value: unknown, timestamp: Timestamp): unknown
  merge(accumulator: unknown, other: unknown): unknown
  /** The output; changes nothing. */
  extract(accumulator: unknown): unknown
}

/** The reducer of a grouping step. */
export function reducerOf(payload: CombinePayload | GroupByKeyPayload, fedByChanges: boolean): Reducer {
  const coder: Coder<unknown> | undefined = payload.valueCoder
  if (payload.primitive === 'groupByKey') return new ListReducer(payload.order === 'canonical', coder)
  if (fedByChanges && payload.combineFn.subtractInput === undefined)
    return new MultisetReducer(payload.combineFn, coder)
  return new CombineReducer(payload.combineFn)
}
