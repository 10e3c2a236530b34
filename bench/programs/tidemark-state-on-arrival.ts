/**
 * A running total per key on Tidemark, elements as they come.
 */
import { runningTotals } from '../running-total.ts'

/** Runs the pipeline once. */
export function run(): Promise<string> {
  return runningTotals('arrival')
}
