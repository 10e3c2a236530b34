/**
 * The next pane of a group: its timing and indexes (cf. PaneInfoTracker.describePane; statements 42-46).
 */
import type { PaneInfo, Timestamp } from '@tidemark/core'
import type { Group } from './group.ts'

/** Describes the pane that the group would emit now. */
export function describePane(
  group: Group,
  inputWatermark: Timestamp,
  outputWatermark: Timestamp,
  isLast: boolean,
): PaneInfo {
  const last = group.window.end - 1
  const onlyEarlySoFar = group.lastTiming === undefined || group.lastTiming === 'early'
  const timing = outputWatermark > last || !onlyEarlySoFar ? 'late' : inputWatermark <= last ? 'early' : 'on-time'
  return {
    timing,
    index: group.paneIndex + 1,
    nonSpeculativeIndex: timing === 'early' ? -1 : group.nonSpeculativeIndex + 1,
    isFirst: group.paneIndex < 0,
    isLast,
  }
}

/** Remembers an emitted pane. */
export function recordPane(group: Group, pane: PaneInfo): void {
  group.lastTiming = pane.timing === 'unknown' ? undefined : pane.timing
  group.paneIndex = pane.index
  group.nonSpeculativeIndex = pane.nonSpeculativeIndex
}
