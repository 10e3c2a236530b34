/**
 * Timers of one key and window (61-66): one pending firing for each name; `set` overwrites, `clear` removes.
 */
import { assert, formatTimestamp, PipelineError, toMillis } from '@tidemark/core'
import type { TimeDomain, Timer, TimerOptions, Timers, TimerSpecs, Timestamp, Duration } from '@tidemark/core'

/** A pending firing. */
export interface Firing {
  readonly name: string
  readonly domain: TimeDomain
  readonly time: Timestamp
  /** Timestamp of what the firing emits. */
  readonly timestamp: Timestamp
  /** Whether the output watermark waits at that timestamp. */
  readonly holds: boolean
}

/** The call during which timers are set. */
export interface Moment {
  /** Timestamp of the element, or output timestamp of the timer. */
  readonly timestamp: Timestamp
  /** What `setAfter` counts from, in event time: time of the element or of the firing timer. */
  readonly time: Timestamp
  /** The step's current time: what `setRelative` counts from, in event time. */
  readonly current: Timestamp
  /** Processing time. */
  readonly now: Timestamp
}

/** The timers of one key and window. */
export class PaneTimers {
  readonly #expiry: Timestamp
  #pending: readonly Firing[] = []
  #moment: Moment | undefined

  constructor(expiry: Timestamp) {
    this.#expiry = expiry
  }

  /** The pending firings. */
  get pending(): readonly Firing[] {
    return this.#pending
  }

  /** Says during which call the handles are used from here on. */
  during(moment: Moment): void {
    this.#moment = moment
  }

  /** Takes a firing out, so that its callback can set the timer anew. */
  remove(name: string): void {
    this.#pending = this.#pending.filter((firing) => firing.name !== name)
  }

  /** Makes the handles of the declared timers. */
  handles(specs: TimerSpecs): Timers<TimerSpecs> {
    return Object.fromEntries(Object.entries(specs).map(([name, { domain }]) => [name, this.#handle(name, domain)]))
  }

  #handle(name: string, domain: TimeDomain): Timer {
    const event = domain === 'event-time'
    const clamp = (time: Timestamp): Timestamp => (event ? Math.min(time, this.#expiry) : time) // 64
    const moment = (): Moment => {
      assert(this.#moment !== undefined, 'a timer is set outside of a call')
      return this.#moment
    }
    return {
      set: (time, options) => this.#put(name, domain, event ? this.#requireBeforeExpiry(name, time) : time, options),
      setAfter: (delay, options) =>
        this.#put(name, domain, clamp((event ? moment().time : moment().now) + toMillis(delay)), options),
      setRelative: (delay, options) =>
        this.#put(
          name,
          domain,
          clamp(aligned(event ? moment().current : moment().now, delay, options?.align)),
          options,
        ),
      clear: () => this.remove(name),
    }
  }

  #put(name: string, domain: TimeDomain, time: Timestamp, { outputTimestamp }: TimerOptions = {}): void {
    const { timestamp: current } = this.#moment!
    // 65: by default the firing time, or on the runner's clock the timestamp of the element.
    const byDefault = domain === 'event-time' ? time : current
    const timestamp = typeof outputTimestamp === 'number' ? outputTimestamp : byDefault
    if (outputTimestamp !== 'none') this.#requireBeforeExpiry(name, timestamp)
    if (typeof outputTimestamp === 'number' && timestamp < current) {
      throw new PipelineError(
        'TIMER_OUTPUT_TOO_EARLY',
        `The timer "${name}" was given the output timestamp ${formatTimestamp(timestamp)} during a call at ${formatTimestamp(current)}. ` +
          'The watermark may have passed it, so what it emits would be late. Use a timestamp that is not earlier.', // 66
      )
    }
    this.remove(name)
    this.#pending = [...this.#pending, { name, domain, time, timestamp, holds: outputTimestamp !== 'none' }]
  }

  #requireBeforeExpiry(name: string, time: Timestamp): Timestamp {
    if (time <= this.#expiry) return time
    throw new PipelineError(
      'TIMER_AFTER_EXPIRY',
      `The timer "${name}" was set for ${formatTimestamp(time)}, but its window expires at ${formatTimestamp(this.#expiry)}. ` +
        'There would be no state left. Set it earlier, or use setAfter or setRelative, which stop at the expiry.', // 64
    )
  }
}

// 64, as in Beam: the first time from the current one on that lies `delay` before a multiple of `align`.
function aligned(current: Timestamp, delay: Duration, align: Duration | undefined): Timestamp {
  const offset = toMillis(delay)
  if (align === undefined) return current + offset
  const period = toMillis(align)
  return Math.ceil((current + offset) / period) * period - offset
}
