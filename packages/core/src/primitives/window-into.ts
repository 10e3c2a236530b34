/**
 * windowInto: how elements are grouped in time from here on.
 */
import type { Duration } from '@js-joda/core'
import { requireNotNegative } from '../error/assert.ts'
import { IncompatibleWindowingError } from '../error/pipeline-error.ts'
import { makeCollection } from '../model/apply.ts'
import type { PCollection } from '../model/pcollection.ts'
import { primitive, type PTransform } from '../model/ptransform.ts'
import type {
  AccumulationMode,
  EmptyPaneBehavior,
  TimestampCombiner,
  WindowingStrategy,
} from '../model/windowing-strategy.ts'
import { toMillis } from '../time/duration.ts'
import type { Trigger } from '../trigger/trigger.ts'
import type { WindowFn } from '../window/window-fn.ts'
import { statelessDrift, timestampDrift } from './stateless.ts'

/**
 * Options of {@link windowInto}: nothing, or an allowed lateness together with what several panes shall mean. What is left
 * out is taken from the input, as in Beam.
 */
export type WindowingOptions =
  | {
      readonly trigger?: never
      readonly allowedLateness?: never
      readonly accumulationMode?: never
      readonly timestampCombiner?: TimestampCombiner
      readonly mayDrift?: true
    }
  | {
      /** When panes are emitted (`defaultTrigger()`). */
      readonly trigger?: Trigger
      /** How long after its end a window still takes elements. Never less than upstream. */
      readonly allowedLateness: Duration
      /** One of: `accumulating`, `discarding`, `retracting`. */
      readonly accumulationMode: AccumulationMode
      /** An empty pane at the end of the window; one of: `always` (default), `if-non-empty`. */
      readonly onTime?: EmptyPaneBehavior
      /** An empty last pane at expiry; one of: `if-non-empty` (default), `always`. */
      readonly closing?: EmptyPaneBehavior
      /** Timestamp of panes; one of: `end-of-window` (default), `earliest`, `latest`. */
      readonly timestampCombiner?: TimestampCombiner
      /** Accepts a trigger that may finish while the window is open: later elements go to the ledger as `closed-window`. */
      readonly mayLoseData?: true
      /** Accepts groupings below that see several panes of one key and window; their results then depend on arrival. */
      readonly mayDrift?: true
    }

/** Payload of `windowInto`. */
export interface WindowIntoPayload {
  readonly primitive: 'windowInto'
  readonly windowFn: WindowFn
}

/**
 * Assigns every element to windows of `windowFn` by its timestamp, and sets the trigger, lateness and accumulation of the
 * groupings that follow.
 *
 * **Late data** — The allowed lateness is the larger of the one given and the input's; it cannot be reduced.
 */
export function windowInto<T>(
  windowFn: WindowFn,
  options: WindowingOptions = {},
): PTransform<PCollection<T>, PCollection<T>> {
  const payload: WindowIntoPayload = Object.freeze({ primitive: 'windowInto', windowFn })
  return primitive('WindowInto', (input: PCollection<T>) => {
    const ref = input['~ref']
    const path = ref.builder.pathOf('WindowInto')
    const windowing = outputWindowing(ref.windowing, windowFn, options, path)
    const [output] = ref.builder.add({
      name: 'WindowInto',
      named: false,
      payload,
      inputs: [ref],
      outputs: [{ windowing, bounded: ref.bounded, panes: ref.panes }],
      drift: [...statelessDrift(ref), ...timestampDrift(ref)],
    })
    return makeCollection<T>(output!)
  })
}

function outputWindowing(
  input: WindowingStrategy,
  windowFn: WindowFn,
  options: WindowingOptions,
  path: string,
): WindowingStrategy {
  const { trigger, allowedLateness, accumulationMode } = options
  if (trigger !== undefined && allowedLateness === undefined) {
    throw new IncompatibleWindowingError(
      'LATENESS_UNSPECIFIED',
      `"${path}" sets a trigger but no allowedLateness. Without it nobody can say how long a window takes late elements ` +
        'before they are dropped. Give allowedLateness, for instance minutes(0) or hours(1).',
      { step: path },
    )
  }
  if (allowedLateness !== undefined && accumulationMode === undefined) {
    throw new IncompatibleWindowingError(
      'ACCUMULATION_UNSPECIFIED',
      `"${path}" allows several panes of one window but no accumulationMode. Whoever reads the second pane must know whether ` +
        "it replaces the first ('accumulating'), adds to it ('discarding') or changes it ('retracting'). Give one of them.",
      { step: path },
    )
  }
  return Object.freeze({
    windowFn,
    trigger: trigger ?? input.trigger,
    allowedLateness: Math.max(
      input.allowedLateness,
      allowedLateness === undefined
        ? 0
        : requireNotNegative(toMillis(allowedLateness), `The allowedLateness of "${path}"`),
    ),
    accumulationMode: accumulationMode ?? input.accumulationMode,
    onTime: ('onTime' in options ? options.onTime : undefined) ?? input.onTime,
    closing: ('closing' in options ? options.closing : undefined) ?? input.closing,
    timestampCombiner: options.timestampCombiner ?? input.timestampCombiner,
    merged: false,
    mayLoseData: ('mayLoseData' in options ? options.mayLoseData : undefined) ?? input.mayLoseData,
    mayDrift: options.mayDrift ?? input.mayDrift,
  })
}
