/**
 * statefulParDo: a function of keyed elements with state and timers, per key and window.
 *
 * By default elements run in the order of event time, so that the result is the same live and in batch: they wait until the
 * watermark passes their timestamp plus the allowed lateness, then run by (timestamp, `orderBy`, canonical bytes). The step
 * has its own clock, the input watermark less that lateness; elements and event-time timers follow it alike.
 */
import type { Duration } from '@js-joda/core'
import type { Coder } from '../coder/coder.ts'
import { requireKeyCoder } from '../coder/key-coder.ts'
import { checkChoice, checkOptions, checkSpelling, requireFunction, type OptionNames } from '../error/check-options.ts'
import { IncompatibleWindowingError, PipelineError } from '../error/pipeline-error.ts'
import { makeCollection } from '../model/apply.ts'
import type { DriftReason } from '../model/graph-builder.ts'
import type { KV } from '../model/kv.ts'
import type { PCollection } from '../model/pcollection.ts'
import { primitive, type PTransform } from '../model/ptransform.ts'
import { isMerging } from '../model/windowing-strategy.ts'
import type { StateSpec } from '../state/state-spec.ts'
import type { Timer, TimerSpec } from '../state/timer-spec.ts'
import { requireNotNegative } from '../time/duration.ts'
import type { Timestamp } from '../time/timestamp.ts'
import type { Window } from '../window/window.ts'
import type { KeyValueCoders } from './group-by-key.ts'
import { requireSinglePanes } from './grouping.ts'
import type { Emitted } from './par-do.ts'
import { requireOnError, timestampDrift, type OnError } from './stateless.ts'

/** State cells by name. */
export type StateSpecs = Readonly<Record<string, StateSpec>>
/** Timers by name. */
export type TimerSpecs = Readonly<Record<string, TimerSpec>>

/** The handles of the declared cells. */
export type Handles<S extends StateSpecs> = { readonly [N in keyof S]: NonNullable<S[N]['~handle']> }
/** The handles of the declared timers. */
export type Timers<M extends TimerSpecs> = { readonly [N in keyof M]: Timer }

/** What a timer's callback sees. The object is reused: read it during the call, keep none of it. */
export interface OnTimerContext<K, S extends StateSpecs, M extends TimerSpecs> {
  readonly key: K
  readonly window: Window
  /** Timestamp of what is emitted: the element's, or the timer's output timestamp. */
  readonly timestamp: Timestamp
  readonly state: Handles<S>
  readonly timers: Timers<M>
}

/** What `process` sees. */
export interface ProcessContext<K, V, S extends StateSpecs, M extends TimerSpecs> extends OnTimerContext<K, S, M> {
  readonly value: V
}

type Emission = Iterable<unknown> | void

/** The callbacks of the declared timers, one for each. */
export type OnTimer<K, S extends StateSpecs, M extends TimerSpecs> = {
  readonly [N in keyof M]: (context: OnTimerContext<K, S, M>) => Emission
}

/** A stateful function of keyed elements. Emits by returning an iterable or yielding. */
export interface StatefulDoFn<
  K,
  V,
  S extends StateSpecs,
  P extends Emission,
  M extends TimerSpecs,
  R extends OnTimer<K, S, M>,
  E extends Emission,
> extends KeyValueCoders<K, V> {
  readonly state: S
  readonly timers?: M
  process(context: ProcessContext<K, V, S, M>): P
  readonly onTimer?: R
  /** Runs once per key and window before its state is cleared, at the window's last timestamp. */
  onWindowExpiration?(context: OnTimerContext<K, S, M>): E
  /** One of: `event-time` (default), `arrival` (as elements come; not drift-safe). */
  readonly order?: 'event-time' | 'arrival'
  /** Orders elements of one timestamp, for precision finer than a millisecond. */
  readonly orderBy?: (value: V) => unknown
  /** How long to wait for earlier elements, when less than the allowed lateness; what comes later goes to the ledger as `too-late`. */
  readonly lateness?: Duration
  /** One of: `fail` (default), `dead-letter`. */
  readonly onError?: OnError
}

const OPTIONS: OptionNames<
  StatefulDoFn<unknown, unknown, StateSpecs, Emission, TimerSpecs, OnTimer<unknown, StateSpecs, TimerSpecs>, Emission>
> = {
  state: true,
  timers: true,
  process: true,
  onTimer: true,
  onWindowExpiration: true,
  order: true,
  orderBy: true,
  lateness: true,
  onError: true,
  keyCoder: true,
  valueCoder: true,
}

