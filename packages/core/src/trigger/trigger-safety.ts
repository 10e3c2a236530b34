/**
 * What can be known of a trigger without running it: whether it may finish before its window expires, whether a window
 * may get more than one pane, and whether it may get one before its end.
 */
import type { Trigger } from './trigger.ts'

/** Says whether the trigger may finish while its window is still open, so that later elements would be lost (cf. GroupByKey.triggerIsSafe in Beam). */
export function mayFinish(trigger: Trigger): boolean {
  switch (trigger.kind) {
    case 'default':
    case 'never':
    case 'repeatedly':
      return false
    case 'after-watermark':
      return trigger.late === undefined
    case 'after-count':
    case 'after-processing-time':
    case 'after-synchronized-processing-time':
      return true
    // These finish by firing, whatever their parts do afterwards; Beam asks the parts, and so accepts repeatedly in them.
    case 'after-any':
      return trigger.of.some((part) => part.kind !== 'never')
    case 'after-all':
      return trigger.of.every((part) => part.kind !== 'never')
    case 'after-each':
      return trigger.of.every(mayFinish)
    case 'or-finally':
      return mayFinish(trigger.main) || mayFinish(trigger.until)
  }
}

/** Says whether a window under this trigger and allowed lateness (milliseconds) can get more than one pane with elements. */
export function mayEmitSeveralPanes(trigger: Trigger, allowedLateness: number): boolean {
  switch (trigger.kind) {
    case 'never':
      return false
    case 'default':
      return allowedLateness > 0
    case 'after-watermark':
      return trigger.early !== undefined || allowedLateness > 0
    default:
      return true
  }
}

/** Says whether a window may get a pane before its end, which the global window of an unbounded collection never comes to. */
export function mayFireEarly(trigger: Trigger): boolean {
  switch (trigger.kind) {
    case 'default':
    case 'never':
      return false
    case 'after-watermark':
      return trigger.early !== undefined && mayFireEarly(trigger.early)
    case 'after-count':
    case 'after-processing-time':
    case 'after-synchronized-processing-time':
      return true
    case 'repeatedly':
      return mayFireEarly(trigger.of)
    case 'after-any':
      return trigger.of.some(mayFireEarly)
    case 'after-all':
      return trigger.of.every(mayFireEarly)
    // The others have their turn when the first has fired.
    case 'after-each':
      return mayFireEarly(trigger.of[0]!)
    case 'or-finally':
      return mayFireEarly(trigger.main) || mayFireEarly(trigger.until)
  }
}
