/**
 * Env: time, waiting and chance, as both runners have them: from here and nowhere else.
 *
 * What waits follows the monotonic clock, so a time of the day that jumps fires nothing and delays nothing. Tests and simulators put
 * their own in place of the machine's.
 */
import { checkOptions, type Timestamp } from '@tidemark/core'

/** Tells the time and wakes up; `manualClock()` of `@tidemark/core/testing` is one. */
export interface Clock {
  /** The time of the day. It may jump, either way. */
  now(): Timestamp
  /** Milliseconds since some moment. They never go back. */
  mono(): number
  /** Calls `run` once, when `delay` milliseconds of `mono` have passed; the returned function calls it off. */
  after(delay: number, run: () => void): () => void
}

/** What a runner has of the world beside its sources and sinks. */
export interface Env {
  readonly clock: Clock
  /** Calls `run` once, when the rest of the program has had its turn, without time having to pass; the returned function calls it off. */
  readonly defer: (run: () => void) => () => void
  /** A number from 0 up to, and not including, 1. */
  readonly random: () => number
}

/** Longest delay that Node's timers keep; a longer one would ring at once. */
export const LONGEST_DELAY: number = 2 ** 31 - 1

const MACHINE_CLOCK: Clock = Object.freeze<Clock>({
  now: () => Date.now(),
  mono: () => performance.now(),
  after(delay, run) {
    let timer: NodeJS.Timeout
    const wait = (left: number): void => {
      const further = left > LONGEST_DELAY
      timer = setTimeout(further ? () => wait(left - LONGEST_DELAY) : run, Math.min(left, LONGEST_DELAY))
    }
    wait(delay)
    return () => clearTimeout(timer)
  },
})

/** What the machine gives. */
export const MACHINE: Env = Object.freeze<Env>({
  clock: MACHINE_CLOCK,
  defer(run) {
    const immediate = setImmediate(run)
    return () => clearImmediate(immediate)
  },
  random: () => Math.random(),
})

/** An env of which a part may be given; the rest is the machine's. Throws (code `BAD_OPTION`) for a part that there is not. */
export function envOf(given: Partial<Env> = {}): Env {
  checkOptions('env', given, { clock: true, defer: true, random: true })
  return Object.freeze({ ...MACHINE, ...given })
}
