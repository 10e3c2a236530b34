/**
 * The rules of triggers: what an element changes, when a pane may be emitted, and what its emission changes.
 *
 * Functions over a trigger and its state; nothing else decides when a window is emitted. The numbers are those of the
 * statements in semantics.md.
 */
import type { ProcessingTimeStep, Timestamp, Trigger } from '@tidemark/core'
import { clear, partStates, reset, type TriggerContext, type TriggerState } from './trigger-state.ts'

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
  const ready = ([part, partState]: readonly [Trigger, TriggerState]): boolean => isReady(part, partState, context)
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

/** A pane is emitted. Only called when the trigger is ready, or when it is part of one that is. */
export function onFire(trigger: Trigger, state: TriggerState, context: TriggerContext): void {
  const parts = partStates(trigger, state)
  const fire = ([part, partState]: readonly [Trigger, TriggerState]): void => onFire(part, partState, context)
  const ready = ([part, partState]: readonly [Trigger, TriggerState]): boolean => isReady(part, partState, context)
  switch (trigger.kind) {
    case 'default':
    case 'never':
      return
    case 'after-watermark':
      fireAfterWatermark(parts, state, context)
      return
    case 'after-count':
    case 'after-processing-time':
    case 'after-synchronized-processing-time':
      clear(state) // 23
      state.finished = true
      return
    case 'after-any':
      for (const part of parts) {
        if (ready(part)) fire(part)
        else clear(part[1]) // 29
      }
      state.finished = true
      return
    case 'after-all':
      parts.forEach(fire)
      state.finished = true
      return
    case 'after-each': {
      const current = firstUnfinished(parts)
      if (current !== undefined) fire(current)
      if (context.merging) for (const [, partState] of parts) clear(partState) // 30
      state.finished = parts.every(([, partState]) => partState.finished)
      return
    }
    case 'repeatedly': {
      parts.forEach(fire)
      for (const [, partState] of parts) if (partState.finished) reset(partState) // 32
      return
    }
    case 'or-finally': {
      const [main, until] = parts as [readonly [Trigger, TriggerState], readonly [Trigger, TriggerState]]
      if (ready(until)) {
        fire(until) // 31
        clear(main[1])
      } else {
        fire(main) // 31: until goes on counting
      }
      state.finished = main[1].finished || until[1].finished
    }
  }
}

function fireAfterWatermark(
  parts: readonly (readonly [Trigger, TriggerState])[],
  state: TriggerState,
  context: TriggerContext,
): void {
  const [early, late] = parts
  if (early === undefined) {
    state.finished = true
  } else if (!early[1].finished && !context.endReached) {
    onFire(early[0], early[1], context)
    clear(early[1])
    early[1].finished = false // 21: repeats
  } else if (!early[1].finished) {
    if (isReady(early[0], early[1], context)) onFire(early[0], early[1], context)
    early[1].finished = true
    clear(early[1])
    if (late === undefined)
      state.finished = true // 22
    else clear(late[1])
  } else if (late === undefined) {
    state.finished = true
  } else {
    onFire(late[0], late[1], context)
    clear(late[1])
    late[1].finished = false // 21: repeats
  }
}

/** The parts that see an element where only one part is at work at a time: all of them, where windows merge (30). */
function running(
  parts: readonly (readonly [Trigger, TriggerState])[],
  context: TriggerContext,
): readonly (readonly [Trigger, TriggerState])[] {
  if (context.merging) return parts
  const current = firstUnfinished(parts)
  return current === undefined ? [] : [current]
}

function firstUnfinished(
  parts: readonly (readonly [Trigger, TriggerState])[],
): readonly [Trigger, TriggerState] | undefined {
  return parts.find(([, partState]) => !partState.finished)
}

function targetOf(steps: readonly ProcessingTimeStep[], now: Timestamp): Timestamp {
  let target = now
  for (const step of steps) {
    if ('delay' in step) target += step.delay
    else target = Math.ceil((target - step.offset) / step.align) * step.align + step.offset // 27
  }
  return target
}
