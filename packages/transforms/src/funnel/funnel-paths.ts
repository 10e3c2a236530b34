/**
 * Funnel paths: which steps an entity has come through in order, starting from entries of one window.
 *
 * Kept is, for each step, one path that has come so far: that with the latest entry, as it has the most time left, and is followed by
 * whatever any other could be followed by. So a list as long as there are steps says how far an entity can come, whatever it repeats,
 * skips or does in another order.
 */
import type { Timestamp } from '@tidemark/core'

/** The times of the steps of a path; the first is its entry. */
export type Path = readonly Timestamp[]

/** For each step that has been reached: the path with the latest entry. Each is one longer than the one before it. */
export type Paths = readonly Path[]

/**
 * Takes in an element at `at` that is each of the steps in `steps` (numbers, from 0). An element is one step of a path, and an entry
 * only where `isEntry`. A path that is complete stays as it was: the first to get there counts.
 */
export function advance(
  paths: Paths,
  steps: readonly number[],
  at: Timestamp,
  limit: number,
  last: number,
  isEntry: boolean,
): Paths {
  let next: Path[] | undefined
  for (const step of steps) {
    if (step === 0) {
      if (isEntry) (next ??= [...paths])[0] = [at]
      continue
    }
    // Of the paths before this element, so that one which could be two steps is not both of one path.
    const before = paths[step - 1]
    if (before === undefined || at - before[0]! > limit) continue
    const there = paths[step]
    if (there !== undefined && (step === last || there[0]! >= before[0]!)) continue
    ;(next ??= [...paths])[step] = [...before, at]
  }
  return next ?? paths
}
