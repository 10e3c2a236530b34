/**
 * The state of a trigger in one window: a tree of the same shape as the trigger.
 *
 * `finished` says that a part has done its work; `clear` empties what a part has seen since the pane before and leaves
 * `finished` alone; `reset` starts a part anew.
 */
import type { Timestamp, Trigger } from '@tidemark/core'

/** State of one part of a trigger and of the parts below it. */
export interface TriggerState {
  finished: boolean
  /** Elements since the pane before; of `after-count`. */
  count: number
  /** When to fire, on the runner's clock; of the processing-time triggers. */
  target: Timestamp | undefined
  readonly parts: readonly TriggerState[]
}

/** A part of a trigger with its state. */
export type Part = readonly [trigger: Trigger, state: TriggerState]

/** What a trigger sees of its window. */
export interface TriggerContext {
  /** Whether windows may merge: then all parts see every element, as merging may revive any of them. */
  readonly merging: boolean
  /** Whether the input watermark is strictly past the window's last timestamp (20). */
  readonly endReached: boolean
  readonly now: Timestamp
  /** Asks to be woken when the input watermark passes the end of the window. */
  readonly wakeAtEnd: () => void
  /** Asks to be woken when the clock is past `time`. */
  readonly wakeAt: (time: Timestamp) => void
}

const NEVER: Trigger = { kind: 'never' }

/** The parts of a trigger. An `afterWatermark` with early or late firings has an early part, and a late one if given. */
export function partsOf(trigger: Trigger): readonly Trigger[] {
  switch (trigger.kind) {
    case 'after-watermark':
      if (trigger.late !== undefined) return [trigger.early ?? NEVER, trigger.late]
      return trigger.early === undefined ? [] : [trigger.early]
    case 'repeatedly':
      return [trigger.of]
    case 'after-any':
    case 'after-all':
    case 'after-each':
      return trigger.of
    case 'or-finally':
      return [trigger.main, trigger.until]
    default:
      return []
  }
}

/** The state of a trigger that has seen nothing. */
export function newTriggerState(trigger: Trigger): TriggerState {
  return { finished: false, count: 0, target: undefined, parts: partsOf(trigger).map(newTriggerState) }
}

/** Forgets what was seen since the pane before, in all parts; what is finished stays finished. */
export function clear(state: TriggerState): void {
  state.count = 0
  state.target = undefined
  state.parts.forEach(clear)
}

/** Starts anew, in all parts (32). */
export function reset(state: TriggerState): void {
  state.finished = false
  state.count = 0
  state.target = undefined
  state.parts.forEach(reset)
}

/** Pairs each part of a trigger with its state. */
export function partStates(trigger: Trigger, state: TriggerState): readonly Part[] {
  return partsOf(trigger).map((part, index) => [part, state.parts[index]!] as const)
}

/** The part at work, where parts work one after the other. */
export function firstUnfinished(parts: readonly Part[]): Part | undefined {
  return parts.find(([, state]) => !state.finished)
}
