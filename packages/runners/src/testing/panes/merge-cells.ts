/**
 * Windows that merge: one cell out of several (36, 47, 58).
 */
import type { Window, WindowingStrategy } from '@tidemark/core'
import { triggerContext } from './pane-emission.ts'
import { mergeHolds } from './pane-hold.ts'
import type { StepClock } from './pane-timing.ts'
import { mergeTriggers } from './trigger-merge.ts'
import { newWindowCell, type WindowCell } from './window-cell.ts'

/** Returns the cell of the window that `sources`, all of them open, merge into. `own` is the one of them that has that window already, if any. */
export function mergeCells(
  into: Window,
  own: WindowCell | undefined,
  sources: readonly WindowCell[],
  windowing: WindowingStrategy,
  clock: StepClock,
): WindowCell {
  const cell = newWindowCell(into, windowing.trigger)
  cell.values = sources.flatMap((source) => source.values)
  cell.fresh = sources.reduce((sum, source) => sum + source.fresh, 0)
  cell.hold = mergeHolds(
    sources.map((source) => source.hold),
    windowing,
    into,
    clock,
  )
  // 47: panes count from the beginning, unless the merged window is one that was there.
  if (own !== undefined) {
    cell.pane = own.pane
    cell.emitted = own.emitted
  }
  for (const time of own?.wakeByWatermark ?? []) cell.wakeByWatermark.add(time)
  for (const time of own?.wakeByClock ?? []) cell.wakeByClock.add(time)
  cell.trigger = mergeTriggers(
    windowing.trigger,
    own?.trigger,
    sources.map((source) => source.trigger),
    triggerContext(windowing, cell, clock),
  )
  return cell
}
