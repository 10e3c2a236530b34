/**
 * flatten: several collections become one.
 */
import { IncompatibleWindowingError, PipelineError } from '../error/pipeline-error.ts'
import { makeCollection, refOf } from '../model/apply.ts'
import type { CollectionRef, PaneKind } from '../model/graph-builder.ts'
import type { PCollection } from '../model/pcollection.ts'
import { mayEmitSeveralPanes } from '../trigger/trigger-safety.ts'
import { formatTrigger } from '../trigger/trigger.ts'
import { statelessDrift } from './stateless.ts'

/** Payload of `flatten`. */
export interface FlattenPayload {
  readonly primitive: 'flatten'
}

/**
 * Joins collections of one type into one multiset.
 *
 * **Contract** — Inputs have equal window functions, triggers and timestamp combiners, and where several panes may come equal
 * accumulation modes, otherwise `FLATTEN_INCOMPATIBLE` (Beam compares less, accepts sessions of different gaps, and takes what
 * the first input says; we do not). The watermark is the least of the inputs'.
 */
export function flatten<T>(collections: readonly PCollection<T>[]): PCollection<T> {
  const refs = collections.map((collection, index) => refOf(`Input ${index} of flatten`, collection))
  const [first] = refs
  if (first === undefined) {
    throw new PipelineError(
      'NO_INPUT',
      'flatten([]) has no input, so its windows are unknown. Give at least one collection.',
    )
  }
  const path = first.builder.pathOf('Flatten')
  for (const ref of refs) requireCompatible(first, ref, path)
  requireOneKind(refs, path)
  const [output] = first.builder.add({
    name: 'Flatten',
    named: false,
    payload: { primitive: 'flatten' },
    inputs: refs,
    outputs: [
      {
        windowing: Object.freeze({
          ...first.windowing,
          allowedLateness: Math.max(...refs.map((ref) => ref.windowing.allowedLateness)),
        }),
        bounded: refs.every((ref) => ref.bounded),
        panes: strongest(refs),
      },
    ],
    drift: refs.flatMap(statelessDrift),
  })
  return makeCollection<T>(output!)
}

function requireCompatible(a: CollectionRef, b: CollectionRef, path: string): void {
  const difference = windowingDifference(a, b)
  if (difference !== undefined) throw incompatible(path, difference)
}

/** What of the windowing of two collections keeps them from being one, in words; `undefined` when nothing does. */
export function windowingDifference(a: CollectionRef, b: CollectionRef): string | undefined {
  return (
    different('windows', a, b, windowsOf) ??
    different('triggers', a, b, ({ windowing }) => formatTrigger(windowing.trigger)) ??
    different('timestamp combiners', a, b, ({ windowing }) => windowing.timestampCombiner) ??
    (mayHaveSeveralPanes(a) || mayHaveSeveralPanes(b)
      ? different('accumulation modes', a, b, ({ windowing }) => windowing.accumulationMode)
      : undefined)
  )
}

// A windowInto may have renamed the accumulation mode of panes; what they are was decided by the grouping that emitted them.
function requireOneKind(refs: readonly CollectionRef[], path: string): void {
  const kinds = new Set(refs.map(({ panes }) => panes))
  if (!kinds.has('changes') || !kinds.has('several-panes')) return
  throw incompatible(path, 'panes, some of them changes and some replacing or adding to one another')
}

function incompatible(path: string, difference: string): IncompatibleWindowingError {
  return new IncompatibleWindowingError(
    'FLATTEN_INCOMPATIBLE',
    `The inputs of "${path}" have different ${difference}. A grouping below could not say which to use. ` +
      'Apply the same windowInto(…) to every input first.',
    { step: path },
  )
}

function different(
  what: string,
  a: CollectionRef,
  b: CollectionRef,
  valueOf: (ref: CollectionRef) => string,
): string | undefined {
  const [left, right] = [valueOf(a), valueOf(b)]
  return left === right ? undefined : `${what} ${left} and ${right}`
}

function windowsOf({ windowing }: CollectionRef): string {
  return windowing.merged ? `${windowing.windowFn.description} merged by a grouping` : windowing.windowFn.description
}

// Where each key and window has one pane, the mode says nothing.
function mayHaveSeveralPanes({ panes, windowing }: CollectionRef): boolean {
  const { trigger, allowedLateness } = windowing
  return panes === 'several-panes' || panes === 'changes' || mayEmitSeveralPanes(trigger, allowedLateness)
}

function strongest(refs: readonly CollectionRef[]): PaneKind {
  const order: readonly PaneKind[] = ['elements', 'one-pane', 'several-panes', 'changes']
  return order[Math.max(...refs.map((ref) => order.indexOf(ref.panes)))] ?? 'elements'
}
