/**
 * compareAnswers: what a run has settled on, against what its elements mean by the reference evaluator.
 *
 * What the run dropped, and entered in its ledger, is left out for the evaluator too. Where a drop cannot be undone (a session was
 * split, a change was lost, a session had been widened by what was dropped) there is nothing to compare: only conservation holds.
 */
import { DROP_REASONS, isMerging, type LedgerEntry } from '@tidemark/core'
import type { Collection, PipelineGraph, Step } from '@tidemark/core/graph'
import { settledDifferences, type SettledDifference } from '../../settled/settled-result.ts'
import type { CallAnswers } from '../evaluator/call-answers.ts'
import { evaluateWith, type Evaluation, type EvaluatorInput } from '../evaluator/evaluate.ts'
import { elementsOf, type Arrival } from './arrival.ts'
import type { Answer } from './run-arrival.ts'

/** Where an answer differs from what the elements mean: `left` is the run, `right` the evaluator. */
export interface AnswerDifference {
  readonly output: string
  readonly differences: readonly SettledDifference[]
}

/** What the run dropped for reasons of arrival, at steps whose inputs the evaluator knows. */
export function dropsOf(graph: PipelineGraph, answer: Answer): readonly LedgerEntry[] {
  return allDrops(answer).filter(({ step }) => stepOf(graph, step).drift.safe)
}

/** The outputs that can be compared: none where leaving out a drop is not as if it had never been, and none below a drop at a step that drifts. */
export function comparable(graph: PipelineGraph, answer: Answer, names: readonly string[]): readonly string[] {
  if (!dropsOf(graph, answer).every((drop) => isExact(graph, drop))) return []
  if (allDrops(answer).every(({ step }) => stepOf(graph, step).drift.safe)) return names
  return names.filter((name) => graph.steps[graph.collections[graph.outputs[name]!]!.step]!.drift.safe)
}

/** Compares the named outputs of a run with the evaluator; the first that differs, or `undefined`. */
export function firstDifference(
  names: readonly string[],
  answer: Answer,
  meant: Evaluation,
): AnswerDifference | undefined {
  for (const output of names) {
    const differences = settledDifferences(answer.settled[output]!, meant.outputs[output]!)
    if (differences.length > 0) return { output, differences }
  }
  return undefined
}

/** What the elements of an arrival mean, without what a run dropped. */
export function meaningOf(
  graph: PipelineGraph,
  arrival: Arrival,
  drops: readonly LedgerEntry[],
  answers: CallAnswers,
): Evaluation {
  const input: Record<string, unknown[]> = Object.fromEntries(Object.keys(arrival.splits).map((path) => [path, []]))
  for (const { source, element } of elementsOf(arrival)) input[source]!.push(element)
  return evaluateWith(graph, input satisfies EvaluatorInput, drops, answers)
}

function allDrops({ ledger }: Answer): readonly LedgerEntry[] {
  return ledger.filter(({ reason }) => DROP_REASONS.includes(reason))
}

function isExact(graph: PipelineGraph, { reason, step }: LedgerEntry): boolean {
  if (reason === 'session-split') return false
  const input = inputOf(graph, step)
  if (input === undefined) return true
  if (input.panes === 'changes' || input.panes === 'several-panes') return false
  return reason !== 'closed-window' || !isMerging(input.windowing)
}

function stepOf(graph: PipelineGraph, path: string): Step {
  return graph.steps.find((step) => step.path === path)!
}

function inputOf(graph: PipelineGraph, path: string): Collection | undefined {
  const [id] = stepOf(graph, path).inputs
  return id === undefined ? undefined : graph.collections[id]
}
