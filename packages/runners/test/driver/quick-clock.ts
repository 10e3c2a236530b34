/**
 * quickClock: a clock by which nobody waits for long, which notes for how long they would have.
 */
import type { Clock } from '@tidemark/runners/batch'

/** A clock whose every wait is over at the next turn. */
export interface QuickClock extends Clock {
  /** The waits so far, in milliseconds. */
  readonly delays: readonly number[]
}

/** Makes a quick clock. */
export function quickClock(): QuickClock {
  const delays: number[] = []
  let passed = 0
  return {
    delays,
    now: () => passed,
    mono: () => passed,
    after(delay, run) {
      delays.push(delay)
      const immediate = setImmediate(() => {
        passed += delay
        run()
      })
      return () => clearImmediate(immediate)
    },
  }
}
