/**
 * Small inputs with times in seconds, and settled results in a form that a hand-made expectation can be compared with.
 */
import { create, flatMap, seconds, toMillis, type PCollection, type Root } from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { evaluate, type Evaluation } from '../../../src/testing/evaluator/evaluate.ts'
import type { DroppedElement } from '../../../src/testing/evaluator/without.ts'

/** An element: its time in seconds, its key and its number. */
export type Item = readonly [second: number, key: string, number: number]

/** A collection of keyed numbers, each at its second. */
export function items(...list: readonly Item[]): (root: Root) => PCollection<readonly [string, number]> {
  return (root) =>
    root.pipe(
      create('Items', list, { timestamp: ([second]) => second * 1000 }),
      flatMap(([, key, number]) => [[key, number] as const]),
    )
}

/** Evaluates a pipeline of one output. */
export function evaluated(pipeline: (root: Root) => unknown, without: readonly DroppedElement[] = []): Evaluation {
  return evaluate(
    buildGraph((root) => ({ out: pipeline(root) as PCollection<unknown> })),
    {},
    without,
  )
}

/** The settled result of the one output, an entry as often as it counts: `[start, end, value]` in seconds; `all` is the global window. */
export function settled(evaluation: Evaluation): readonly unknown[] {
  return evaluation.outputs['out']!.entries.flatMap(({ window, value, count }) => {
    const entry = window.end > 1e15 ? ['all', value] : [window.start / 1000, window.end / 1000, value]
    return Array.from({ length: count }, () => entry)
  })
}

/** The timestamps of the one output's rows in seconds, sorted. */
export function timestamps(evaluation: Evaluation): readonly number[] {
  return evaluation.rows['out']!.map(({ timestamp }) => timestamp / 1000).toSorted((a, b) => a - b)
}

/** Seconds as milliseconds of event time. */
export function at(second: number): number {
  return toMillis(seconds(second))
}
