/**
 * IntervalChanges: the elements of an interval join of which a side is fed by changes.
 *
 * Equal elements of a side that is are one entry with a count, found by timestamp and bytes. An entry is there while its count is above
 * zero; a pair comes out as often as the product of both counts, and each change lets out the difference. So whatever the order of
 * changes, what remains is what remains of the inputs. An element whose partners are all taken back has none; it is decided whether it
 * comes out alone when no partner can come any more, and none can be taken back then either.
 */
import type { Timestamp } from '@tidemark/core'
import { groupingError } from '../grouping/grouping-error.ts'
import type { IntervalMatching, MeetingPlace } from './interval-matching.ts'
import { sideAt, type IntervalRecord } from './interval-record.ts'
import { textOfValue, type SideRules } from './interval-sides.ts'
import { LEFT, RIGHT } from './join-clocks.ts'
import type { SideBuffer } from './side-buffer.ts'

/** Meets elements that may be taken back. */
export class IntervalChanges implements IntervalMatching {
  readonly #place: MeetingPlace

  constructor(place: MeetingPlace) {
    this.#place = place
  }

  take(input: number, key: unknown, value: unknown, timestamp: Timestamp, sign: 1 | -1): void {
    const { records, sides, times } = this.#place
    const own = sides[input]!
    const record = records.find(key) ?? records.make(key)
    records.touch(record)
    const side = records.sideOf(record, input)
    // What was decided before has come out.
    side.decided = Math.max(side.decided, times[1 - input]!)
    const equal = own.hasChanges ? this.#find(side, own, value, timestamp) : -1
    const place = equal >= 0 ? equal : side.insert(timestamp, value, 0)
    this.#wait(side, place)
    this.#count(input, record, place, sign)
    this.#free(input, record)
    records.keep(record)
  }

  sweep(record: IntervalRecord): void {
    const { records } = this.#place
    records.touch(record)
    for (const input of [LEFT, RIGHT]) {
      this.#decide(input, record)
      this.#free(input, record)
    }
    records.keep(record)
  }

  #wait(side: SideBuffer, place: number): void {
    side.open[place]!++
    this.#place.waiting++
    if (place < side.firstOpen) side.firstOpen = place
  }

  #answer({ open }: SideBuffer, place: number): void {
    if (open[place] === 0) return
    this.#place.answer(open[place]!)
    open[place] = 0
  }

  #forget({ open }: SideBuffer, place: number, rows: number): void {
    const forgotten = Math.min(rows, open[place]!)
    this.#place.forget(forgotten)
    open[place]! -= forgotten
  }

  #find(side: SideBuffer, { coder }: SideRules, value: unknown, timestamp: Timestamp): number {
    let place = side.from(timestamp)
    if (place === side.end || side.timestamps[place] !== timestamp) return -1
    const texts = side.changes!.texts
    const text = this.#textOf(value, coder)
    for (; place < side.end && side.timestamps[place] === timestamp; place++) {
      if ((texts[place] ??= this.#textOf(side.values[place], coder)) === text) return place
    }
    return -1
  }

  #textOf(value: unknown, coder: SideRules['coder']): string {
    try {
      return textOfValue(value, coder)
    } catch (cause) {
      throw groupingError('The value coder', this.#place.log.step.path, cause)
    }
  }

  // Adds a change to the count of an entry, and lets out what follows from it.
  #count(input: number, record: IntervalRecord, place: number, sign: 1 | -1): void {
    const { sides, times } = this.#place
    const { isOuter, ahead, alone } = sides[input]!
    const side = sideAt(record, input)!
    const { counts, matches } = side.changes!
    const before = counts[place]!
    const after = before + sign
    counts[place] = after
    if (before > 0 || after > 0) {
      const met = this.#meet(input, record, place, sign)
      matches[place] = met
      const timestamp = side.timestamps[place]!
      const isAlone = met === 0 && isOuter && timestamp + ahead < times[1 - input]!
      if (isAlone) this.#place.emit(record.key, alone(side.values[place]), timestamp, sign)
      if (met > 0 || isAlone) this.#answer(side, place)
    }
    // An element and the change that takes it back.
    if (Math.abs(after) < Math.abs(before)) this.#forget(side, place, 2)
    if (after !== 0) return
    this.#forget(side, place, Infinity)
    side.remove(place)
  }

  // Lets out the pairs that an entry has gained or lost with those that are there, and says how many of them there are.
  #meet(input: number, record: IntervalRecord, place: number, sign: 1 | -1): number {
    const partners = sideAt(record, 1 - input)
    if (partners === undefined) return 0
    const { back, ahead, pair } = this.#place.sides[input]!
    const side = sideAt(record, input)!
    const timestamp = side.timestamps[place]!
    const value = side.values[place]
    const count = side.changes!.counts[place]!
    const { counts, matches } = partners.changes!
    let met = 0
    for (let at = partners.from(timestamp - back); at < partners.end; at++) {
      const other = partners.timestamps[at]!
      if (other > timestamp + ahead) break
      if (counts[at]! <= 0) continue
      met++
      if (count === 1 && sign > 0) matches[at]!++
      if (count === 0) matches[at]!--
      for (let times = 0; times < counts[at]!; times++) {
        this.#place.emit(record.key, pair(value, partners.values[at]), Math.max(timestamp, other), sign)
      }
      this.#answer(partners, at)
    }
    return met
  }

  // Lets out alone what has no partner and will have none.
  #decide(input: number, record: IntervalRecord): void {
    const side = sideAt(record, input)
    if (side === undefined) return
    const { isOuter, ahead, alone } = this.#place.sides[input]!
    const time = this.#place.times[1 - input]!
    const { counts, matches } = side.changes!
    for (let place = side.from(side.decided - ahead); place < side.end; place++) {
      const timestamp = side.timestamps[place]!
      if (timestamp + ahead >= time) break
      if (!isOuter || counts[place]! <= 0 || matches[place] !== 0) continue
      for (let times = 0; times < counts[place]!; times++) {
        this.#place.emit(record.key, alone(side.values[place]), timestamp, 1)
      }
      this.#answer(side, place)
    }
    side.decided = time
  }

  // Forgets what can meet nothing any more and cannot be taken back.
  #free(input: number, record: IntervalRecord): void {
    const side = sideAt(record, input)
    if (side === undefined) return
    const { ahead, hasChanges } = this.#place.sides[input]!
    const time = this.#place.times[1 - input]!
    const own = hasChanges ? this.#place.times[input]! : Infinity
    let end = side.head
    for (; end < side.end; end++) {
      const timestamp = side.timestamps[end]!
      if (timestamp + ahead >= time || timestamp >= own) break
      this.#leave(input, side, end, record.key)
    }
    side.free(end)
  }

  #leave(input: number, side: SideBuffer, place: number, key: unknown): void {
    const { log, clocks } = this.#place
    for (let missing = side.changes!.counts[place]!; missing < 0; missing++) {
      side.open[place]!--
      this.#place.waiting--
      log.enter({
        reason: 'too-late',
        step: log.step.path,
        element: [key, side.values[place]],
        timestamp: side.timestamps[place]!,
        window: undefined,
        watermark: clocks.watermark(input),
        position: undefined,
        detail: 'it takes back an element that has not come in time',
      })
    }
    this.#forget(side, place, Infinity)
  }
}
