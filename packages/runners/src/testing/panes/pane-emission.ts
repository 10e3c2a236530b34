/**
 * The emission of a pane: whether there is one (48-52), what it holds, and what it takes back.
 */
import { isMerging, maxTimestamp, type PaneInfo, type PaneTiming } from '@tidemark/core'
import type { WindowedValue, WindowingStrategy } from '@tidemark/core'
import { netSize, paneValue } from './grouped-value.ts'
import type { GroupingSpec } from './grouping-spec.ts'
import { releaseHolds } from './pane-hold.ts'
import { nextPane, type StepClock } from './pane-timing.ts'
import type { TriggerContext } from './trigger-state.ts'
import type { WindowCell } from './window-cell.ts'

type Element = WindowedValue<unknown>

/** What the trigger of a window sees now. */
export function triggerContext(windowing: WindowingStrategy, cell: WindowCell, clock: StepClock): TriggerContext {
  const end = maxTimestamp(cell.window)
  return {
    merging: isMerging(windowing),
    endReached: clock.input > end, // 20
    now: clock.now,
    wakeAtEnd: () => cell.wakeByWatermark.add(end),
    wakeAt: (time) => cell.wakeByClock.add(time),
  }
}

/** Emits the next pane of a window, if it is to be seen. `isLast` says that the trigger has finished or the window has expired. */
export function emitPane(
  grouping: GroupingSpec,
  key: unknown,
  cell: WindowCell,
  isLast: boolean,
  clock: StepClock,
): readonly Element[] {
  const { payload, windowing, fedByChanges, hasDefault } = grouping
  // 59: the holds go even when nothing is emitted.
  const timestamp = releaseHolds(cell.hold, windowing, cell.window, isLast, clock)
  const pane = nextPane(cell.window, cell.pane, isLast, clock)
  if (!isSeen(windowing, cell, pane.timing, isLast)) return []
  cell.pane = pane
  const retraction = retractEmitted(windowing, cell, pane)
  cell.emitted = undefined
  // Everything has been taken back: what is left is no result, as if nothing had ever come.
  if (fedByChanges && !hasDefault && netSize(cell.values) === 0) return retraction
  cell.emitted = { value: paneValue(payload, key, cell.values), timestamp, window: cell.window, pane, sign: 1 }
  return [...retraction, cell.emitted]
}

/** Takes back what the pane before held, where panes are changes; it is part of the pane that does so. */
export function retractEmitted(windowing: WindowingStrategy, cell: WindowCell, pane: PaneInfo): readonly Element[] {
  if (windowing.accumulationMode !== 'retracting' || cell.emitted === undefined) return []
  return [{ ...cell.emitted, pane, sign: -1 }]
}

/** What takes back the pane of a window that has been merged away is part of no pane. */
export const MERGED_AWAY: PaneInfo = Object.freeze({
  timing: 'unknown',
  index: 0,
  nonSpeculativeIndex: 0,
  isFirst: false,
  isLast: true,
})

function isSeen(windowing: WindowingStrategy, cell: WindowCell, timing: PaneTiming, isLast: boolean): boolean {
  if (cell.fresh > 0) return true // 52
  if (timing === 'on-time' && windowing.onTime === 'always') return true // 48
  return isLast && windowing.closing === 'always' // 50
}
