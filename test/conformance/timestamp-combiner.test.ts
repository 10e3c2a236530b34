/**
 * Timestamps of panes and continuations of triggers, against what Beam's Java SDK computes.
 */
import {
  continuationTrigger,
  create,
  fixedWindows,
  groupByKey,
  milliseconds,
  PipelineError,
  windowInto,
  type Trigger,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { describe, expect, it } from 'vitest'
import { SOURCE } from './beam-events.ts'
import { triggerOf, windowingOf, type BeamSettings, type BeamTrigger } from './beam-settings.ts'
import { windowOf, type BeamWindow } from './beam-time.ts'
import { PIPELINES_UNDER_TEST, type PipelineUnderTest } from './pipeline-under-test.ts'
import { RawGraph, type SourceElement } from './raw-graph.ts'
import { hasVectors, readVectors, skipNote } from './vectors.ts'

type Vector = { readonly id: string } & (
  | {
      readonly kind: 'combiner'
      readonly timestampCombiner: NonNullable<BeamSettings['timestampCombiner']>
      readonly window: BeamWindow
      readonly timestamps: readonly number[]
      readonly expect: { readonly merged: number }
    }
  | {
      readonly kind: 'continuation'
      readonly trigger: BeamTrigger
      readonly expect: { readonly continuation: BeamTrigger; readonly mayFinish: boolean }
    }
  | { readonly kind: 'assign' | 'merge' | 'sideInputMapping' }
)

describe.skipIf(!hasVectors)(`timestamps of panes and continuations of triggers${skipNote}`, () => {
  const vectors = readVectors<Vector>('beam-java/assign.jsonl')
  const combiners = vectors.filter((vector) => vector.kind === 'combiner')
  const continuations = vectors.filter((vector) => vector.kind === 'continuation')

  it.each(Object.entries(PIPELINES_UNDER_TEST))('%s gives panes the timestamps that Beam does', (_subject, run) => {
    expect(combiners.length).toBe(16)
    const ours = combiners.map((vector) => [vector.id, paneTimestamp(run, vector)])
    expect(ours).toEqual(combiners.map((vector) => [vector.id, [vector.expect.merged]]))
  })

  it('the trigger of the next grouping is the one that Beam continues with', () => {
    expect(continuations.length).toBe(72)
    const ours = continuations.map(({ id, trigger }) => [id, continuationTrigger(triggerOf(trigger))] as const)
    const theirs = continuations.map((vector): readonly [string, Trigger] => [
      vector.id,
      triggerOf(vector.expect.continuation),
    ])
    expect(ours).toEqual(theirs)
  })

  it('a grouping refuses a trigger that may finish before its window expires when Beam says that it may', () => {
    const ours = continuations.map(({ id, trigger }) => [id, isRefused(triggerOf(trigger))])
    expect(ours).toEqual(continuations.map((vector) => [vector.id, vector.expect.mayFinish]))
  })
})

function paneTimestamp(
  run: PipelineUnderTest,
  { window, timestampCombiner, timestamps }: Extract<Vector, { kind: 'combiner' }>,
): readonly number[] {
  const { start, end } = windowOf(window)
  const windowing = {
    ...windowingOf({ timestampCombiner }),
    windowFn: fixedWindows(milliseconds(end - start), milliseconds(start)),
  }
  const graph = new RawGraph()
  const keyed = graph.stateless(graph.read(SOURCE), 'map', ({ timestamp }: SourceElement) => ['key', timestamp])
  graph.output('Panes', graph.groupByKey('Grouping', graph.windowInto(keyed, windowing)))
  const rows = timestamps.map((timestamp) => [{ timestamp }, timestamp] as const)
  const script = [{ elements: SOURCE, rows }, { complete: SOURCE }]
  return run(graph.build(), script).outputs['Panes']!.map(({ element }) => element.timestamp)
}

function isRefused(trigger: Trigger): boolean {
  const windowing = windowInto<readonly [string, number]>(fixedWindows(milliseconds(10)), {
    trigger,
    allowedLateness: milliseconds(1),
    accumulationMode: 'discarding',
  })
  try {
    buildGraph((root) => ({ out: root.pipe(create('Numbers', [['a', 1] as const]), windowing, groupByKey('Group')) }))
    return false
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'UNSAFE_TRIGGER') return true
    throw error
  }
}
