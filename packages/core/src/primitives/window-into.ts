/**
 * windowInto: how elements are grouped in time from here on.
 */
import type { Duration } from '@js-joda/core'
import { checkChoice, checkOptions, type OptionNames } from '../error/check-options.ts'
import { IncompatibleWindowingError, PipelineError } from '../error/pipeline-error.ts'
import { makeCollection } from '../model/apply.ts'
import type { PCollection } from '../model/pcollection.ts'
import { primitive, type PTransform } from '../model/ptransform.ts'
import type {
  AccumulationMode,
  EmptyPaneBehavior,
  TimestampCombiner,
  WindowingStrategy,
} from '../model/windowing-strategy.ts'
import { requireNotNegative } from '../time/duration.ts'
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

const OPTIONS: OptionNames<WindowingOptions> = {
  trigger: true,
  allowedLateness: true,
  accumulationMode: true,
  onTime: true,
  closing: true,
  timestampCombiner: true,
  mayLoseData: true,
  mayDrift: true,
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
): PTransform<PCollection<T>, PCollection<NoInfer<T>>> {
  // NoInfer here, in filter, reshuffle and withTimestamps: the element type is that of the input. Where the output is itself an input of
  // a generic function, asOfJoin('X', { left: orders.pipe(windowInto(…)), … }), it would otherwise be guessed from there, and be never.
  checkWindowing(windowFn, options)
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

function checkWindowing(windowFn: WindowFn, options: WindowingOptions): void {
  checkOptions('windowInto', options, OPTIONS)
  const { accumulationMode, onTime, closing, timestampCombiner, mayLoseData, mayDrift } = options as Partial<
    Extract<WindowingOptions, { allowedLateness: Duration }>
  >
  checkChoice('windowInto', 'accumulationMode', accumulationMode, ['accumulating', 'discarding', 'retracting'])
  checkChoice('windowInto', 'onTime', onTime, ['always', 'if-non-empty'])
  checkChoice('windowInto', 'closing', closing, ['always', 'if-non-empty'])
  checkChoice('windowInto', 'timestampCombiner', timestampCombiner, ['end-of-window', 'earliest', 'latest'])
  checkChoice('windowInto', 'mayLoseData', mayLoseData, [true])
  checkChoice('windowInto', 'mayDrift', mayDrift, [true])
  if (typeof (windowFn as Partial<WindowFn> | null | undefined)?.assign === 'function') return
  throw new PipelineError(
    'BAD_WINDOW_FN',
    'windowInto was given something that assigns no windows, so nobody could say where an element belongs. ' +
      'Give fixedWindows(minutes(1)), sessions(minutes(10)) or another window function first, and options second.',
  )
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
  const lateness = `The allowedLateness of "${path}"`
  return Object.freeze({
    windowFn,
    trigger: trigger ?? input.trigger,
    allowedLateness: Math.max(
      input.allowedLateness,
      allowedLateness === undefined ? 0 : requireNotNegative(allowedLateness, lateness, path),
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
