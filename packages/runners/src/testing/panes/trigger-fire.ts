/**
 * What the emission of a pane changes in a trigger: what has done its work, and what starts anew.
 */
import type { Trigger } from '@tidemark/core'
import { isReady } from './trigger-rules.ts'
import {
  clear,
  firstUnfinished,
  partStates,
  reset,
  type Part,
  type TriggerContext,
  type TriggerState,
} from './trigger-state.ts'

/** A pane is emitted. Only called when the trigger is ready, or when it is part of one that is. */
export function onFire(trigger: Trigger, state: TriggerState, context: TriggerContext): void {
  const parts = partStates(trigger, state)
  const fire = ([part, partState]: Part): void => onFire(part, partState, context)
  const ready = ([part, partState]: Part): boolean => isReady(part, partState, context)
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
      const [main, until] = parts as [Part, Part]
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

function fireAfterWatermark(parts: readonly Part[], state: TriggerState, context: TriggerContext): void {
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
