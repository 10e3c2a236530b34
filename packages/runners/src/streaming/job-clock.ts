/**
 * JobClock: processing time and the turns of a job, both on an RxJS scheduler.
 *
 * The scheduler is the only clock the job knows, so a TestScheduler drives all of it in virtual time. Processing time never
 * goes back, even when the clock of the machine does.
 */
import type { SchedulerLike, Subscription } from 'rxjs'

/** Longest delay that Node's timers keep; longer waits are cut into several. */
export const LONGEST_DELAY: number = 2 ** 31 - 1

/** Asks a scheduler for turns. At most one turn is asked for as soon as possible, and one at a time to come. */
export class JobClock {
  readonly #scheduler: SchedulerLike
  readonly #turn: () => void
  #now: number
  #asked = false
  #soon: Subscription | undefined
  #alarm: Subscription | undefined
  #alarmTime = Infinity
  #stopped = false

  constructor(scheduler: SchedulerLike, turn: () => void) {
    this.#scheduler = scheduler
    this.#turn = turn
    this.#now = scheduler.now()
  }

  /** Processing time in milliseconds. */
  now(): number {
    this.#now = Math.max(this.#now, this.#scheduler.now())
    return this.#now
  }

  /** Asks for a turn as soon as the scheduler gives one. */
  soon(): void {
    if (this.#asked || this.#stopped) return
    this.#asked = true
    this.#soon = this.#scheduler.schedule(() => {
      this.#asked = false
      this.#turn()
    })
  }

  /** Asks for a turn at a processing time, in place of the one asked for before; for none when it is Infinity. */
  at(time: number): void {
    if (time === this.#alarmTime || this.#stopped) return
    this.#alarm?.unsubscribe()
    this.#alarm = undefined
    this.#alarmTime = time
    if (time === Infinity) return
    // Timers of the platform may come early by a fraction: a time that is still to come is at least a millisecond away.
    const delay = Math.min(LONGEST_DELAY, Math.max(1, time - this.now()))
    this.#alarm = this.#scheduler.schedule(() => {
      this.#alarmTime = Infinity
      this.#turn()
    }, delay)
  }

  /** Gives no further turn. */
  stop(): void {
    this.#stopped = true
    this.#soon?.unsubscribe()
    this.#alarm?.unsubscribe()
  }
}
