/**
 * Windowing of a graph in the terms of Beam's pipeline proto: window functions, triggers and strategies.
 */
import type {
  AccumulationMode,
  EmptyPaneBehavior,
  FixedWindowFn,
  SessionWindowFn,
  SlidingWindowFn,
  TimestampCombiner,
  Trigger,
  WindowFn,
  WindowingStrategy,
} from '@tidemark/core'
import { protoMessage } from './proto-bytes.ts'

/** A function by name, with its parameters: base64, as bytes are in JSON. */
export interface FunctionSpec {
  readonly urn: string
  readonly payload?: string
}

/** A trigger: one field, which says its kind. */
export type BeamTrigger = Readonly<Record<string, unknown>>

/** The windowing of collections. 64-bit numbers are text in JSON. */
export interface BeamWindowing {
  readonly windowFn: FunctionSpec
  readonly mergeStatus: 'NON_MERGING' | 'NEEDS_MERGE' | 'ALREADY_MERGED'
  readonly windowCoderId: 'global_window' | 'interval_window'
  readonly trigger: BeamTrigger
  readonly accumulationMode: 'DISCARDING' | 'ACCUMULATING'
  readonly outputTime: 'END_OF_WINDOW' | 'EARLIEST_IN_PANE' | 'LATEST_IN_PANE'
  readonly closingBehavior: 'EMIT_ALWAYS' | 'EMIT_IF_NONEMPTY'
  readonly allowedLateness: string
  readonly onTimeBehavior: 'FIRE_ALWAYS' | 'FIRE_IF_NONEMPTY'
  readonly assignsToOneWindow: boolean
  readonly environmentId: string
}

const OUTPUT_TIMES: Readonly<Record<TimestampCombiner, BeamWindowing['outputTime']>> = {
  'end-of-window': 'END_OF_WINDOW',
  earliest: 'EARLIEST_IN_PANE',
  latest: 'LATEST_IN_PANE',
}

// Where a retracting grouping emits one pane only, nothing is ever taken back, and its pane holds all. Others are refused before.
const MODES: Readonly<Record<AccumulationMode, BeamWindowing['accumulationMode']>> = {
  discarding: 'DISCARDING',
  accumulating: 'ACCUMULATING',
  retracting: 'ACCUMULATING',
}

/** Beam's windowing strategy for one of ours. */
export function beamWindowing(windowing: WindowingStrategy, environmentId: string): BeamWindowing {
  const { windowFn, merged } = windowing
  const always = (behavior: EmptyPaneBehavior): boolean => behavior === 'always'
  return {
    windowFn: beamWindowFn(windowFn),
    mergeStatus: !windowFn.merging ? 'NON_MERGING' : merged ? 'ALREADY_MERGED' : 'NEEDS_MERGE',
    windowCoderId: windowFn.kind === 'global' ? 'global_window' : 'interval_window',
    trigger: beamTrigger(windowing.trigger),
    accumulationMode: MODES[windowing.accumulationMode],
    outputTime: OUTPUT_TIMES[windowing.timestampCombiner],
    closingBehavior: always(windowing.closing) ? 'EMIT_ALWAYS' : 'EMIT_IF_NONEMPTY',
    allowedLateness: String(windowing.allowedLateness),
    onTimeBehavior: always(windowing.onTime) ? 'FIRE_ALWAYS' : 'FIRE_IF_NONEMPTY',
    assignsToOneWindow: windowFn.kind === 'sessions' || (windowFn.tiling && windowFn.kind !== 'sliding'),
    environmentId,
  }
}

/** Beam's window function for one of ours. Those that Beam does not know stay ours, and run in our environment. */
export function beamWindowFn(windowFn: WindowFn): FunctionSpec {
  switch (windowFn.kind) {
    case 'global':
      return { urn: 'beam:window_fn:global_windows:v1' }
    case 'fixed': {
      const { size, offset } = windowFn as FixedWindowFn
      return standard('fixed_windows', protoMessage([1, seconds(size)], [2, seconds(offset)]))
    }
    case 'sliding': {
      const { size, offset, period } = windowFn as SlidingWindowFn
      return standard('sliding_windows', protoMessage([1, seconds(size)], [2, seconds(offset)], [3, seconds(period)]))
    }
    case 'sessions':
      return standard('session_windows', protoMessage([1, seconds((windowFn as SessionWindowFn).gap)]))
    default:
      return { urn: 'tidemark:window_fn:v1', payload: base64(windowFn.description) }
  }
}

/** Beam's trigger for one of ours. */
export function beamTrigger(trigger: Trigger): BeamTrigger {
  switch (trigger.kind) {
    case 'default':
      return { default: {} }
    case 'never':
      return { never: {} }
    case 'after-synchronized-processing-time':
      return { afterSynchronizedProcessingTime: {} }
    case 'after-count':
      return { elementCount: { elementCount: trigger.count } }
    case 'repeatedly':
      return { repeat: { subtrigger: beamTrigger(trigger.of) } }
    case 'after-any':
      return { afterAny: { subtriggers: trigger.of.map(beamTrigger) } }
    case 'after-all':
      return { afterAll: { subtriggers: trigger.of.map(beamTrigger) } }
    case 'after-each':
      return { afterEach: { subtriggers: trigger.of.map(beamTrigger) } }
    case 'or-finally':
      return { orFinally: { main: beamTrigger(trigger.main), finally: beamTrigger(trigger.until) } }
    case 'after-watermark':
      return {
        afterEndOfWindow: {
          ...(trigger.early && { earlyFirings: beamTrigger(trigger.early) }),
          ...(trigger.late && { lateFirings: beamTrigger(trigger.late) }),
        },
      }
    case 'after-processing-time':
      return {
        afterProcessingTime: {
          timestampTransforms: trigger.steps.map((step) =>
            'delay' in step
              ? { delay: { delayMillis: String(step.delay) } }
              : { alignTo: { period: String(step.align), offset: String(step.offset) } },
          ),
        },
      }
  }
}

/** Bytes or text as JSON carries bytes. */
export function base64(value: string | Uint8Array): string {
  return Buffer.from(value).toString('base64')
}

function standard(name: string, payload: Uint8Array): FunctionSpec {
  return { urn: `beam:window_fn:${name}:v1`, payload: base64(payload) }
}

/** google.protobuf.Duration and Timestamp, which are written alike. */
function seconds(millis: number): Uint8Array {
  return protoMessage([1, Math.floor(millis / 1000)], [2, (millis % 1000) * 1_000_000])
}
