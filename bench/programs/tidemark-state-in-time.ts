/**
 * A running total per key on Tidemark, in the order of time.
 */
import { runningTotals } from '../running-total.ts'

/** Runs the pipeline once. */
export function run(): Promise<string> {
  return runningTotals('event-time')
}
