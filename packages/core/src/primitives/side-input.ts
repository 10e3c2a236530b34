/**
 * Views: collections as side inputs.
 *
 * A view groups the elements of each window under one key, so its triggers, lateness and drops are those of any grouping; the step
 * that reads it keeps what the grouping emits. A view that is read when it is final has one pane for each window, at its expiry.
 */
import { checkChoice, checkOptions, type OptionNames } from '../error/check-options.ts'
import { IncompatibleWindowingError } from '../error/pipeline-error.ts'
import { makeCollection } from '../model/apply.ts'
import type { CollectionRef } from '../model/graph-builder.ts'
import type { KV } from '../model/kv.ts'
import type { PCollection } from '../model/pcollection.ts'
import { composite, type PTransform } from '../model/ptransform.ts'
import type { SideInput, SideInputForm, SideInputReadiness, SideInputView } from '../model/side-input.ts'
import { never } from '../trigger/never.ts'
import { formatTrigger } from '../trigger/trigger.ts'
import { mayFireEarly } from '../trigger/trigger-safety.ts'
import { groupByKey } from './group-by-key.ts'
import { requireSinglePanes } from './grouping.ts'
import type { StatelessPayload } from './stateless.ts'
import { statelessDrift } from './stateless.ts'
import { NO_SIDE } from './step-side.ts'

/** Options of a view. */
export interface ViewOptions {
  /** One of: `final` (default), `first-pane` (not drift-safe). */
  readonly ready?: SideInputReadiness
}

/** Options of {@link asSingleton}. */
export interface SingletonOptions<D> extends ViewOptions {
  /** What is seen of a window without elements, such as `0` or `null`; an error (code `EMPTY_SINGLETON`) where it is read, when left out. */
  readonly default?: D
}

const OPTIONS: OptionNames<ViewOptions> = { ready: true }
const SINGLETON_OPTIONS: OptionNames<SingletonOptions<never>> = { ready: true, default: true }

/**
 * The one element of each window, such as a total or a setting.
 *
 * **Contract** — A window with several elements cannot be read (code `SEVERAL_IN_SINGLETON`), nor an empty one without `default`.
 */
export function asSingleton<T, D = never>(
  name: string,
  options: SingletonOptions<D> = {},
): PTransform<PCollection<T>, SideInput<T | D>> {
  checkOptions(`asSingleton(${JSON.stringify(name)})`, options, SINGLETON_OPTIONS)
  const fallback = Object.hasOwn(options, 'default') ? Object.freeze({ value: options.default }) : undefined
  return view(name, 'singleton', options.ready, fallback)
}

/** All elements of each window, by (timestamp, canonical bytes). */
export function asIterable<T>(
  name: string,
  options: ViewOptions = {},
): PTransform<PCollection<T>, SideInput<readonly T[]>> {
  checkOptions(`asIterable(${JSON.stringify(name)})`, options, OPTIONS)
  return view(name, 'iterable', options.ready)
}

/**
 * The values of each window by key, one for each; keys are equal when their canonical bytes are.
 *
 * **Contract** — A window in which a key has several values cannot be read (code `SEVERAL_IN_MAP`): use {@link asMultimap}, or combine first.
 */
export function asMap<K, V>(
  name: string,
  options: ViewOptions = {},
): PTransform<PCollection<KV<K, V>>, SideInput<ReadonlyMap<K, V>>> {
  checkOptions(`asMap(${JSON.stringify(name)})`, options, OPTIONS)
  return view(name, 'map', options.ready)
}

/** The lists of values of each window by key, each by (timestamp, canonical bytes); keys are equal when their canonical bytes are. */
export function asMultimap<K, V>(
  name: string,
  options: ViewOptions = {},
): PTransform<PCollection<KV<K, V>>, SideInput<ReadonlyMap<K, readonly V[]>>> {
  checkOptions(`asMultimap(${JSON.stringify(name)})`, options, OPTIONS)
  return view(name, 'multimap', options.ready)
}

function view<T, Out>(
  name: string,
  form: SideInputForm,
  ready: SideInputReadiness = 'final',
  fallback?: { readonly value: unknown },
): PTransform<PCollection<T>, SideInput<Out>> {
  checkChoice(`The view ${JSON.stringify(name)}`, 'ready', ready, ['final', 'first-pane'])
  return composite(name, (input: PCollection<T>) => {
    const path = input['~ref'].builder.pathOf('').replace(/\/$/, '')
    requireReadable(input['~ref'], ready, path)
    const grouped = underOneKey(input, ready).pipe(groupByKey('GroupByKey'))
    const side: SideInputView = { path, form, ready, fallback }
    return Object.freeze({ '~side': Object.freeze({ ...side, ref: grouped['~ref'] }) })
  })
}

/** A view that can never be read would let the elements that read it wait for ever (code `SIDE_INPUT_NEVER_READY`). */
function requireReadable(input: CollectionRef, ready: SideInputReadiness, path: string): void {
  requireSinglePanes(input, path)
  const { windowFn, trigger } = input.windowing
  if (input.bounded || windowFn.kind !== 'global' || (ready === 'first-pane' && mayFireEarly(trigger))) return
  const why =
    ready === 'final'
      ? 'it is never final'
      : `with the trigger ${formatTrigger(trigger)}, which fires at its end or not at all, it never has a pane`
  throw new IncompatibleWindowingError(
    'SIDE_INPUT_NEVER_READY',
    `The view "${path}" is of an unbounded collection in the global window, which never ends, so ${why} and every element that reads it ` +
      "would wait for ever. Give it windows, such as windowInto(fixedWindows(hours(1))), or ready: 'first-pane' and a trigger, such as " +
      'repeatedly(afterCount(1)).',
    { step: path },
  )
}

// Who waits for the final value has no use for earlier ones: the grouping then emits once, when the window has expired.
function underOneKey<T>(input: PCollection<T>, ready: SideInputReadiness): PCollection<KV<null, T>> {
  const ref = input['~ref']
  const payload: StatelessPayload = Object.freeze({
    primitive: 'stateless',
    form: 'with-keys',
    fn: () => null,
    onError: 'fail',
    side: NO_SIDE,
  })
  const windowing =
    ready === 'first-pane'
      ? ref.windowing
      : Object.freeze({ ...ref.windowing, trigger: never(), accumulationMode: 'accumulating' as const })
  const [output] = ref.builder.add({
    name: 'WithKeys',
    named: false,
    payload,
    inputs: [ref],
    outputs: [{ windowing, bounded: ref.bounded, panes: ref.panes }],
    drift: statelessDrift(ref),
  })
  return makeCollection(output!)
}
