/**
 * All that a grouping keeps of one key and one window.
 */
import type { PaneInfo, Sign, Timestamp, Trigger, Window, WindowedValue } from '@tidemark/core'
import type { PaneHold } from './pane-hold.ts'
import type { StepClock } from './pane-timing.ts'
import { clear, newTriggerState, type TriggerState } from './trigger-state.ts'

/** One value that a window holds. */
export interface HeldValue {
  readonly value: unknown
  readonly timestamp: Timestamp
  readonly sign: Sign
  readonly bytes: Uint8Array
  /** The window that its element was assigned, before any merged. */
  readonly window: Window
}

/** The state of one key and window. When its trigger has finished, it remains as a tombstone until the window expires (34). */
export interface WindowCell {
  readonly window: Window
  trigger: TriggerState
  values: readonly HeldValue[]
  /** Elements since the pane before: a pane is empty when there are none (52). */
  fresh: number
  hold: PaneHold
  /** The pane before. */
  pane: PaneInfo | undefined
  /** What the pane before held; for retractions. */
  emitted: WindowedValue<unknown> | undefined
  /** When to look at the window again: by the input watermark, and by processing time. */
  readonly wakeByWatermark: Set<Timestamp>
  readonly wakeByClock: Set<Timestamp>
}

/** The cell of a window that has seen nothing. */
export function newWindowCell(window: Window, trigger: Trigger): WindowCell {
  return {
    window,
    trigger: newTriggerState(trigger),
    values: [],
    fresh: 0,
    hold: { element: undefined, extra: undefined },
    pane: undefined,
    emitted: undefined,
    wakeByWatermark: new Set(),
    wakeByClock: new Set(),
  }
}

/** Empties the cell of a window whose trigger has finished; that it has finished is kept (34). */
export function entomb(cell: WindowCell): void {
  clear(cell.trigger)
  cell.values = []
  cell.fresh = 0
  cell.pane = undefined
  cell.emitted = undefined
}

/** Whether it is time to look at the window: strictly after the times that were asked for (62). */
export function isDue(cell: WindowCell, clock: StepClock): boolean {
  return [...cell.wakeByWatermark].some((t) => t < clock.input) || [...cell.wakeByClock].some((t) => t < clock.now)
}

/** Forgets the times that are due. Says whether one of them was a time of the watermark. */
export function takeDue({ wakeByWatermark, wakeByClock }: WindowCell, clock: StepClock): boolean {
  const due = [...wakeByWatermark].filter((time) => time < clock.input)
  for (const time of due) wakeByWatermark.delete(time)
  for (const time of [...wakeByClock].filter((t) => t < clock.now)) wakeByClock.delete(time)
  return due.length > 0
}

/** How far the window lets the output watermark go: to its holds and the times of the watermark that it waits for (54). */
export function holdsOf({ hold, wakeByWatermark }: WindowCell): readonly Timestamp[] {
  return [hold.element, hold.extra, ...wakeByWatermark].flatMap((time) => time ?? [])
}
