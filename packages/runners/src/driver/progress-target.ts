/**
 * ProgressTarget: where a runner speaks to a person, and when.
 *
 * Where nobody looks, nothing is written: the runner of a pipe stays silent.
 */

/** When a runner writes for people; one of: `auto` (on a terminal), `always`, `never`. */
export type ProgressMode = 'auto' | 'always' | 'never'

/** Where a runner writes for people; process.stderr is one. */
export interface ProgressTarget {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** Whether anything is to be written. */
export function isShown(mode: ProgressMode, target: ProgressTarget): boolean {
  return mode === 'always' || (mode === 'auto' && target.isTTY === true)
}
