/**
 * FinalStep: a write step whose sink takes each element once, when nothing can change it any more.
 *
 * What stands for a key and window waits until its pane is the last or its window has expired; changes without panes wait until their time
 * has passed; everything else is final as it comes. What was replaced or taken back meanwhile is left out.
 */
import { NO_FIRING, type FinalValue, type Timestamp } from '@tidemark/core'
import { signAt, type Bundle } from '../bundle/bundle.ts'
import type { Pane, PaneOrigin } from '../bundle/pane.ts'
import type { StateData } from '../snapshot/saved.ts'
import { NetElements } from './net-elements.ts'
import { added, moved, rowAt, TakingStep, type PaneRows, type TakingSpec } from './taking-step.ts'

/** Hands on what is final. */
export class FinalStep extends TakingStep {
  readonly #net: NetElements | undefined

  /** `allowedLateness` is the collection's, milliseconds. */
  constructor(spec: TakingSpec, allowedLateness: number) {
    super(spec)
    const { path } = spec.log.step
    this.#net = spec.inflow.looseChanges ? new NetElements(path, allowedLateness, spec.coder) : undefined
  }

  protected takeLoose(bundle: Bundle): void {
    const { counters } = this.log
    for (let row = 0; row < bundle.length; row++) {
      const element = rowAt(bundle, row, NO_FIRING)
      if (this.#net === undefined) {
        this.give(element)
        counters.withOutput++
      } else if (this.#net.change(element, signAt(bundle, row)) < 0) {
        // It and what it met have cancelled each other.
        counters.withoutOutput += 2
      }
    }
  }

  protected takePane(pane: Pane, rows: PaneRows): void {
    const { counters } = this.log
    const { origin, effect, absorbedBy, info } = pane
    const values = added(rows, pane)
    counters.withoutOutput += rows.end - rows.start - values.length
    if (absorbedBy !== undefined) {
      const gone = this.standing.remove(origin)
      if (effect === 'add') this.#add(absorbedBy, moved(gone, absorbedBy))
      else counters.withoutOutput += gone.length
    } else if (effect === 'add') {
      this.#add(origin, values)
    } else {
      counters.withoutOutput += this.standing.rowsOf(origin).length
      this.standing.replace(origin, values)
    }
    if (info.isLast) this.#giveAll(this.standing.remove(origin))
  }

  protected takeDue(watermark: Timestamp): boolean {
    const pane = this.standing.takeDue(watermark)
    if (pane !== undefined) {
      this.#giveAll(pane.rows)
      return true
    }
    const net = this.#net?.takeDue(watermark)
    if (net === undefined) return false
    for (let count = 0; count < net.count; count++) this.give(net.element)
    this.log.counters.withOutput += net.count
    return true
  }

  override nextEventTime(): Timestamp {
    return Math.min(super.nextEventTime(), this.#net?.nextDue() ?? Infinity)
  }

  override waiting(): number {
    let waiting = this.#net?.waiting() ?? 0
    for (const { rows } of this.standing.panes()) waiting += rows.length
    return waiting
  }

  protected override saveRest(): StateData {
    return this.#net?.save() ?? null
  }

  protected override loadRest(data: StateData): void {
    this.#net?.load(data)
  }

  #add(origin: PaneOrigin, values: readonly FinalValue<unknown>[]): void {
    if (values.length === 0) return
    const before = this.standing.rowsOf(origin).length
    this.addRows(origin, values)
    // Of those that have become one, it stands for all.
    this.log.counters.withOutput += before + values.length - this.standing.rowsOf(origin).length
  }

  #giveAll(rows: readonly FinalValue<unknown>[]): void {
    for (const row of rows) this.give(row)
    this.log.counters.withOutput += rows.length
  }
}
