/**
 * Timers of one key and window: one pending firing for each name, the earliest first.
 *
 * Event time alone moves. A firing set for a time that has passed is the next one. Processing time stands still, so timers on
 * it can be set and never fire.
 */
import { formatTimestamp, PipelineError, toMillis, type Timer, type TimerOptions, type TimerSpec } from '@tidemark/core'
import type { Timestamp, Duration } from '@tidemark/core'

/** A pending firing. */
export interface Firing {
  readonly name: string
  readonly time: Timestamp
  /** Timestamp of what the firing emits. */
  readonly outputTimestamp: Timestamp
}

/** The timers of one key and window. */
export class EventTimers {
  readonly #pending = new Map<string, Firing>()
  readonly #expiry: Timestamp
  /** The time of the element that is processed or of the timer that fires: what relative times count from. */
  now: Timestamp = 0
  /** The timestamp of what the running call emits; no timer may emit before it. */
  timestamp: Timestamp = 0
  /** Whether the window has expired: then nothing can be set any more. */
  hasExpired = false

  constructor(expiry: Timestamp) {
    this.#expiry = expiry
  }

  /** The firing that comes next: by time, then output timestamp, then name in code unit order. */
  next(): Firing | undefined {
    const order = (a: Firing, b: Firing): number =>
      a.time - b.time || a.outputTimestamp - b.outputTimestamp || (a.name < b.name ? -1 : 1)
    return [...this.#pending.values()].toSorted(order)[0]
  }

  /** Takes a firing out, so that its callback can set the timer anew. */
  take(firing: Firing): void {
    this.#pending.delete(firing.name)
  }

  /** Makes the handle of a timer. */
  handle(name: string, spec: TimerSpec): Timer {
    if (spec.domain === 'processing-time') return NEVER_FIRES
    const put = (time: Timestamp, options: TimerOptions = {}): void => {
      const { outputTimestamp: given } = options
      if (this.hasExpired) throw this.#tooLate(name, time)
      if (typeof given === 'number') this.#requireOutputTimestamp(name, given)
      this.#pending.set(name, { name, time, outputTimestamp: typeof given === 'number' ? given : time })
    }
    const heldToExpiry = (time: Timestamp): Timestamp => Math.min(time, this.#expiry)
    return {
      set: (time, options) => {
        if (time > this.#expiry) throw this.#tooLate(name, time)
        put(time, options)
      },
      setAfter: (delay, options) => put(heldToExpiry(this.now + toMillis(delay)), options),
      setRelative: (delay, options) => put(heldToExpiry(aligned(this.now, delay, options?.align)), options),
      clear: () => {
        this.#pending.delete(name)
      },
    }
  }

  #requireOutputTimestamp(name: string, timestamp: Timestamp): void {
    if (timestamp > this.#expiry) throw this.#tooLate(name, timestamp)
    if (timestamp >= this.timestamp) return
    throw new PipelineError(
      'TIMER_OUTPUT_TOO_EARLY',
      `The timer "${name}" is to emit at ${formatTimestamp(timestamp)}, before the ${formatTimestamp(this.timestamp)} of the call ` +
        'that sets it: its results would be late below. Give it a timestamp that is not earlier.',
    )
  }

  #tooLate(name: string, time: Timestamp): PipelineError {
    return new PipelineError(
      'TIMER_AFTER_EXPIRY',
      `The timer "${name}" was set for ${formatTimestamp(time)}, but its window expires at ${formatTimestamp(this.#expiry)}. ` +
        'It could not fire with its state. Set it earlier, or use setAfter or setRelative, which stop at the expiry.',
    )
  }
}

const NEVER_FIRES: Timer = Object.freeze({
  set: () => {},
  setAfter: () => {},
  setRelative: () => {},
  clear: () => {},
})

/** `delay` after `now`; aligned, the first time from `now` on that lies `delay` before a multiple of `align` (as in Beam). */
function aligned(now: Timestamp, delay: Duration, align: Duration | undefined): Timestamp {
  const time = now + toMillis(delay)
  if (align === undefined) return time
  const period = toMillis(align)
  return Math.ceil(time / period) * period - toMillis(delay)
}
