/**
 * IntervalElements: the elements of an interval join, where nothing is ever taken back.
 *
 * An element that has met one has given its output: from then on it is only kept for those to come.
 */
import type { Timestamp } from '@tidemark/core'
import type { IntervalMatching, MeetingPlace } from './interval-matching.ts'
import { sideAt, type IntervalRecord } from './interval-record.ts'
import { LEFT, RIGHT } from './join-clocks.ts'
import { pairOf } from './joined-value.ts'

/** Meets elements, each once. */
export class IntervalElements implements IntervalMatching {
  readonly #place: MeetingPlace
  /** Whether elements hold the output watermark until they have met one. */
  readonly #holds: boolean

  constructor(place: MeetingPlace) {
    this.#place = place
    this.#holds = place.sides.some(({ isOuter }) => isOuter)
  }

  take(input: number, key: unknown, value: unknown, timestamp: Timestamp): void {
    const { records, sides, times, log } = this.#place
    const own = sides[input]!
    const known = records.find(key)
    const waited = this.#place.waiting
    const hasMet = known !== undefined && this.#meet(input, known, value, timestamp)
    // Whether there is an element more, or one less, that may come out alone.
    const isOther = this.#holds && (!hasMet || waited !== this.#place.waiting)
    if (hasMet) log.counters.withOutput++
    if (timestamp + own.ahead < times[1 - input]!) {
      // None to come can meet it: there is nothing to keep it for.
      if (!hasMet) this.#leave(input, known === undefined ? records.canonical(key) : known.key, value, timestamp)
      if (hasMet && isOther) records.keep(known)
      return
    }
    if (!hasMet) this.#place.waiting++
    const record = known ?? records.make(key)
    records.touch(record)
    const side = records.sideOf(record, input)
    side.insert(timestamp, value, hasMet ? 0 : 1)
    if (record.sweepAt === Infinity || isOther) records.keep(record)
  }

  sweep(record: IntervalRecord): void {
    const { records } = this.#place
    records.touch(record)
    this.#decide(LEFT, record)
    this.#decide(RIGHT, record)
    records.keep(record)
  }

  #meet(input: number, record: IntervalRecord, value: unknown, timestamp: Timestamp): boolean {
    const partners = sideAt(record, 1 - input)
    if (partners === undefined) return false
    const { back, ahead } = this.#place.sides[input]!
    const { timestamps, values, open } = partners
    const last = timestamp + ahead
    const first = partners.from(timestamp - back)
    this.#place.records.touch(record)
    let place = first
    for (; place < timestamps.length; place++) {
      const other = timestamps[place]!
      if (other > last) break
      const pair = input === LEFT ? pairOf(value, values[place]) : pairOf(values[place], value)
      this.#place.emit(record.key, pair, timestamp > other ? timestamp : other, 1)
      if (open[place] === 0) continue
      open[place] = 0
      this.#place.answer(1)
    }
    return place > first
  }

  #decide(input: number, record: IntervalRecord): void {
    const side = sideAt(record, input)
    if (side === undefined || side.isEmpty) return
    const time = this.#place.times[1 - input]!
    const { ahead } = this.#place.sides[input]!
    let end = side.head
    for (; end < side.end && side.timestamps[end]! + ahead < time; end++) {
      if (side.open[end] === 0) continue
      this.#place.waiting--
      this.#leave(input, record.key, side.values[end], side.timestamps[end]!)
    }
    side.free(end)
  }

  // An element that nothing meets.
  #leave(input: number, key: unknown, value: unknown, timestamp: Timestamp): void {
    const { sides, log } = this.#place
    const { isOuter, alone } = sides[input]!
    if (isOuter) {
      log.counters.withOutput++
      this.#place.emit(key, alone(value), timestamp, 1)
    } else {
      log.counters.withoutOutput++
    }
  }
}
