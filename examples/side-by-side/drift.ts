/**
 * The drift report: whether two runs settled on the same values, byte for byte.
 */
import { formatWindow } from '@tidemark/core'
import type { Outputs } from '@tidemark/core/graph'
import { settledDifferences, type SettledDifference } from '@tidemark/runners/testing'
import type { Run } from './run-both-ways.ts'

/** A value that two runs hold in different numbers, and the output it stands in. */
export interface Drift extends SettledDifference {
  readonly output: string
}

/** What a comparison of two runs has found. */
export interface Comparison {
  readonly name: string
  /** How many settled values were compared. */
  readonly compared: number
  readonly differences: readonly Drift[]
}

/** Compares every output of two runs of one pipeline. */
export function compareRuns<O extends Outputs>(name: string, left: Run<O>, right: Run<O>): Comparison {
  const outputs = Object.keys(left.settled)
  const differences = outputs.flatMap((output) =>
    settledDifferences(left.settled[output]!, right.settled[output]!).map((difference) => ({ output, ...difference })),
  )
  const onlyRight = differences.filter((difference) => difference.left === 0).length
  const onLeft = outputs.reduce((sum, output) => sum + left.settled[output]!.entries.length, 0)
  return { name, compared: onLeft + onlyRight, differences }
}

/** Writes a difference in a line: `totalsPerMinute [start, end) {…}: 1 in history, 0 live`. */
export function driftText({ output, window, value, left, right }: Drift): string {
  return `${output} ${formatWindow(window)} ${JSON.stringify(value)}: ${left} in history, ${right} live`
}
