/**
 * Settings of the vectors as ours: windows, triggers and windowing strategies. What a vector does not set has Beam's default.
 */
import { DayOfWeek } from '@js-joda/core'
import {
  DEFAULT_WINDOWING,
  fixedWindows,
  globalWindow,
  milliseconds,
  sessions,
  slidingWindows,
  type ProcessingTimeStep,
  type Trigger,
  type WindowFn,
  type WindowingStrategy,
} from '@tidemark/core'
import { calendarDays, calendarMonths, calendarWeeks, calendarYears } from '@tidemark/core/calendar'

/** Windows of a vector. */
export type BeamWindows =
  | { readonly type: 'fixed'; readonly size: number; readonly offset?: number }
  | { readonly type: 'sliding'; readonly size: number; readonly period: number; readonly offset?: number }
  | { readonly type: 'sessions'; readonly gap: number }
  | { readonly type: 'global' }
  | {
      readonly type: 'days' | 'weeks' | 'months' | 'years'
      readonly number: number
      readonly timeZone?: string
      readonly startDayOfWeek?: number
      readonly dayOfMonth?: number
      readonly monthOfYear?: number
    }

/** A trigger of a vector. */
export type BeamTrigger =
  | { readonly type: 'default' | 'never' | 'afterSynchronizedProcessingTime' }
  | { readonly type: 'afterWatermark'; readonly early?: BeamTrigger; readonly late?: BeamTrigger }
  | { readonly type: 'afterCount'; readonly n: number }
  | { readonly type: 'afterProcessingTime'; readonly steps: readonly BeamStep[] }
  | { readonly type: 'repeatedly'; readonly of: BeamTrigger }
  | { readonly type: 'afterFirst' | 'afterAll' | 'afterEach'; readonly of: readonly BeamTrigger[] }
  | { readonly type: 'orFinally'; readonly main: BeamTrigger; readonly until: BeamTrigger }

/** A change of a target in processing time. */
export type BeamStep = { readonly delay: number } | { readonly align: number; readonly offset?: number }

/** Windowing of a vector. */
export interface BeamSettings {
  readonly window?: BeamWindows
  readonly trigger?: BeamTrigger
  readonly accumulation?: 'accumulating' | 'discarding'
  readonly allowedLatenessMs?: number
  readonly closing?: 'FIRE_ALWAYS' | 'FIRE_IF_NON_EMPTY'
  readonly onTime?: 'FIRE_ALWAYS' | 'FIRE_IF_NON_EMPTY'
  readonly timestampCombiner?: 'END_OF_WINDOW' | 'EARLIEST' | 'LATEST'
}

/** Makes the window function of a vector: ours, or one that assigns as Beam does. */
export type WindowsOf = (spec: BeamWindows) => WindowFn

/** Returns our window function. */
export function windowFnOf(spec: BeamWindows): WindowFn {
  switch (spec.type) {
    case 'fixed':
      return fixedWindows(milliseconds(spec.size), milliseconds(spec.offset ?? 0))
    case 'sliding':
      return slidingWindows(milliseconds(spec.size), milliseconds(spec.period), milliseconds(spec.offset ?? 0))
    case 'sessions':
      return sessions(milliseconds(spec.gap))
    case 'global':
      return globalWindow()
    case 'days':
      return calendarDays({ zone: spec.timeZone ?? 'UTC', every: spec.number })
    case 'weeks':
      return calendarWeeks({
        zone: spec.timeZone ?? 'UTC',
        every: spec.number,
        startDayOfWeek: DayOfWeek.of(spec.startDayOfWeek ?? 1),
      })
    case 'months':
      return calendarMonths({ zone: spec.timeZone ?? 'UTC', every: spec.number, dayOfMonth: spec.dayOfMonth ?? 1 })
    case 'years':
      return calendarYears({
        zone: spec.timeZone ?? 'UTC',
        every: spec.number,
        dayOfMonth: spec.dayOfMonth ?? 1,
        monthOfYear: spec.monthOfYear ?? 1,
      })
  }
}

/** Returns our trigger, without the checks of its constructors. */
export function triggerOf(spec: BeamTrigger): Trigger {
  switch (spec.type) {
    case 'default':
    case 'never':
      return { kind: spec.type }
    case 'afterSynchronizedProcessingTime':
      return { kind: 'after-synchronized-processing-time' }
    case 'afterWatermark':
      return {
        kind: 'after-watermark',
        early: spec.early && triggerOf(spec.early),
        late: spec.late && triggerOf(spec.late),
      }
    case 'afterCount':
      return { kind: 'after-count', count: spec.n }
    case 'afterProcessingTime':
      return { kind: 'after-processing-time', steps: spec.steps.map(stepOf) }
    case 'repeatedly':
      return { kind: 'repeatedly', of: triggerOf(spec.of) }
    case 'afterFirst':
      return { kind: 'after-any', of: spec.of.map(triggerOf) }
    case 'afterAll':
      return { kind: 'after-all', of: spec.of.map(triggerOf) }
    case 'afterEach':
      return { kind: 'after-each', of: spec.of.map(triggerOf) }
    case 'orFinally':
      return { kind: 'or-finally', main: triggerOf(spec.main), until: triggerOf(spec.until) }
  }
}

/** Returns our windowing strategy: settings that are absent stay as upstream, as in Beam; lateness cannot become less. */
export function windowingOf(
  spec: BeamSettings,
  upstream: WindowingStrategy = DEFAULT_WINDOWING,
  windows: WindowsOf = windowFnOf,
): WindowingStrategy {
  return {
    ...upstream,
    windowFn: spec.window === undefined ? upstream.windowFn : windows(spec.window),
    trigger: spec.trigger === undefined ? upstream.trigger : triggerOf(spec.trigger),
    allowedLateness: Math.max(upstream.allowedLateness, spec.allowedLatenessMs ?? 0),
    accumulationMode: spec.accumulation ?? upstream.accumulationMode,
    onTime: spec.onTime === undefined ? upstream.onTime : EMPTY_PANES[spec.onTime],
    closing: spec.closing === undefined ? upstream.closing : EMPTY_PANES[spec.closing],
    timestampCombiner:
      spec.timestampCombiner === undefined ? upstream.timestampCombiner : COMBINERS[spec.timestampCombiner],
    merged: spec.window === undefined && upstream.merged,
  }
}

const EMPTY_PANES = { FIRE_ALWAYS: 'always', FIRE_IF_NON_EMPTY: 'if-non-empty' } as const
const COMBINERS = { END_OF_WINDOW: 'end-of-window', EARLIEST: 'earliest', LATEST: 'latest' } as const

function stepOf(step: BeamStep): ProcessingTimeStep {
  return 'delay' in step ? step : { align: step.align, offset: step.offset ?? 0 }
}
