/**
 * manualClock: a clock that moves only when it is told to, for tests of what waits.
 *
 * It has the shape of the clock in the `env` of a runner: `streamingRunner({ env: { clock: manualClock() } })`. The time of the day
 * and the time that has passed are two things, as on a machine: the first can be set, the second only goes on.
 */
import type { Duration } from '@js-joda/core'
import { PipelineError, toMillis, type Timestamp } from '../index.ts'

/** A clock in the hands of a test. */
export interface ManualClock {
  /** The time of the day. */
  now(): Timestamp
  /** Milliseconds that have passed since the clock was made; a jump of the time of the day changes nothing here. */
  mono(): number
  /** Calls `run` once, when `delay` milliseconds have passed; the returned function calls it off. */
  after(delay: number, run: () => void): () => void
  /**
   * Lets time pass, by any length from zero. What waits for a moment on the way runs at that moment, in the order of moments and, of
   * the same one, in the order in which it began to wait; what begins to wait meanwhile is no exception. When something throws, the
   * clock stands still at its moment, and the rest goes on waiting.
   */
  advance(by: Duration): void
  /** Sets the time of the day forward, or back by a negative length, as an administrator does. No time passes and nothing runs. */
  jump(by: Duration): void
  /** How many wait. */
  readonly waiting: number
}

interface Waiting {
  readonly due: number
  readonly run: () => void
}

/**
 * Makes a clock that stands at a time of the day (the epoch).
 *
 * ```ts
 * const clock = manualClock()
 * const rung: number[] = []
 * clock.after(60_000, () => rung.push(clock.now()))
 * clock.jump(hours(1))
 * clock.advance(minutes(5))
 * rung // => [3_660_000]
 * clock.mono() // => 300_000
 * ```
 */
export function manualClock(start: Timestamp = 0): ManualClock {
  // In the order in which they are due, ties in the order in which they began to wait.
  let queue: readonly Waiting[] = []
  let passed = 0
  let offset = start
  return Object.freeze<ManualClock>({
    now: () => passed + offset,
    mono: () => passed,
    after(delay, run) {
      const entry: Waiting = { due: passed + (delay > 0 ? delay : 0), run }
      queue = [...queue, entry].toSorted((a, b) => a.due - b.due)
      return () => {
        queue = queue.filter((other) => other !== entry)
      }
    },
    advance(by) {
      const until = passed + requireForward(toMillis(by))
      for (let next = queue[0]; next !== undefined && next.due <= until; next = queue[0]) {
        queue = queue.slice(1)
        passed = Math.max(passed, next.due)
        next.run()
      }
      // Something that ran may have let more time pass.
      passed = Math.max(passed, until)
    },
    jump(by) {
      offset += toMillis(by)
    },
    get waiting() {
      return queue.length
    },
  })
}

function requireForward(length: number): number {
  if (length >= 0) return length
  throw new PipelineError(
    'BAD_DURATION',
    `The clock was told to advance by ${length} ms. Time that has passed does not come back, and what has run cannot be undone. ` +
      'Advance by zero or more; to set the time of the day back, use jump().',
  )
}
