/**
 * flatten: several collections become one.
 */
import { IncompatibleWindowingError, PipelineError } from '../error/pipeline-error.ts'
import { makeCollection } from '../model/apply.ts'
import type { CollectionRef, PaneKind } from '../model/graph-builder.ts'
import type { PCollection } from '../model/pcollection.ts'
import { formatTrigger } from '../trigger/trigger.ts'

/** Payload of `flatten`. */
export interface FlattenPayload {
  readonly primitive: 'flatten'
}

/**
 * Joins collections of one type into one multiset.
 *
 * **Contract** — Inputs have equal window functions and equal triggers, otherwise `FLATTEN_INCOMPATIBLE` (Beam accepts
 * sessions of different gaps and takes the first; we do not). The watermark is the least of the inputs'.
 */
export function flatten<T>(collections: readonly PCollection<T>[]): PCollection<T> {
  const refs = collections.map((collection) => collection['~ref'])
  const [first] = refs
  if (first === undefined) {
    throw new PipelineError('NO_INPUT', 'flatten([]) has no input, so its windows are unknown. Give at least one collection.')
  }
  const path = first.builder.pathOf('Flatten')
  for (const ref of refs) requireCompatible(first, ref, path)
  const [output] = first.builder.add({
    name: 'Flatten',
    named: false,
    payload: { primitive: 'flatten' },
    inputs: refs,
    outputs: [
      {
        windowing: Object.freeze({ ...first.windowing, allowedLateness: Math.max(...refs.map((ref) => ref.windowing.allowedLateness)) }),
        bounded: refs.every((ref) => ref.bounded),
        panes: strongest(refs),
      },
    ],
  })
  return makeCollection<T>(output!)
}

function requireCompatible(a: CollectionRef, b: CollectionRef, path: string): void {
  const [left, right] = [a.windowing, b.windowing]
  const what =
    left.windowFn.description !== right.windowFn.description || left.merged !== right.merged
      ? `windows ${left.windowFn.description} and ${right.windowFn.description}`
      : formatTrigger(left.trigger) === formatTrigger(right.trigger)
        ? undefined
        : `triggers ${formatTrigger(left.trigger)} and ${formatTrigger(right.trigger)}`
  if (what === undefined) return
  throw new IncompatibleWindowingError(
    'FLATTEN_INCOMPATIBLE',
    `The inputs of "${path}" have different ${what}. A grouping below could not say which to use. ` +
      'Apply the same windowInto(…) to every input first.',
    { step: path },
  )
}

function strongest(refs: readonly CollectionRef[]): PaneKind {
  const order: readonly PaneKind[] = ['elements', 'one-pane', 'several-panes', 'changes']
  return order[Math.max(...refs.map((ref) => order.indexOf(ref.panes)))] ?? 'elements'
}
