/**
 * Pipelines that construction calls drift-safe and that are not: what the property has found, and leaves out until construction
 * refuses them or the engine runs them right. Each has a failing test in found.test.ts.
 */
import { isMerging } from '@tidemark/core'
import type { PipelineGraph } from '@tidemark/core/graph'

/**
 * Says whether a graph groups changes into sessions: an element that is taken back has joined sessions, and they stay as wide as
 * they were with it.
 */
export function hasGap({ steps, collections }: PipelineGraph): boolean {
  return steps.some(({ payload, inputs }) => {
    if (payload.primitive !== 'groupByKey' && payload.primitive !== 'combinePerKey') return false
    return inputs.some((input) => collections[input]!.panes === 'changes' && isMerging(collections[input]!.windowing))
  })
}
