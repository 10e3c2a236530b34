/**
 * Merging of windows that overlap, as sessions do.
 *
 * Windows merge if and only if they share an instant, directly or through others. The result does not depend on the
 * order in which windows are given, nor on how many steps the merging takes.
 */
import type { Timestamp } from '../time/timestamp.ts'
import type { Window } from './window.ts'
import type { WindowMerge } from './window-fn.ts'

/**
 * Groups windows that overlap into the smallest window that spans them.
 *
 * **Contract** — Windows that only touch stay apart. Merging is transitive: a window that overlaps two others joins
 * them. Equal windows count as one; a window that overlaps no other is in no merge. Merges, and the windows of each,
 * are listed by start.
 *
 * ```ts
 * mergeOverlapping([{ start: 0, end: 10 }, { start: 10, end: 20 }]) // => []
 * mergeOverlapping([{ start: 0, end: 10 }, { start: 9, end: 20 }])[0]?.into // => { start: 0, end: 20 }
 * ```
 */
export function mergeOverlapping(windows: readonly Window[]): readonly WindowMerge[] {
  if (windows.length < 2) return []
  const merges: WindowMerge[] = []
  const sorted = windows.toSorted((a, b) => a.start - b.start || a.end - b.end)
  let group: Window[] = []
  let end: Timestamp = -Infinity
  for (const window of sorted) {
    if (window.start >= end) {
      addMerge(merges, group, end)
      group = [window]
      end = window.end
      continue
    }
    const previous = group.at(-1)
    if (previous !== undefined && previous.start === window.start && previous.end === window.end) continue
    group.push(window)
    if (window.end > end) end = window.end
  }
  addMerge(merges, group, end)
  return merges
}

function addMerge(merges: WindowMerge[], from: readonly Window[], end: Timestamp): void {
  const first = from[0]
  if (first !== undefined && from.length > 1) merges.push({ from, into: { start: first.start, end } })
}
