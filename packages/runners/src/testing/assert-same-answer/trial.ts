/**
 * Trial: one arrival, run and compared; and, where it fails, the first step whose result is another.
 *
 * Every trial builds the pipeline anew, so that nothing but state outside of it can lead from one to the next.
 */
import { PipelineError, type LedgerEntry } from '@tidemark/core'
import type { PipelineGraph, Step } from '@tidemark/core/graph'
import type { SettledDifference } from '../../settled/settled-result.ts'
import type { CallAnswers } from '../evaluator/call-answers.ts'
import type { Evaluation } from '../evaluator/evaluate.ts'
import { elementsOf, type Arrival } from './arrival.ts'
import { comparable, dropsOf, firstDifference, meaningOf } from './compare-answers.ts'
import { runArrival, type Answer } from './run-arrival.ts'

/** A pipeline under trial. */
export interface Subject {
  readonly build: () => PipelineGraph
  /** Names of the outputs that are compared. */
  readonly outputs: readonly string[]
  /** How many elements there are in all. */
  readonly all: number
  /** Who answers the calls of asynchronous steps: in runs, and for what elements mean. */
  readonly answers: { readonly run: CallAnswers; readonly meaning: CallAnswers }
  /** What all of them mean, once it has been computed: the same for every run that drops none. */
  whole?: Evaluation
}

/** What a trial has come to. */
export type Verdict =
  /** `compared` is false where drops left nothing to compare. */
  | { readonly is: 'same'; readonly drops: number; readonly compared: boolean }
  | { readonly is: 'different'; readonly output: string; readonly drops: readonly LedgerEntry[] }
  | { readonly is: 'failed'; readonly error: Error }

/** Where a run and the evaluator part: the first step, in the order in which elements flow. */
export interface Parting {
  readonly step: Step
  /** Whether the graph takes the step for drift-safe. */
  readonly safe: boolean
  readonly differences: readonly SettledDifference[]
}

/** Runs an arrival and compares it. An error of the run is a verdict; one of the evaluator is thrown: then there is no answer at all. */
export function tryArrival(subject: Subject, arrival: Arrival): Verdict {
  const graph = subject.build()
  let answer: Answer
  try {
    answer = runArrival(graph, arrival, subject.answers.run)
  } catch (error) {
    requireAnswers(subject)
    // What fails for any arrival fails as itself.
    meaning(subject, arrival, [])
    return { is: 'failed', error: error instanceof Error ? error : new PipelineError('THROWN', String(error)) }
  }
  requireAnswers(subject)
  const names = comparable(graph, answer, subject.outputs)
  const drops = dropsOf(graph, answer)
  if (names.length === 0) return { is: 'same', drops: drops.length, compared: false }
  const difference = firstDifference(names, answer, meaning(subject, arrival, drops))
  return difference === undefined
    ? { is: 'same', drops: drops.length, compared: true }
    : { is: 'different', output: difference.output, drops }
}

// Without them there is nothing to compare, and nothing to be made smaller: whoever fetches them begins again.
function requireAnswers({ answers }: Subject): void {
  if (answers.run.isMissingSome || answers.meaning.isMissingSome) throw new Error('Answers are missing.')
}

function meaning(subject: Subject, arrival: Arrival, drops: readonly LedgerEntry[]): Evaluation {
  const isWhole = drops.length === 0 && elementsOf(arrival).length === subject.all
  if (!isWhole) {
    const meant = meaningOf(subject.build(), arrival, drops, subject.answers.meaning)
    requireAnswers(subject)
    return meant
  }
  subject.whole ??= meaningOf(subject.build(), arrival, drops, subject.answers.meaning)
  return subject.whole
}

/** Finds the first step at which a run parts from the evaluator, or `undefined` when they do not part this time. */
export function partingOf({ build, answers }: Subject, arrival: Arrival): Parting | undefined {
  const graph = withEveryStep(build())
  const answer = runArrival(graph, arrival, answers.run)
  const meant = meaningOf(withEveryStep(build()), arrival, dropsOf(graph, answer), answers.meaning)
  const names = Object.keys(graph.outputs)
  const difference = firstDifference(names, answer, meant)
  if (difference === undefined) return undefined
  const step = graph.steps[graph.collections[graph.outputs[difference.output]!]!.step]!
  return { step, safe: step.drift.safe, differences: difference.differences }
}

/** The same graph with an output for every collection, in the order in which elements flow. */
function withEveryStep(graph: PipelineGraph): PipelineGraph {
  const computed = graph.steps.filter(({ inputs }) => inputs.length > 0)
  const outputs = Object.fromEntries(
    computed.flatMap(({ path, outputs: ids }) => ids.map((id, port) => [`${path} ${port}`, id] as const)),
  )
  return { ...graph, outputs }
}
