/**
 * parDo: the general stateless step, with a life cycle, several outputs, and a view of timestamp, window and pane.
 */
import { checkSpelling, requireFunction, type OptionNames } from '../error/check-options.ts'
import { PipelineError } from '../error/pipeline-error.ts'
import { makeCollection } from '../model/apply.ts'
import type { DriftReason } from '../model/graph-builder.ts'
import type { PaneInfo } from '../model/pane-info.ts'
import type { PCollection } from '../model/pcollection.ts'
import { primitive, type PTransform } from '../model/ptransform.ts'
import type { SideInputs, SideValues } from '../model/side-input.ts'
import type { Timestamp } from '../time/timestamp.ts'
import type { Window } from '../window/window.ts'
import {
  requireOnError,
  requireSynchronousFunction,
  statelessDrift,
  type NoSideInputs,
  type OnError,
} from './stateless.ts'
import { sideDrift, sideInputsOf, sideOf, type StepSide } from './step-side.ts'

/** What `process` sees beside the element. The object is reused: read it during the call, keep none of it. */
export interface ElementContext<S extends SideInputs = NoSideInputs> {
  readonly timestamp: Timestamp
  readonly window: Window
  /** Which pane the element is; only for a DoFn that says `readsPane: true`, otherwise an error (code `PANE_NOT_DECLARED`). */
  readonly pane: PaneInfo
  /** The values of the side inputs, by name. */
  readonly side: SideValues<S>
}

/** A value for one of several outputs. */
export interface Tagged<N extends string, T> {
  readonly tag: N
  readonly value: T
}

/** A value that `finishBundle` emits: there is no element to take a timestamp and window from. */
export interface TimestampedValue<T> {
  readonly value: T
  readonly timestamp: Timestamp
  readonly window: Window
}

/** Directs a value to the output named `tag`. */
export function tagged<const N extends string, T>(tag: N, value: T): Tagged<N, T> {
  return { tag, value }
}

type Emission = Iterable<unknown> | void
/** Element type of what a function emits. */
export type Emitted<R> = R extends Iterable<infer Out> ? Out : never

/** A stateless function of elements with a life cycle. All but setup and teardown are synchronous. */
export interface DoFn<In, R extends Emission, N extends string = never, S extends SideInputs = NoSideInputs> {
  /** Names of the outputs; every emitted value is then made with {@link tagged}. */
  readonly outputs?: readonly N[]
  /** Side inputs by name: `process` finds their values in its context. Elements wait until all of them are ready. */
  readonly side?: S
  readonly setup?: () => void | Promise<void>
  readonly startBundle?: () => void
  /** Emits by returning an iterable or yielding. */
  readonly process: (element: In, context: ElementContext<S>) => R
  /** Emits what a bundle left over. Makes the step not drift-safe: bundles differ between runs. */
  readonly finishBundle?: () => Iterable<TimestampedValue<Emitted<R>>> | void
  readonly teardown?: () => void | Promise<void>
  /** Says that `process` reads `context.pane`. Panes differ between runs, so below a grouping of several panes the step is not drift-safe. */
  readonly readsPane?: true
  /** One of: `fail` (default), `dead-letter`. */
  readonly onError?: OnError
}

const OPTIONS: OptionNames<DoFn<unknown, void, string>> = {
  outputs: true,
  side: true,
  setup: true,
  startBundle: true,
  process: true,
  finishBundle: true,
  teardown: true,
  readsPane: true,
  onError: true,
}

/** Payload of `parDo`. */
export interface ParDoPayload {
  readonly primitive: 'parDo'
  readonly doFn: DoFn<unknown, Emission, string>
  /** Names of the outputs, in the order of the step's collections; empty when there is one without a name. */
  readonly outputs: readonly string[]
  readonly onError: OnError
  /** The side inputs; the step's further inputs are theirs, in the same order. */
  readonly side: StepSide
}

/** What `parDo` returns: one collection, or one for each name of `outputs`. */
export type ParDoOutput<R, N extends string> = [N] extends [never]
  ? PCollection<Emitted<R>>
  : { readonly [M in N]: PCollection<Extract<Emitted<R>, Tagged<M, unknown>>['value']> }

/**
 * Applies a DoFn to every element; emitted values take the element's timestamp and window.
 *
 * **Contract** — `process` is pure but for what `setup` made; a returned promise is an error (code `ASYNC_PROCESS`).
 */
export function parDo<In, R extends Emission, const N extends string = never, S extends SideInputs = NoSideInputs>(
  doFn: DoFn<In, R, N, S>,
): PTransform<PCollection<In>, ParDoOutput<R, NoInfer<N>>> {
  checkSpelling('parDo', doFn, OPTIONS)
  requireOnError('parDo', doFn.onError)
  requireFunction('parDo', 'process', doFn.process)
  requireSynchronousFunction('parDo', doFn.process)
  const outputs = doFn.outputs ?? []
  if (new Set(outputs).size !== outputs.length) {
    throw new PipelineError(
      'DUPLICATE_OUTPUT',
      `parDo has outputs [${outputs.join(', ')}]: a name stands twice. Give each output a name of its own.`,
    )
  }
  const payload: ParDoPayload = Object.freeze({
    primitive: 'parDo',
    doFn: doFn as unknown as DoFn<unknown, Emission, string>,
    outputs: Object.freeze([...outputs]),
    onError: doFn.onError ?? 'fail',
    side: sideOf('parDo', doFn.side),
  })
  return primitive('ParDo', (input: PCollection<In>) => {
    const ref = input['~ref']
    const inputs = sideInputsOf(ref, doFn.side, ref.builder.pathOf('ParDo'))
    const drift: DriftReason[] = [...statelessDrift(ref), ...sideDrift(payload.side)]
    if (doFn.finishBundle !== undefined) drift.push('finish-bundle')
    if (doFn.readsPane === true && (ref.panes === 'several-panes' || ref.panes === 'changes')) drift.push('reads-pane')
    const refs = ref.builder.add({
      name: 'ParDo',
      named: false,
      payload,
      inputs,
      outputs: outputs.length === 0 ? [ref] : outputs.map(() => ref),
      drift,
    })
    const collections = refs.map((output) => makeCollection<unknown>(output))
    const result =
      outputs.length === 0
        ? collections[0]
        : Object.fromEntries(outputs.map((name, index) => [name, collections[index]]))
    return result as unknown as ParDoOutput<R, N>
  })
}
