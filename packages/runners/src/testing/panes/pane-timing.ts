/**
 * PaneInfo: the position of the next pane among those of its key and window (42-47).
 */
import { maxTimestamp, type PaneInfo, type PaneTiming, type Timestamp, type Window } from '@tidemark/core'

/** Clocks of a step, as they stood when an event reached it. */
export interface StepClock {
  readonly input: Timestamp
  readonly output: Timestamp
  readonly now: Timestamp
}

/** Returns the pane that follows `previous`. `isLast` says that no other can follow. */
export function nextPane(window: Window, previous: PaneInfo | undefined, isLast: boolean, clock: StepClock): PaneInfo {
  const timing = timingOf(window, previous, clock)
  return {
    timing,
    index: previous === undefined ? 0 : previous.index + 1, // 45
    nonSpeculativeIndex: timing === 'early' ? -1 : (previous?.nonSpeculativeIndex ?? -1) + 1, // 45
    isFirst: previous === undefined,
    isLast,
  }
}

// 43, 46: whatever made the trigger fire, the label follows from the watermarks and the pane before.
function timingOf(window: Window, previous: PaneInfo | undefined, clock: StepClock): PaneTiming {
  const end = maxTimestamp(window)
  if (clock.output > end || (previous !== undefined && previous.timing !== 'early')) return 'late'
  return clock.input <= end ? 'early' : 'on-time'
}
