/**
 * Triggers: when a window's result may be emitted, as frozen data.
 *
 * A trigger only permits output; what a pane holds is decided by the accumulation mode. The machines that run triggers
 * live in the runners; here is nothing but their descriptions (cf. Beam's Trigger proto).
 */

/** One change of the target time of {@link afterProcessingTime}: wait `delay`, or round up to a multiple of `align` plus `offset`; milliseconds. */
export type ProcessingTimeStep = { readonly delay: number } | { readonly align: number; readonly offset: number }

/** Fires when the watermark passes the end of the window, and again for each late bundle within the allowed lateness. */
export interface DefaultTrigger {
  readonly kind: 'default'
}
/** Fires at the end of the window; with `early` and `late`, also before and after, each repeated. */
export interface AfterWatermarkTrigger {
  readonly kind: 'after-watermark'
  readonly early: Trigger | undefined
  readonly late: Trigger | undefined
}
/** Fires when the pane holds at least `count` elements. */
export interface AfterCountTrigger {
  readonly kind: 'after-count'
  readonly count: number
}
/** Fires when processing time is past the time of the pane's first element, changed by `steps` in order. */
export interface AfterProcessingTimeTrigger {
  readonly kind: 'after-processing-time'
  readonly steps: readonly ProcessingTimeStep[]
}
/** Fires on the next element or tick of the clock: what {@link AfterProcessingTimeTrigger} becomes below a grouping. */
export interface AfterSynchronizedProcessingTimeTrigger {
  readonly kind: 'after-synchronized-processing-time'
}
/** Fires whenever `of` fires, and starts it anew when it has finished. */
export interface RepeatedlyTrigger {
  readonly kind: 'repeatedly'
  readonly of: Trigger
}
/** Fires once, as soon as one of its parts is ready. */
export interface AfterAnyTrigger {
  readonly kind: 'after-any'
  readonly of: readonly Trigger[]
}
/** Fires once, when all of its parts are ready. */
export interface AfterAllTrigger {
  readonly kind: 'after-all'
  readonly of: readonly Trigger[]
}
/** Lets its parts fire one after the other, each until it finishes. */
export interface AfterEachTrigger {
  readonly kind: 'after-each'
  readonly of: readonly Trigger[]
}
/** Fires as `main` does, until `until` is ready; then fires once more and finishes. */
export interface OrFinallyTrigger {
  readonly kind: 'or-finally'
  readonly main: Trigger
  readonly until: Trigger
}
/** Never fires; the window is emitted once, when it expires. */
export interface NeverTrigger {
  readonly kind: 'never'
}

/** When panes of a window may be emitted: one of Beam's triggers, as frozen data. */
export type Trigger =
  | DefaultTrigger
  | AfterWatermarkTrigger
  | AfterCountTrigger
  | AfterProcessingTimeTrigger
  | AfterSynchronizedProcessingTimeTrigger
  | RepeatedlyTrigger
  | AfterAnyTrigger
  | AfterAllTrigger
  | AfterEachTrigger
  | OrFinallyTrigger
  | NeverTrigger

/** Writes a trigger the way it is built in code, such as `afterWatermark({ late: afterCount(1) })`. */
export function formatTrigger(trigger: Trigger): string {
  const list = (parts: readonly Trigger[]): string => parts.map(formatTrigger).join(', ')
  switch (trigger.kind) {
    case 'default':
      return 'defaultTrigger()'
    case 'after-watermark': {
      const parts = [
        trigger.early === undefined ? '' : `early: ${formatTrigger(trigger.early)}`,
        trigger.late === undefined ? '' : `late: ${formatTrigger(trigger.late)}`,
      ].filter((part) => part !== '')
      return parts.length === 0 ? 'afterWatermark()' : `afterWatermark({ ${parts.join(', ')} })`
    }
    case 'after-count':
      return `afterCount(${trigger.count})`
    case 'after-processing-time':
      return `afterProcessingTime(${trigger.steps.map(formatStep).join(', ')})`
    case 'after-synchronized-processing-time':
      return 'afterSynchronizedProcessingTime()'
    case 'repeatedly':
      return `repeatedly(${formatTrigger(trigger.of)})`
    case 'after-any':
      return `afterAny(${list(trigger.of)})`
    case 'after-all':
      return `afterAll(${list(trigger.of)})`
    case 'after-each':
      return `afterEach(${list(trigger.of)})`
    case 'or-finally':
      return `orFinally(${formatTrigger(trigger.main)}, ${formatTrigger(trigger.until)})`
    case 'never':
      return 'never()'
  }
}

function formatStep(step: ProcessingTimeStep): string {
  if ('delay' in step) return formatLength(step.delay)
  const offset = step.offset === 0 ? '' : `, offset: ${formatLength(step.offset)}`
  return `{ to: ${formatLength(step.align)}${offset} }`
}

function formatLength(milliseconds: number): string {
  return milliseconds > 0 && milliseconds % 1000 === 0
    ? `seconds(${milliseconds / 1000})`
    : `milliseconds(${milliseconds})`
}
