/**
 * emitAll: every value of what a function has returned, in order.
 */
import type { OnError } from '@tidemark/core'
import type { StepLog } from '../ledger/step-log.ts'
import { UNKEYED, type Cursor, type Emit } from './stage.ts'
import { isSynchronous } from './user-code.ts'

/** Emits the values of an iterable. A step that may put the element into the ledger emits nothing of it before its function is done. */
export function emitAll(results: Iterable<unknown>, onError: OnError, log: StepLog, cursor: Cursor, next: Emit): void {
  const { what } = cursor
  const { path } = log.step
  isSynchronous(results, what, path)
  const values = onError === 'dead-letter' ? [...results] : results
  let count = 0
  for (const result of values) {
    count++
    next(UNKEYED, result)
    cursor.step = path
    cursor.what = what
  }
  if (count > 0) log.counters.withOutput++
  else log.counters.withoutOutput++
}
