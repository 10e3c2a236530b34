/**
 * replayLog: a recorded log, live again.
 *
 * Elements come in the order and at the pace in which they once arrived, so a real stream runs with its real disorder: event time
 * stays in the elements, arrival decides the order. Time between two arrivals is divided by the speed.
 */
import { checkOptions, PipelineError, type RejectedRecord, type Timestamp } from '@tidemark/core'
import { Observable, type Subscriber } from 'rxjs'
import { LONGEST_DELAY } from '../env/env.ts'
import { processingClock, type ClockOptions, type ProcessingClock } from './processing-clock.ts'
import { openLog, type Arrived, type LogInput, type RecordedLog } from './recorded-log.ts'

/** How fast a log is replayed: a factor, such as `100x` or 100, or as fast as possible. */
export type ReplaySpeed = `${number}x` | number | 'max'

/** How a recorded log is replayed. */
export interface ReplayOptions<T> extends ClockOptions {
  /** When an element arrived, in milliseconds. */
  readonly arrival: (element: T) => Timestamp
  /** How much faster than it was recorded: `1x`, `100x`, any factor above zero, or `max` (as fast as possible). */
  readonly speed: ReplaySpeed
  /**
   * Takes a record that a pull source rejects, and the id of its split, when it is read, which is ahead of its time; the replay goes on
   * without it. Left out, such a record fails the replay.
   */
  readonly onReject?: (record: RejectedRecord, split: string) => void
}

/** Most elements that are emitted without giving the program its turn. */
const SLICE = 1000

/**
 * Re-emits a recorded log in arrival order, the first element at once and each other after its share of time.
 *
 * **Contract** — Cold: each subscription replays from the start, and unsubscribing stops reading. An array is sorted by arrival,
 * ties in the order given. What is streamed (an iterable, or a pull source read split after split) has to be in arrival order
 * already, else the observable fails with code `LOG_OUT_OF_ORDER`; a record that a source rejects fails it with `LOG_REJECTED`, or goes
 * to `onReject`.
 * Behind a slow subscriber it falls back and then catches up, at most 1000 elements in one go.
 */
export function replayLog<T>(log: LogInput<T>, options: ReplayOptions<NoInfer<T>>): Observable<T> {
  checkOptions('replayLog', options, { arrival: true, speed: true, onReject: true, scheduler: true, env: true })
  const speed = toFactor(options.speed)
  const clock = (): ProcessingClock => processingClock('replayLog', options)
  clock()
  return new Observable<T>((subscriber) => {
    const player = new Player(openLog(log, options.arrival, options.onReject), speed, clock(), subscriber)
    subscriber.add(() => player.stop())
    player.play()
  })
}

/** Plays one log to one subscriber. */
class Player<T> {
  readonly #log: RecordedLog<T>
  readonly #speed: number
  readonly #clock: ProcessingClock
  readonly #subscriber: Subscriber<T>
  #read: readonly Arrived<T>[] = []
  #index = 0
  #emitted = 0
  #origin: { readonly now: number; readonly arrival: Timestamp } | undefined
  #next: (() => void) | undefined

  constructor(log: RecordedLog<T>, speed: number, clock: ProcessingClock, subscriber: Subscriber<T>) {
    this.#log = log
    this.#speed = speed
    this.#clock = clock
    this.#subscriber = subscriber
  }

  play(): void {
    try {
      while (!this.#subscriber.closed) {
        const arrived = this.#read[this.#index]
        if (arrived === undefined) {
          if (!this.#readOn()) return
          continue
        }
        const delay = this.#delayOf(arrived.arrival)
        if (delay > 0 || this.#emitted >= SLICE) {
          this.#continueAfter(delay)
          return
        }
        this.#index++
        this.#emitted++
        this.#subscriber.next(arrived.element)
      }
    } catch (error) {
      this.#subscriber.error(error)
    }
  }

  stop(): void {
    this.#next?.()
    this.#log.close()
  }

  /** Reads more of the log; says whether there is more at once. */
  #readOn(): boolean {
    const read = this.#log.next()
    if (read === undefined || !('then' in read)) return this.#take(read)
    read.then(
      (elements) => {
        if (!this.#subscriber.closed && this.#take(elements)) this.play()
      },
      (error: unknown) => this.#subscriber.error(error),
    )
    return false
  }

  #take(elements: readonly Arrived<T>[] | undefined): boolean {
    if (elements === undefined) {
      this.#subscriber.complete()
      return false
    }
    this.#read = elements
    this.#index = 0
    return true
  }

  #delayOf(arrival: Timestamp): number {
    if (this.#speed === Infinity) return 0
    const now = this.#clock.now()
    this.#origin ??= { now, arrival }
    return this.#origin.now + (arrival - this.#origin.arrival) / this.#speed - now
  }

  #continueAfter(delay: number): void {
    const playOn = (): void => {
      this.#emitted = 0
      this.play()
    }
    this.#next = delay > 0 ? this.#clock.after(Math.min(LONGEST_DELAY, delay), playOn) : this.#clock.soon(playOn)
  }
}

function toFactor(speed: ReplaySpeed): number {
  if (speed === 'max') return Infinity
  const factor = typeof speed === 'number' ? speed : Number(speed.replace(/x$/, ''))
  if (factor > 0 && Number.isFinite(factor)) return factor
  throw new PipelineError(
    'BAD_SPEED',
    `The speed of a replay is ${JSON.stringify(speed)}. The time between two arrivals is divided by it, so it must be a number above zero. ` +
      "Use '1x' for the recorded pace, '100x' for a hundred times that, or 'max' for as fast as possible.",
  )
}
