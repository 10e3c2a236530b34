/**
 * The stateless step: what map, filter, flatMap, withKeys, withTimestamps, reshuffle and parDo have in common.
 *
 * Runners fuse neighbouring stateless steps into one loop; the form says how the function is called.
 */
import { checkChoice, checkOptions, requireFunction, type OptionNames } from '../error/check-options.ts'
import { PipelineError } from '../error/pipeline-error.ts'
import { makeCollection } from '../model/apply.ts'
import type { CollectionRef, DriftReason } from '../model/graph-builder.ts'
import type { SideInputs } from '../model/side-input.ts'
import type { PCollection } from '../model/pcollection.ts'
import { primitive, type PTransform } from '../model/ptransform.ts'
import { sideDrift, sideInputsOf, sideOf, type StepSide } from './step-side.ts'

/** What a step does when its function throws: fail the run, or put the element into the ledger as `dead-letter`. */
export type OnError = 'fail' | 'dead-letter'

/** No side inputs: a record without names. */
export type NoSideInputs = Readonly<Record<never, never>>

/** Options of the stateless transforms that call a function. */
export interface StatelessOptions<S extends SideInputs = NoSideInputs> {
  /** One of: `fail` (default), `dead-letter`. */
  readonly onError?: OnError
  /** Side inputs by name: the function sees their values as its second argument. Elements wait until all of them are ready. */
  readonly side?: S
}

const OPTIONS: OptionNames<StatelessOptions> = { onError: true, side: true }

/** How a stateless step calls its function with an element. */
export type StatelessForm = 'map' | 'filter' | 'flat-map' | 'with-keys' | 'with-timestamps' | 'reshuffle'

/** Payload of a stateless step that needs nothing but a function of the element. */
export interface StatelessPayload {
  readonly primitive: 'stateless'
  readonly form: StatelessForm
  readonly fn: (element: never, side: never) => unknown
  readonly onError: OnError
  /** The side inputs; the step's further inputs are theirs, in the same order. */
  readonly side: StepSide
}

/** Makes a stateless transform of one input and one output. */
export function stateless<T, Out>(
  label: string,
  form: StatelessForm,
  fn: (element: T, side: never) => unknown,
  options: StatelessOptions<SideInputs> = {},
): PTransform<PCollection<T>, PCollection<Out>> {
  checkOptions(label, options, OPTIONS)
  requireOnError(label, options.onError)
  requireFunction(label, 'The function', fn)
  requireSynchronousFunction(label, fn)
  const payload: StatelessPayload = Object.freeze({
    primitive: 'stateless',
    form,
    fn,
    onError: options.onError ?? 'fail',
    side: sideOf(label, options.side),
  })
  return primitive(label, (input: PCollection<T>) => {
    const ref = input['~ref']
    const inputs = sideInputsOf(ref, options.side, ref.builder.pathOf(label))
    const drift = [...statelessDrift(ref), ...sideDrift(payload.side)]
    const [output] = ref.builder.add({ name: label, named: false, payload, inputs, outputs: [ref], drift })
    return makeCollection<Out>(output!)
  })
}

/** Throws (code `BAD_OPTION`) for an `onError` that is neither of the two. */
export function requireOnError(subject: string, onError: OnError | undefined): void {
  checkChoice(subject, 'onError', onError, ['fail', 'dead-letter'])
}

/** Throws (code `ASYNC_PROCESS`) for an async function: its promises would travel on as elements. */
export function requireSynchronousFunction(label: string, fn: unknown): void {
  const kind = typeof fn === 'function' ? fn.constructor.name : ''
  if (kind !== 'AsyncFunction' && kind !== 'AsyncGeneratorFunction') return
  throw new PipelineError(
    'ASYNC_PROCESS',
    `${label} was given an async function. Elements run synchronously, so that results do not depend on who answers first; its promises ` +
      'would travel on as elements. Give the function to mapAsync instead, or fetch what it needs in a source, a sink or RxJS.',
  )
}

/** Why a stateless step over this input would drift: several discarding panes are merged only where the grouping itself is the output. */
export function statelessDrift(input: CollectionRef): readonly DriftReason[] {
  return input.panes === 'several-panes' && input.windowing.accumulationMode === 'discarding'
    ? ['discarding-through-stateless-step']
    : []
}

/** Why a step that uses timestamps would drift over this input: the earliest or latest timestamp of a pane leaves out late elements. */
export function timestampDrift(input: CollectionRef): readonly DriftReason[] {
  return input.panes !== 'elements' && input.windowing.timestampCombiner !== 'end-of-window' ? ['pane-timestamps'] : []
}
