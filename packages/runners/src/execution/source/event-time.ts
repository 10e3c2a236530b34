/**
 * EventTime: when an element happened, by its source, and whether that can be.
 *
 * The skew guard stands here: an element too far ahead of its arrival, or of a live clock, is refused, as it would move the
 * watermark past all others. So is one outside of the range that its source expects, which needs no clock.
 */
import { formatTimestamp, isTimestamp, timestampFault, type Timestamp, type TimestampRange } from '@tidemark/core'
import type { CreatePayload, ReadPayload } from '@tidemark/core/graph'

/** How far ahead of its arrival an element may lie when the source states arrivals and no limit: ten minutes. */
export const DEFAULT_MAX_FUTURE = 600_000

/** What the engine tells its inputs about time. */
export interface EngineClock {
  /** Processing time. */
  readonly now: number
  /** The latest that the time of the day can be: processing time, or the wall's clock where that is ahead of it, as after a suspension. */
  readonly wall: number
  /** Whether history is read: processing time then stands still, and watermarks come from what a source has promised, not from an estimate. */
  readonly history: boolean
  /** How far ahead of `now` an element may lie when its source does not say; `undefined` for no limit. */
  readonly maxFuture: number | undefined
}

/** Takes an element that has no place in event time. */
export type Refuse = (
  reason: 'dead-letter' | 'future',
  element: unknown,
  timestamp: Timestamp | undefined,
  detail: string,
) => void

/** Takes the timestamps of one source's elements. */
export class EventTime {
  readonly #payload: ReadPayload | CreatePayload
  readonly #clock: EngineClock
  readonly #refuse: Refuse

  constructor(payload: ReadPayload | CreatePayload, clock: EngineClock, refuse: Refuse) {
    this.#payload = payload
    this.#clock = clock
    this.#refuse = refuse
  }

  /** The timestamp of an element, or `undefined` when it was refused. */
  of(element: unknown): Timestamp | undefined {
    const payload = this.#payload
    if (payload.primitive === 'create') return this.#call('timestamp', payload.timestamp, element, undefined)
    const timestamp = this.#call('timestamp', payload.timestamp, element, payload.timestampRange)
    if (timestamp === undefined) return undefined
    const arrival = payload.arrival && this.#call('arrival', payload.arrival, element, undefined)
    if (payload.arrival !== undefined && arrival === undefined) return undefined
    const limit = payload.maxFuture ?? (arrival === undefined ? this.#clock.maxFuture : DEFAULT_MAX_FUTURE)
    const from = arrival ?? (this.#clock.history ? undefined : this.#clock.wall)
    if (limit === undefined || from === undefined || timestamp <= from + limit) return timestamp
    const detail = `${formatTimestamp(timestamp)} is more than ${limit} ms ahead of ${formatTimestamp(from)}, when it came in`
    this.#refuse('future', element, timestamp, detail)
    return undefined
  }

  /** The timestamp of an element if it has one: for the ledger, which takes any element. */
  ifAny(element: unknown): Timestamp | undefined {
    try {
      const timestamp: unknown = this.#payload.timestamp(element)
      return isTimestamp(timestamp) ? timestamp : undefined
    } catch {
      return undefined
    }
  }

  #call(
    name: string,
    fn: (element: unknown) => unknown,
    element: unknown,
    range: TimestampRange | undefined,
  ): Timestamp | undefined {
    let time: unknown
    try {
      time = fn(element)
    } catch (cause) {
      const detail = `BAD_TIMESTAMP: ${name}() threw: ${cause instanceof Error ? cause.message : String(cause)}`
      this.#refuse('dead-letter', element, undefined, detail)
      return undefined
    }
    const timestamp = isTimestamp(time) ? time : undefined
    if (timestamp !== undefined && (range === undefined || (timestamp >= range.start && timestamp < range.end)))
      return timestamp
    this.#refuse('dead-letter', element, timestamp, timestampFault(`${name}() gave`, time, range))
    return undefined
  }
}
