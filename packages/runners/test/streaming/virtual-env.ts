/**
 * VirtualEnv: the env of a job in virtual time. Nothing happens by itself: a job takes its turns when a test lets time pass, by no time at
 * all if need be.
 */
import { milliseconds, type Timestamp } from '@tidemark/core'
import { manualClock, type ManualClock } from '@tidemark/core/testing'
import type { Env } from '@tidemark/runners/streaming'

/** A clock in the hands of a test, the env that goes by it, and how time passes. */
export interface VirtualEnv {
  readonly clock: ManualClock
  readonly env: Env
  /** Lets so many milliseconds pass (0), and all turns that are due by then be taken. */
  readonly pass: (length?: number) => void
}

/** Makes an env that stands at a time of the day. */
export function virtualEnv(start: Timestamp): VirtualEnv {
  const clock = manualClock(start)
  return {
    clock,
    env: { clock, defer: (run) => clock.after(0, run), random: () => 0.5 },
    pass: (length = 0) => clock.advance(milliseconds(length)),
  }
}
