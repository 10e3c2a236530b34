/**
 * The machine of afterProcessingTime and of its continuation (AfterDelayFromFirstElementStateMachine).
 *
 * The target is set by the first element of a pane; later elements do not move it; merged windows take the earliest.
 */
import type { ProcessingTimeStep } from '@tidemark/core'
import { datum, isFinished, NO_DATUM, setDatum, setFinished, type TriggerState } from './trigger-state.ts'
import { TriggerStateMachine, type TriggerContext } from './trigger-state-machine.ts'

/** Ready when processing time is strictly past the pane's first element plus the steps of the trigger. */
export class AfterDelayMachine extends TriggerStateMachine {
  readonly #steps: readonly ProcessingTimeStep[]

  constructor(node: number, steps: readonly ProcessingTimeStep[]) {
    super(node, [])
    this.#steps = steps
  }

  onElement(context: TriggerContext): void {
    if (datum(context.state, this.node) !== NO_DATUM) return
    const target = targetTime(context.now, this.#steps)
    setDatum(context.state, this.node, target)
    context.setProcessingTimer(target)
  }

  onMerge(context: TriggerContext, merged: readonly TriggerState[]): void {
    if (isFinished(context.state, this.node)) {
      this.clear(context)
      return
    }
    let earliest = Infinity
    for (const state of merged) {
      const target = datum(state, this.node)
      if (target !== NO_DATUM && target < earliest) earliest = target
    }
    setDatum(context.state, this.node, earliest === Infinity ? NO_DATUM : earliest)
    if (earliest !== Infinity) context.setProcessingTimer(earliest)
  }

  shouldFire(context: TriggerContext): boolean {
    const target = datum(context.state, this.node)
    return target !== NO_DATUM && context.now > target
  }

  onFire(context: TriggerContext): void {
    this.clear(context)
    setFinished(context.state, this.node, true)
  }

  override clear(context: TriggerContext): void {
    setDatum(context.state, this.node, NO_DATUM)
  }
}

/** Applies the steps of a processing-time trigger to a time; a time on a boundary stays there. */
export function targetTime(now: number, steps: readonly ProcessingTimeStep[]): number {
  let time = now
  for (const step of steps) {
    if ('delay' in step) time += step.delay
    else time = Math.ceil((time - step.offset) / step.align) * step.align + step.offset
  }
  return time
}
