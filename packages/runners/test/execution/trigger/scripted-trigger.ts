/**
 * A trigger machine driven by hand over one window `[0,10)`, with what it answered as a line of text.
 */
import type { Trigger } from '@tidemark/core'
import { compileTrigger } from '../../../src/execution/trigger/compile-trigger.ts'
import type { TriggerContext } from '../../../src/execution/trigger/trigger-state-machine.ts'
import { freshTriggerState, isFinished, type TriggerState } from '../../../src/execution/trigger/trigger-state.ts'

/** What a script has come to. */
export interface ScriptedTrigger {
  /** The answers, one a `?`: `.` not ready, `F` fired, `X` fired and finished, `-` was finished before. */
  readonly answers: string
  /** Processing times that it asked to be woken at, in order. */
  readonly timers: readonly number[]
  /** How often it asked to be woken at the end of the window. */
  readonly wakes: number
  readonly state: TriggerState
}

/**
 * Runs a script: `e` an element, `w12` the watermark is at 12, `t5` processing time is 5, `?` the end of a bundle: the trigger is asked,
 * and fires when it is ready.
 */
export function scripted(
  trigger: Trigger,
  script: string,
  options: { readonly merging?: boolean } = {},
): ScriptedTrigger {
  const { root, nodes } = compileTrigger(trigger)
  const timers: number[] = []
  let wakes = 0
  const context = {
    state: freshTriggerState(nodes),
    window: { start: 0, end: 10 },
    inputWatermark: -1,
    now: 0,
    merging: options.merging ?? false,
    setProcessingTimer: (time: number) => void timers.push(time),
    wakeAtEnd: () => void wakes++,
  } satisfies TriggerContext
  let answers = ''
  for (const event of script.split(' ')) {
    if (event === 'e') root.onElement(context)
    else if (event.startsWith('w')) context.inputWatermark = Number(event.slice(1))
    else if (event.startsWith('t')) context.now = Number(event.slice(1))
    else if (isFinished(context.state, root.node)) answers += '-'
    else if (!root.shouldFire(context)) answers += '.'
    else {
      root.onFire(context)
      answers += isFinished(context.state, root.node) ? 'X' : 'F'
    }
  }
  return { answers, timers, wakes, state: context.state }
}

/** Merges the memories that scripts have left, the window of the first being that of the result, and says what the trigger answers then. */
export function merged(
  trigger: Trigger,
  scripts: readonly string[],
  after: {
    readonly window?: { readonly start: number; readonly end: number }
    readonly watermark?: number
    readonly now?: number
    readonly fresh?: boolean
  },
): { readonly answer: string; readonly timers: readonly number[]; readonly state: TriggerState } {
  const { root, nodes } = compileTrigger(trigger)
  const states = scripts.map((script) => scripted(trigger, script, { merging: true }).state)
  const timers: number[] = []
  const context: TriggerContext = {
    state: after.fresh === true ? freshTriggerState(nodes) : [...states[0]!],
    window: after.window ?? { start: 0, end: 20 },
    inputWatermark: after.watermark ?? -1,
    now: after.now ?? 0,
    merging: true,
    setProcessingTimer: (time) => void timers.push(time),
    wakeAtEnd: () => undefined,
  }
  root.onMerge(context, states)
  const answer = isFinished(context.state, root.node) ? '-' : root.shouldFire(context) ? 'ready' : '.'
  return { answer, timers, state: context.state }
}
