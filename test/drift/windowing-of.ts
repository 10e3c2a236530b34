/**
 * From windows and triggers as data to those of core.
 */
import {
  afterAll,
  afterAny,
  afterCount,
  afterEach,
  afterProcessingTime,
  afterWatermark,
  defaultTrigger,
  fixedWindows,
  globalWindow,
  milliseconds,
  never,
  orFinally,
  repeatedly,
  sessions,
  slidingWindows,
  type Trigger,
  type WindowFn,
  type WindowingOptions,
} from '@tidemark/core'
import { calendarDays, calendarWeeks } from '@tidemark/core/calendar'
import type { OptionsSpec, PipelineSpec, TriggerSpec, WindowSpec } from './pipeline-spec.ts'

type Unit = Pick<PipelineSpec, 'unit'>

/** Makes the window function of a spec. */
export function windowsOf(windows: WindowSpec, { unit }: Unit): WindowFn {
  const length = (units: number) => milliseconds(units * unit)
  switch (windows.kind) {
    case 'global':
      return globalWindow()
    case 'fixed':
      return fixedWindows(length(windows.size), length(windows.offset))
    case 'sliding':
      return slidingWindows(length(windows.size), length(windows.period))
    case 'sessions':
      return sessions(length(windows.gap))
    case 'days':
      return calendarDays({ zone: windows.zone })
    case 'weeks':
      return calendarWeeks({ zone: windows.zone })
  }
}

/** Makes the options of windowInto. */
export function optionsOf(options: OptionsSpec | undefined, spec: Unit): WindowingOptions {
  if (options === undefined) return {}
  const { trigger, lateness, mode, onTime, closing, combiner, mayLoseData, mayDrift } = options
  return {
    ...(trigger && { trigger: triggerOf(trigger, spec) }),
    allowedLateness: milliseconds(lateness * spec.unit),
    accumulationMode: mode,
    ...(onTime && { onTime }),
    ...(closing && { closing }),
    ...(combiner && { timestampCombiner: combiner }),
    ...(mayLoseData && { mayLoseData }),
    ...(mayDrift && { mayDrift }),
  }
}

/** Makes the trigger of a spec. */
export function triggerOf(spec: TriggerSpec, unit: Unit): Trigger {
  const all = (parts: readonly TriggerSpec[]): readonly Trigger[] => parts.map((part) => triggerOf(part, unit))
  switch (spec.kind) {
    case 'default':
      return defaultTrigger()
    case 'never':
      return never()
    case 'count':
      return afterCount(spec.count)
    case 'delay': {
      const align = spec.align === undefined ? undefined : { to: milliseconds(spec.align * unit.unit) }
      return afterProcessingTime(milliseconds(spec.delay * unit.unit), align)
    }
    case 'watermark':
      return afterWatermark({
        ...(spec.early && { early: triggerOf(spec.early, unit) }),
        ...(spec.late && { late: triggerOf(spec.late, unit) }),
      })
    case 'repeatedly':
      return repeatedly(triggerOf(spec.of, unit))
    case 'any':
      return afterAny(...all(spec.of))
    case 'all':
      return afterAll(...all(spec.of))
    case 'each':
      return afterEach(...all(spec.of))
    case 'or-finally':
      return orFinally(triggerOf(spec.main, unit), triggerOf(spec.until, unit))
  }
}
