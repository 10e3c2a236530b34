/**
 * ExplainedStep: the step that a question is about.
 *
 * Any step can be asked at which elements wait. Without a path the one is meant that keeps windows, if there is one alone: the
 * grouping that is part of a view is asked by its path.
 */
import { PipelineError } from '@tidemark/core'
import type { CombinePayload, GroupByKeyPayload, PipelineGraph, StatefulPayload, Step } from '@tidemark/core/graph'

/** A step that keeps something of each window until it has expired. */
export interface WindowStep extends Step {
  readonly payload: CombinePayload | GroupByKeyPayload | StatefulPayload
}

/** Whether a step keeps something of each window until it has expired: groupings and stateful steps. */
export function keepsWindows(step: Step): step is WindowStep {
  const { primitive } = step.payload
  return primitive === 'combinePerKey' || primitive === 'groupByKey' || primitive === 'statefulParDo'
}

/** Whether the elements of a step are pairs whose key the question means. */
export function isKeyed({ payload }: Step): boolean {
  switch (payload.primitive) {
    case 'combinePerKey':
      return payload.keyed
    case 'groupByKey':
    case 'statefulParDo':
    case 'intervalJoin':
    case 'asOfJoin':
      return true
    default:
      return false
  }
}

/**
 * The step of path `path`, of those at which elements wait; without a path the only one that is no view's.
 *
 * **Contract** — Throws a PipelineError with code `UNKNOWN_STEP` or `AMBIGUOUS_STEP`.
 */
export function explainedStep(graph: PipelineGraph, waiting: readonly Step[], path: string | undefined): Step {
  const paths = waiting.map((step) => `"${step.path}"`).join(', ')
  if (path !== undefined) {
    const step = waiting.find((candidate) => candidate.path === path)
    if (step !== undefined) return step
    throw new PipelineError(
      'UNKNOWN_STEP',
      `The pipeline has no step "${path}" at which elements wait. Only there a window can stand somewhere. Such steps are ${paths || 'none'}.`,
    )
  }
  const views = viewSteps(graph)
  const meant = waiting.filter(({ id }) => !views.has(id))
  const windows = meant.filter(keepsWindows)
  const [only, ...others] = windows.length === 0 ? meant : windows
  if (only !== undefined && others.length === 0) return only
  throw new PipelineError(
    'AMBIGUOUS_STEP',
    `The pipeline has ${only === undefined ? 'no step' : `${others.length + 1} steps`} at which windows stand, and a window stands differently at each. ` +
      `Say which: ${paths || 'there is none'}.`,
  )
}

/** Ids of the steps whose output is read as a side input. */
function viewSteps(graph: PipelineGraph): ReadonlySet<number> {
  return new Set(
    graph.steps.flatMap(({ payload, inputs }) =>
      payload.primitive === 'stateless' || payload.primitive === 'parDo'
        ? payload.side.names.map((_, view) => graph.collections[inputs[view + 1]!]!.step)
        : [],
    ),
  )
}
