/**
 * Reducer: what a grouping does with the values of one key and window.
 *
 * One for each kind of grouping: a combiner's accumulator, the list of groupByKey, and the multiset that a grouping fed by
 * changes keeps when its combiner cannot subtract.
 */
import type { Timestamp } from '@tidemark/core'
import type { StateData } from '../snapshot/saved.ts'

/** Turns values into one output. `add`, `subtract` and `merge` may change and return their first argument. */
export interface Reducer {
  create(): unknown
  add(accumulator: unknown, value: unknown, timestamp: Timestamp): unknown
  /** Takes back a value that has been added. */
  subtract(accumulator: unknown, value: unknown, timestamp: Timestamp): unknown
  merge(accumulator: unknown, other: unknown): unknown
  /** The output; changes nothing. */
  extract(accumulator: unknown): unknown
  /** The accumulator as plain data, or as bytes of its coder. */
  save(accumulator: unknown): StateData
  load(data: StateData): unknown
  /** An output as plain data, or with bytes of the coder where its parts have one. */
  saveOutput(output: unknown): StateData
  loadOutput(data: StateData): unknown
}
