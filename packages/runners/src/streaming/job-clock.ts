/**
 * JobClock: processing time and the turns of a job, both by its processing clock.
 *
 * That is the only clock the job knows, so a TestScheduler drives all of it in virtual time. Processing time never goes back, even
 * when a scheduler's does.
 */
import { LONGEST_DELAY } from '../env/env.ts'
import type { ProcessingClock } from './processing-clock.ts'

/** Asks a clock for turns. At most one turn is asked for as soon as possible, and one at a time to come. */
export class JobClock {
  readonly #clock: ProcessingClock
  readonly #turn: () => void
  #now: number
  #asked = false
  #soon: (() => void) | undefined
  #alarm: (() => void) | undefined
  #alarmTime = Infinity
  #stopped = false

  constructor(clock: ProcessingClock, turn: () => void) {
    this.#clock = clock
    this.#turn = turn
    this.#now = clock.now()
  }

  /** Processing time in milliseconds. */
  now(): number {
    this.#now = Math.max(this.#now, this.#clock.now())
    return this.#now
  }

  /** The time of the day: after a suspension of the machine it is ahead of processing time. */
  wall(): number {
    return this.#clock.wall()
  }

  /** Asks for a turn as soon as the clock gives one. */
  soon(): void {
    if (this.#asked || this.#stopped) return
    this.#asked = true
    this.#soon = this.#clock.soon(() => {
      this.#asked = false
      this.#turn()
    })
  }

  /** Asks for a turn at a processing time, in place of the one asked for before; for none when it is Infinity. */
  at(time: number): void {
    if (time === this.#alarmTime || this.#stopped) return
    this.#alarm?.()
    this.#alarm = undefined
    this.#alarmTime = time
    if (time === Infinity) return
    // Timers of the platform may come early by a fraction: a time that is still to come is at least a millisecond away.
    const delay = Math.min(LONGEST_DELAY, Math.max(1, time - this.now()))
    this.#alarm = this.#clock.after(delay, () => {
      this.#alarmTime = Infinity
      this.#turn()
    })
  }

  /** Gives no further turn. */
  stop(): void {
    this.#stopped = true
    this.#soon?.()
    this.#alarm?.()
  }
}