/** Payload of `statefulParDo`. Lengths are milliseconds. */
export interface StatefulPayload {
  readonly primitive: 'statefulParDo'
  readonly state: StateSpecs
  readonly timers: TimerSpecs
  readonly process: (context: ProcessContext<unknown, unknown, StateSpecs, TimerSpecs>) => Emission
  readonly onTimer: Readonly<Record<string, (context: OnTimerContext<unknown, StateSpecs, TimerSpecs>) => Emission>>
  readonly onWindowExpiration: ((context: OnTimerContext<unknown, StateSpecs, TimerSpecs>) => Emission) | undefined
  readonly order: 'event-time' | 'arrival'
  readonly orderBy: ((value: unknown) => unknown) | undefined
  readonly lateness: number | undefined
  readonly onError: OnError
  readonly keyCoder: Coder<unknown> | undefined
  readonly valueCoder: Coder<unknown> | undefined
}

/**
 * Runs a function with state and timers over every key and window.
 *
 * **Contract** — Cells and timers are scoped to key and window and cleared when the window expires. Windows that merge are
 * refused (code `STATE_IN_MERGING_WINDOWS`).
 *
 * **Late data** — An element later than the step's clock goes to the ledger: `too-late` (ordered) or `expired` (arrival).
 */
export function statefulParDo<
  K,
  V,
  S extends StateSpecs,
  P extends Emission,
  // eslint-disable-next-line typescript/no-empty-object-type -- "no timers" must have no keys
  M extends TimerSpecs = {},
  R extends OnTimer<K, S, M> = OnTimer<K, S, M>,
  E extends Emission = void,
>(
  name: string,
  fn: StatefulDoFn<K, V, S, P, M, R, E>,
): PTransform<PCollection<KV<K, V>>, PCollection<Emitted<P> | Emitted<ReturnType<R[keyof R & keyof M]>> | Emitted<E>>> {
  const subject = `statefulParDo(${JSON.stringify(name)})`
  checkSpelling(subject, fn, OPTIONS)
  checkChoice(subject, 'order', fn.order, ['event-time', 'arrival'])
  requireOnError(subject, fn.onError)
  requireFunction(subject, 'process', (fn as { readonly process: unknown }).process)
  requireHandlers(name, fn.timers ?? {}, fn.onTimer ?? {})
  const lateness = `The lateness of ${subject}`
  const payload = Object.freeze({
    primitive: 'statefulParDo',
    state: fn.state,
    timers: fn.timers ?? {},
    process: fn.process.bind(fn),
    onTimer: fn.onTimer ?? {},
    onWindowExpiration: fn.onWindowExpiration?.bind(fn),
    order: fn.order ?? 'event-time',
    orderBy: fn.orderBy,
    lateness: fn.lateness === undefined ? undefined : requireNotNegative(fn.lateness, lateness, name),
    onError: fn.onError ?? 'fail',
    keyCoder: fn.keyCoder,
    valueCoder: fn.valueCoder,
  }) as unknown as StatefulPayload
  return primitive(name, (input: PCollection<KV<K, V>>) => {
    const ref = input['~ref']
    const path = ref.builder.pathOf(name)
    requireKeyCoder(payload.keyCoder, path)
    requireSinglePanes(ref, path)
    if (isMerging(ref.windowing)) {
      throw new IncompatibleWindowingError(
        'STATE_IN_MERGING_WINDOWS',
        `"${path}" keeps state in ${ref.windowing.windowFn.description}, whose windows merge. State of two windows cannot be ` +
          'joined without knowing what it means. Group first (combinePerKey, groupByKey), or use windows that do not merge.',
        { step: path },
      )
    }
    if (payload.order === 'arrival' && ref.panes === 'changes') {
      throw new IncompatibleWindowingError(
        'CHANGES_IN_ARRIVAL_ORDER',
        `"${path}" runs in order of arrival but is fed by changes: what it has done for an element that is taken back cannot be ` +
          "undone. Leave out order: 'arrival', so that changes are netted while elements wait.",
        { step: path },
      )
    }
    const drift: DriftReason[] = [...timestampDrift(ref)]
    if (payload.order === 'arrival') drift.push('arrival-ordered-state')
    if (ref.panes === 'several-panes') drift.push('several-panes')
    if (Object.values(payload.timers).some((timer) => timer.domain === 'processing-time'))
      drift.push('processing-time-timer')
    const [output] = ref.builder.add({
      name,
      named: true,
      payload,
      inputs: [ref],
      outputs: [{ windowing: ref.windowing, bounded: ref.bounded, panes: 'elements' }],
      drift,
    })
    return makeCollection(output!)
  })
}

function requireHandlers(name: string, timers: TimerSpecs, onTimer: object): void {
  checkOptions(
    `onTimer of statefulParDo(${JSON.stringify(name)})`,
    onTimer,
    Object.fromEntries(Object.keys(timers).map((timer) => [timer, true] as const)),
  )
  for (const timer of Object.keys(timers)) {
    if (typeof (onTimer as Record<string, unknown>)[timer] === 'function') continue
    throw new PipelineError(
      'TIMER_WITHOUT_HANDLER',
      `statefulParDo("${name}") declares the timer "${timer}" but no onTimer.${timer}: when it fires, nobody could say what to do. ` +
        `Add onTimer: { ${timer}(context) { … } }.`,
    )
  }
}
