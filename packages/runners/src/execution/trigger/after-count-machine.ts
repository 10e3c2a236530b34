/**
 * The machine of afterCount: counts the elements of the pane (AfterPaneStateMachine).
 */
import { datum, isFinished, NO_DATUM, setDatum, setFinished, type TriggerState } from './trigger-state.ts'
import { TriggerStateMachine, type TriggerContext } from './trigger-state-machine.ts'

/** Ready when `count` elements have come since it was cleared. */
export class AfterCountMachine extends TriggerStateMachine {
  readonly #count: number

  constructor(node: number, count: number) {
    super(node, [])
    this.#count = count
  }

  onElement(context: TriggerContext): void {
    setDatum(context.state, this.node, Math.max(0, datum(context.state, this.node)) + 1)
  }

  // Finished in any of the merged windows: finished. Otherwise the counts add up.
  onMerge(context: TriggerContext, merged: readonly TriggerState[]): void {
    if (merged.some((state) => isFinished(state, this.node))) {
      setFinished(context.state, this.node, true)
      this.clear(context)
      return
    }
    let count = 0
    for (const state of merged) count += Math.max(0, datum(state, this.node))
    setDatum(context.state, this.node, count)
  }

  shouldFire(context: TriggerContext): boolean {
    return datum(context.state, this.node) >= this.#count
  }

  onFire(context: TriggerContext): void {
    this.clear(context)
    setFinished(context.state, this.node, true)
  }

  override clear(context: TriggerContext): void {
    setDatum(context.state, this.node, NO_DATUM)
  }
}
