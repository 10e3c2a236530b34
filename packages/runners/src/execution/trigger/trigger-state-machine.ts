/**
 * TriggerStateMachine: a trigger that runs. The description is core's Trigger, the memory a TriggerState; a machine holds
 * nothing but its place in the tree, so one machine serves all keys and windows of a step.
 *
 * The rules are those of Beam's state machines (runners/core-java, core/triggers), named in each file.
 */
import type { Timestamp, Window } from '@tidemark/core'
import { setFinished, type TriggerState } from './trigger-state.ts'

/** What a machine sees; one object per step, pointed at one key and window after the other. */
export interface TriggerContext {
  readonly state: TriggerState
  readonly window: Window
  readonly inputWatermark: Timestamp
  /** Processing time. */
  readonly now: number
  /** Whether windows of this step can merge: composite triggers then keep all parts fed, since one may be revived. */
  readonly merging: boolean
  /** Asks to be looked at again when processing time is past `time`. */
  setProcessingTimer(time: number): void
  /** Asks to be looked at again at the end of the window, unless that has passed. */
  wakeAtEnd(): void
}

/** A node of a trigger's tree. */
export abstract class TriggerStateMachine {
  readonly node: number
  readonly parts: readonly TriggerStateMachine[]

  constructor(node: number, parts: readonly TriggerStateMachine[]) {
    this.node = node
    this.parts = parts
  }

  /** An element has been added to the pane. */
  abstract onElement(context: TriggerContext): void
  /** Windows have merged; `merged` are the memories of those that had any, `context` is the resulting window's. */
  abstract onMerge(context: TriggerContext, merged: readonly TriggerState[]): void
  abstract shouldFire(context: TriggerContext): boolean
  /** The pane is being emitted; only called when {@link shouldFire}. */
  abstract onFire(context: TriggerContext): void

  /** Forgets what was counted or waited for; finished marks stay. */
  clear(context: TriggerContext): void {
    for (const part of this.parts) part.clear(context)
  }

  /** Starts anew: forgets everything, finished marks too. */
  reset(context: TriggerContext): void {
    this.#unfinish(context)
    this.clear(context)
  }

  #unfinish(context: TriggerContext): void {
    setFinished(context.state, this.node, false)
    for (const part of this.parts) part.#unfinish(context)
  }
}

/** Says whether the input watermark is strictly past the window's last timestamp. */
export function endOfWindowReached(context: TriggerContext): boolean {
  return context.inputWatermark > context.window.end - 1
}
