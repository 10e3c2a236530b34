/**
 * ChangesStep: a write step whose sink takes every change, with its sign.
 *
 * Retracting panes are changes already. Of panes that replace one another, what stood before is taken back and what stands now added; a window
 * that has become part of another takes back what it has emitted. The net of all changes is the settled result.
 */
import { NO_FIRING, type FinalValue, type Timestamp } from '@tidemark/core'
import { signAt, type Bundle } from '../bundle/bundle.ts'
import type { Pane, PaneOrigin } from '../bundle/pane.ts'
import { added, changeOf, moved, rowAt, TakingStep, type PaneRows } from './taking-step.ts'

/** Hands on changes. */
export class ChangesStep extends TakingStep {
  protected takeLoose(bundle: Bundle): void {
    this.log.counters.withOutput += bundle.length
    for (let row = 0; row < bundle.length; row++)
      this.give(changeOf(rowAt(bundle, row, NO_FIRING), signAt(bundle, row), NO_FIRING))
  }

  protected takePane(pane: Pane, rows: PaneRows): void {
    this.log.counters.withOutput += rows.end - rows.start
    const { origin, effect, absorbedBy, info } = pane
    if (effect === 'change') {
      const { bundle, start, end } = rows
      for (let row = start; row < end; row++) this.give(changeOf(rowAt(bundle, row, info), signAt(bundle, row), info))
    } else if (absorbedBy !== undefined) {
      const gone = this.standing.remove(origin)
      this.#say(gone, [], pane)
      if (effect === 'add' && gone.length > 0) this.#add(absorbedBy, moved(gone, absorbedBy), pane)
    } else if (effect === 'add') {
      this.#add(origin, added(rows, pane), pane)
    } else {
      const values = added(rows, pane)
      this.#say(this.standing.rowsOf(origin), values, pane)
      if (!info.isLast) this.standing.replace(origin, values)
    }
    if (info.isLast) this.standing.remove(origin)
  }

  protected takeDue(watermark: Timestamp): boolean {
    return this.standing.takeDue(watermark) !== undefined
  }

  #add(origin: PaneOrigin, values: readonly FinalValue<unknown>[], pane: Pane): void {
    if (this.inflow.outputs !== undefined) {
      const before = this.standing.rowsOf(origin)
      this.addRows(origin, values)
      this.#say(before, this.standing.rowsOf(origin), pane)
      return
    }
    this.#say([], values, pane)
    // Only what a window that may become part of another has added may have to be taken back.
    if (this.inflow.groupings.get(origin.step)!.merging) this.addRows(origin, values)
  }

  #say(before: readonly FinalValue<unknown>[], after: readonly FinalValue<unknown>[], { info }: Pane): void {
    for (const row of before) this.give(changeOf(row, -1, info))
    for (const row of after) this.give(changeOf(row, 1, info))
  }
}
