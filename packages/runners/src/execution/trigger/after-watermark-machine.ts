/**
 * The machines of afterWatermark (AfterWatermarkStateMachine): the plain one, and the one with early and late firings.
 */
import { isFinished, setFinished, type TriggerState } from './trigger-state.ts'
import { endOfWindowReached, TriggerStateMachine, type TriggerContext } from './trigger-state-machine.ts'

/** Ready when the end of the window has passed; finishes by firing. */
export class EndOfWindowMachine extends TriggerStateMachine {
  onElement(context: TriggerContext): void {
    context.wakeAtEnd()
  }

  // Still active in any merged window, or its end not reached: active again ("rewind").
  onMerge(context: TriggerContext, merged: readonly TriggerState[]): void {
    const finishedInAll = merged.every((state) => isFinished(state, this.node))
    setFinished(context.state, this.node, finishedInAll && endOfWindowReached(context))
  }

  shouldFire(context: TriggerContext): boolean {
    return endOfWindowReached(context)
  }

  onFire(context: TriggerContext): void {
    setFinished(context.state, this.node, true)
  }
}

/** Fires early until the end of the window, once there, and late after it; early and late repeat. The mark of the early part says which. */
export class EarlyAndLateMachine extends TriggerStateMachine {
  readonly #early: TriggerStateMachine
  readonly #late: TriggerStateMachine | undefined

  constructor(node: number, early: TriggerStateMachine, late: TriggerStateMachine | undefined) {
    super(node, late === undefined ? [early] : [early, late])
    this.#early = early
    this.#late = late
  }

  // Where windows can merge, both parts are fed: a late window may become early again.
  onElement(context: TriggerContext): void {
    context.wakeAtEnd()
    if (context.merging) for (const part of this.parts) part.onElement(context)
    else this.#current(context)?.onElement(context)
  }

  onMerge(context: TriggerContext, merged: readonly TriggerState[]): void {
    const { state } = context
    const early = this.#early
    const late = this.#late
    // Elements of a window that was not on time yet have had no chance to fire: then the merged window is early again.
    if (!merged.every((other) => isFinished(other, early.node)) || !endOfWindowReached(context)) {
      early.onMerge(context, merged)
      setFinished(state, early.node, false)
      if (late !== undefined) {
        setFinished(state, late.node, false)
        late.clear(context)
      }
    } else {
      setFinished(state, early.node, true)
      late?.onMerge(context, merged)
    }
  }

  shouldFire(context: TriggerContext): boolean {
    if (!isFinished(context.state, this.#early.node))
      return this.#early.shouldFire(context) || endOfWindowReached(context)
    return this.#late !== undefined && this.#late.shouldFire(context)
  }

  onFire(context: TriggerContext): void {
    if (!isFinished(context.state, this.#early.node)) this.#fireEarlyOrOnTime(context)
    else if (this.#late === undefined) setFinished(context.state, this.node, true)
    else repeat(this.#late, context)
  }

  #fireEarlyOrOnTime(context: TriggerContext): void {
    const early = this.#early
    if (!endOfWindowReached(context)) {
      repeat(early, context)
      return
    }
    if (early.shouldFire(context)) early.onFire(context)
    setFinished(context.state, early.node, true)
    early.clear(context)
    if (this.#late === undefined) setFinished(context.state, this.node, true)
    else this.#late.clear(context)
  }

  #current(context: TriggerContext): TriggerStateMachine | undefined {
    return isFinished(context.state, this.#early.node) ? this.#late : this.#early
  }
}

function repeat(part: TriggerStateMachine, context: TriggerContext): void {
  part.onFire(context)
  part.clear(context)
  setFinished(context.state, part.node, false)
}
