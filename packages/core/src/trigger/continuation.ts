/**
 * Continuation: the trigger of the next grouping, so that panes pass through a chain of groupings as soon as they are
 * emitted (cf. Trigger.getContinuationTrigger in Beam).
 */
import type { Trigger } from './trigger.ts'

/** Returns the trigger that a grouping of the panes of `trigger` uses. */
export function continuationTrigger(trigger: Trigger): Trigger {
  switch (trigger.kind) {
    case 'default':
    case 'never':
    case 'after-synchronized-processing-time':
      return trigger
    case 'after-count':
      return Object.freeze({ kind: 'after-count', count: 1 })
    case 'after-processing-time':
      return Object.freeze({ kind: 'after-synchronized-processing-time' })
    case 'after-watermark':
      return Object.freeze({
        kind: 'after-watermark',
        early: trigger.early === undefined ? undefined : continuationTrigger(trigger.early),
        late: trigger.late === undefined ? undefined : continuationTrigger(trigger.late),
      })
    case 'repeatedly':
      return Object.freeze({ kind: 'repeatedly', of: continuationTrigger(trigger.of) })
    case 'after-any':
    case 'after-all':
      return Object.freeze({ kind: trigger.kind, of: Object.freeze(trigger.of.map(continuationTrigger)) })
    case 'after-each':
      return repeatedly({ kind: 'after-any', of: Object.freeze(trigger.of.map(continuationTrigger)) })
    case 'or-finally':
      return repeatedly({
        kind: 'or-finally',
        main: continuationTrigger(trigger.main),
        until: continuationTrigger(trigger.until),
      })
  }
}

function repeatedly(of: Trigger): Trigger {
  return Object.freeze({ kind: 'repeatedly', of: Object.freeze(of) })
}
