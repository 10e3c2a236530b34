/**
 * OverwritesStep: a write step whose sink takes, for each pane, what now stands for its key and window.
 *
 * A pane that replaces the one before, or takes it back, says all of it itself, and nothing has to be kept. Where panes add to one another, or
 * come in parts, an overwrite holds what all of them have come to.
 */
import type { FinalValue, Timestamp } from '@tidemark/core'
import type { Pane, PaneOrigin } from '../bundle/pane.ts'
import type { StateData } from '../snapshot/saved.ts'
import type { GroupingInflow } from './inflow.ts'
import { Places } from './places.ts'
import { added, moved, TakingStep, type PaneRows, type TakingSpec } from './taking-step.ts'

/** Hands on overwrites. */
export class OverwritesStep extends TakingStep {
  readonly #places: Places

  constructor(spec: TakingSpec) {
    super(spec)
    this.#places = new Places(spec.inflow.groupings)
  }

  // Refused when the step was made: all that comes has a place.
  protected takeLoose(): void {}

  protected takePane(pane: Pane, rows: PaneRows): void {
    const { origin, effect, absorbedBy, info } = pane
    const { counters } = this.log
    const values = added(rows, pane)
    counters.withOutput += values.length
    counters.withoutOutput += rows.end - rows.start - values.length
    if (absorbedBy !== undefined) {
      const gone = this.#forget(origin)
      this.#say(pane, origin, this.#standing(origin))
      if (effect === 'add' && gone.length > 0) this.#take(pane, absorbedBy, moved(gone, absorbedBy))
    } else if (effect === 'add' || this.#isShared(origin)) {
      this.#take(pane, origin, values)
      if (info.isLast && !this.#isShared(origin)) this.#forget(origin)
    } else {
      this.#say(pane, origin, values)
    }
  }

  protected takeDue(watermark: Timestamp): boolean {
    const pane = this.standing.takeDue(watermark)
    if (pane === undefined) return false
    if (this.#isShared(pane.origin)) this.#places.remove(pane.origin)
    return true
  }

  protected override loadRest(data: StateData): void {
    super.loadRest(data)
    for (const { origin } of this.standing.panes()) if (this.#isShared(origin)) this.#places.add(origin)
  }

  #take(pane: Pane, origin: PaneOrigin, values: FinalValue<unknown>[]): void {
    const isNew = pane.effect === 'add' ? this.addRows(origin, values) : this.standing.replace(origin, values)
    if (isNew && this.#isShared(origin)) this.#places.add(origin)
    this.#say(pane, origin, this.#standing(origin))
  }

  #forget(origin: PaneOrigin): readonly FinalValue<unknown>[] {
    if (this.#isShared(origin)) this.#places.remove(origin)
    return this.standing.remove(origin)
  }

  #standing(origin: PaneOrigin): readonly FinalValue<unknown>[] {
    if (!this.#isShared(origin)) return this.standing.rowsOf(origin)
    return this.#places.at(origin).flatMap((other) => this.standing.rowsOf(other))
  }

  // Whether a place may have several origins.
  #isShared(origin: PaneOrigin): boolean {
    const { severalWays, beginsAnew } = this.#groupingOf(origin)
    return severalWays || beginsAnew
  }

  #say({ info }: Pane, origin: PaneOrigin, elements: readonly FinalValue<unknown>[]): void {
    const { key, window } = origin
    // A copy: what stands may grow later.
    this.give({ step: this.#groupingOf(origin).path, key, window, elements: [...elements], pane: info })
  }

  #groupingOf({ step }: PaneOrigin): GroupingInflow {
    return this.inflow.groupings.get(step)!
  }
}
