/**
 * Reading order: which sources of history are read before the others.
 *
 * An element that reads a view waits until the view is final, so a source that is only seen is read first: otherwise all of history would
 * wait for it. Where all sources promise an order, they go through time together, and neither side keeps more than it must.
 */
import type { PipelineGraph } from '@tidemark/core/graph'
import { viewRanks } from '../execution/plan/view-rank.ts'
import type { BatchInput } from './batch-input.ts'

/** The sources that are read to their end before the others, in this order. */
export function readFirst(graph: PipelineGraph, inputs: readonly BatchInput[]): readonly BatchInput[] {
  const ranks = viewRanks(graph)
  const rankOf = ({ step }: BatchInput): number => ranks[step.id]!
  const inOrder = inputs.every(
    ({ step: { payload } }) => payload.primitive !== 'read' || payload.eventTimeOrder !== undefined,
  )
  return inputs
    .filter((input) => rankOf(input) > 0 && (!inOrder || input.step.payload.primitive === 'create'))
    .toSorted((a, b) => rankOf(b) - rankOf(a))
}
