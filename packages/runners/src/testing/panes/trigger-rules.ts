/**
 * The rules of triggers: what an element changes, and when a pane may be emitted.
 *
 * Functions over a trigger and its state; nothing else decides when a window may be emitted. The numbers are those of the
 * statements in semantics.md.
 */
import type { ProcessingTimeStep, Timestamp, Trigger } from '@tidemark/core'
import { firstUnfinished, partStates, type Part, type TriggerContext, type TriggerState } from './trigger-state.ts'

/** An element has come. */
export function onElement(trigger: Trigger, state: TriggerState, context: TriggerContext): void {
  const parts = partStates(trigger, state)
  switch (trigger.kind) {
    case 'default':
      if (!context.endReached) context.wakeAtEnd()
      return
    case 'after-watermark':
      if (!context.endReached) context.wakeAtEnd()
      for (const [part, partState] of running(parts, context)) onElement(part, partState, context)
      return
    case 'after-count':
      state.count += 1 // 23
      return
    case 'after-processing-time':
    case 'after-synchronized-processing-time':
      if (state.target !== undefined) return // 26: later elements do not extend it
      state.target = targetOf(trigger.kind === 'after-processing-time' ? trigger.steps : [], context.now)
      context.wakeAt(state.target)
      return
    case 'after-each':
      for (const [part, partState] of running(parts, context)) onElement(part, partState, context) // 30
      return
    case 'after-all':
      for (const [part, partState] of parts) if (!partState.finished) onElement(part, partState, context)
      return
    default:
      for (const [part, partState] of parts) onElement(part, partState, context)
  }
}

/** Whether a pane may be emitted. */
export function isReady(trigger: Trigger, state: TriggerState, context: TriggerContext): boolean {
  const parts = partStates(trigger, state)
  const ready = ([part, partState]: Part): boolean => isReady(part, partState, context)
  switch (trigger.kind) {
    case 'never':
      return false // 33
    case 'default':
      return context.endReached // 19
    case 'after-watermark': {
      const [early, late] = parts
      if (early === undefined) return context.endReached // 20
      if (!early[1].finished) return ready(early) || context.endReached
      return late !== undefined && ready(late)
    }
    case 'after-count':
      return state.count >= trigger.count
    case 'after-processing-time':
    case 'after-synchronized-processing-time':
      return state.target !== undefined && context.now > state.target // 26
    case 'after-any':
      return parts.some((part) => part[1].finished || ready(part)) // 29
    case 'after-all':
      return parts.every((part) => part[1].finished || ready(part)) // 29
    case 'after-each': {
      const current = firstUnfinished(parts)
      return current !== undefined && ready(current)
    }
    case 'repeatedly':
    case 'or-finally':
      return parts.some(ready)
  }
}

/** The parts that see an element where only one part is at work at a time: all of them, where windows merge (30). */
function running(parts: readonly Part[], context: TriggerContext): readonly Part[] {
  if (context.merging) return parts
  const current = firstUnfinished(parts)
  return current === undefined ? [] : [current]
}

function targetOf(steps: readonly ProcessingTimeStep[], now: Timestamp): Timestamp {
  let target = now
  for (const step of steps) {
    if ('delay' in step) target += step.delay
    else target = Math.ceil((target - step.offset) / step.align) * step.align + step.offset // 27
  }
  return target
}
