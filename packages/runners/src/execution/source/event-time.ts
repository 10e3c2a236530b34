/**
 * EventTime: when an element happened, by its source, and whether that can be.
 *
 * The skew guard stands here: an element too far ahead of its arrival, or of a live clock, is refused, as it would move the
 * watermark past all others. So is one outside of the range that its source expects, which needs no clock.
 */
import {
  formatTimestamp,
  isTimestamp,
  thrownText,
  timestampFault,
  type Timestamp,
  type TimestampRange,
} from '@tidemark/core'
import type { CreatePayload, ReadPayload } from '@tidemark/core/graph'
import { held, type HeldFunction } from '../stateless/held-function.ts'

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

/** Takes an element that has no place in event time, by its number among those at hand. */
export type Refuse = (
  index: number,
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
  readonly #timestamp: HeldFunction<(element: unknown) => unknown>

  constructor(payload: ReadPayload | CreatePayload, clock: EngineClock, refuse: Refuse) {
    this.#payload = payload
    this.#clock = clock
    this.#refuse = refuse
    this.#timestamp = held<(element: unknown) => unknown>(payload.timestamp)
  }

  /**
   * Takes the timestamps of elements from number `from` on into a column, up to the first element that is refused. Returns the number
   * of that one, or how many elements there are.
   */
  take(elements: readonly unknown[], from: number, timestamps: Float64Array): number {
    const timestamp = this.#timestamp.fn
    // Every element of every job comes by here: nothing is asked of each that can be asked of all.
    const isGuarded = this.#isGuarded
    const { length } = elements
    for (let index = from; index < length; index++) {
      const element = elements[index]
      let time: unknown
      try {
        time = timestamp(element)
      } catch (cause) {
        this.#refuse(index, 'dead-letter', element, undefined, thrown('timestamp', cause))
        return index
      }
      if (isGuarded || !isTimestamp(time)) {
        if (!this.#accepts(index, element, time)) return index
      }
      timestamps[index] = time as Timestamp
    }
    return length
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

  /** Whether more is asked of a timestamp than that it is one. */
  get #isGuarded(): boolean {
    const payload = this.#payload
    if (payload.primitive === 'create') return false
    const { timestampRange, arrival, maxFuture } = payload
    if (timestampRange !== undefined || arrival !== undefined) return true
    return !this.#clock.history && (maxFuture ?? this.#clock.maxFuture) !== undefined
  }

  #accepts(index: number, element: unknown, time: unknown): boolean {
    const payload = this.#payload
    const range = payload.primitive === 'create' ? undefined : payload.timestampRange
    if (!this.#isTime(index, 'timestamp', element, time, range)) return false
    if (payload.primitive === 'create') return true
    let arrival: unknown
    if (payload.arrival !== undefined) {
      try {
        arrival = payload.arrival(element)
      } catch (cause) {
        this.#refuse(index, 'dead-letter', element, undefined, thrown('arrival', cause))
        return false
      }
      if (!this.#isTime(index, 'arrival', element, arrival, undefined)) return false
    }
    const limit = payload.maxFuture ?? (arrival === undefined ? this.#clock.maxFuture : DEFAULT_MAX_FUTURE)
    const from = (arrival as Timestamp | undefined) ?? (this.#clock.history ? undefined : this.#clock.wall)
    const timestamp = time
    if (limit === undefined || from === undefined || timestamp <= from + limit) return true
    const detail = `${formatTimestamp(timestamp)} is more than ${limit} ms ahead of ${formatTimestamp(from)}, when it came in`
    this.#refuse(index, 'future', element, timestamp, detail)
    return false
  }

  #isTime(
    index: number,
    name: string,
    element: unknown,
    time: unknown,
    range: TimestampRange | undefined,
  ): time is Timestamp {
    const timestamp = isTimestamp(time) ? time : undefined
    if (timestamp !== undefined && (range === undefined || (timestamp >= range.start && timestamp < range.end)))
      return true
    this.#refuse(index, 'dead-letter', element, timestamp, timestampFault(`${name}() gave`, time, range))
    return false
  }
}

function thrown(name: string, cause: unknown): string {
  return `BAD_TIMESTAMP: ${name}() threw: ${thrownText(cause)}`
}
