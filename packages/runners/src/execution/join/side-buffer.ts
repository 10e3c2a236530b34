/**
 * SideBuffer: what an interval join keeps of one side of a key, as columns in the order of time.
 *
 * Elements mostly come in order and are appended; others are put in their place. What is not needed any more stands at the front and is
 * freed in bulk. Where changes come in, equal elements are one entry with a count, and each knows how many entries it meets.
 */
import type { Timestamp } from '@tidemark/core'

/** What an entry has besides, where a side of the join is fed by changes. */
export interface ChangeColumns {
  /** How often the element is there; below zero it has been taken back before it came. */
  readonly counts: number[]
  /** How many entries of the other side it meets that are there. */
  readonly matches: number[]
  /** Bytes of the value as text, made when they are needed. */
  readonly texts: (string | undefined)[]
}

/** Freed places at the front that are worth moving the rest for. */
const MANY = 16

/** The elements of one side of a key. */
export class SideBuffer {
  readonly timestamps: number[] = []
  readonly values: unknown[] = []
  /** Rows of each entry that have come in and have had no part in any output yet. */
  readonly open: number[] = []
  /** Only where a side of the join is fed by changes. */
  readonly changes: ChangeColumns | undefined
  /** Place of the first entry: those before it are freed. */
  head = 0
  /** No entry before this place is open. */
  firstOpen = 0
  /** Time of the other side's clock up to which it has been decided what has no partner; of {@link SideBuffer.changes}. */
  decided: number = -Infinity

  constructor(hasChanges: boolean) {
    this.changes = hasChanges ? { counts: [], matches: [], texts: [] } : undefined
  }

  get end(): number {
    return this.timestamps.length
  }

  get isEmpty(): boolean {
    return this.head === this.timestamps.length
  }

  /** Place of the first entry at `time` or after it. */
  from(time: Timestamp): number {
    const { timestamps } = this
    let low = this.head
    let high = timestamps.length
    // Partners lie near the front or past the end where elements come in order.
    if (low === high || timestamps[low]! >= time) return low
    if (timestamps[high - 1]! < time) return high
    while (low < high) {
      const middle = (low + high) >> 1
      if (timestamps[middle]! < time) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Puts an entry behind those of its time or before, and returns its place. */
  insert(timestamp: Timestamp, value: unknown, open: number): number {
    const { timestamps, changes } = this
    const { length } = timestamps
    if (length === this.head || timestamps[length - 1]! <= timestamp) {
      timestamps.push(timestamp)
      this.values.push(value)
      this.open.push(open)
      changes?.counts.push(0)
      changes?.matches.push(0)
      changes?.texts.push(undefined)
      return length
    }
    const place = this.from(timestamp + 1)
    timestamps.splice(place, 0, timestamp)
    this.values.splice(place, 0, value)
    this.open.splice(place, 0, open)
    changes?.counts.splice(place, 0, 0)
    changes?.matches.splice(place, 0, 0)
    changes?.texts.splice(place, 0, undefined)
    if (place < this.firstOpen) this.firstOpen = open > 0 ? place : this.firstOpen + 1
    return place
  }

  /** Takes out one entry. */
  remove(place: number): void {
    const { changes } = this
    this.timestamps.splice(place, 1)
    this.values.splice(place, 1)
    this.open.splice(place, 1)
    changes?.counts.splice(place, 1)
    changes?.matches.splice(place, 1)
    changes?.texts.splice(place, 1)
    if (place < this.firstOpen) this.firstOpen--
  }

  /** Frees all entries before `end`. */
  free(end: number): void {
    if (end === this.head) return
    this.values.fill(undefined, this.head, end)
    this.changes?.texts.fill(undefined, this.head, end)
    this.head = end
    if (end >= MANY && 2 * end >= this.timestamps.length) this.#close()
    if (this.firstOpen < this.head) this.firstOpen = this.head
  }

  // Moves what is left to the front.
  #close(): void {
    const { changes, head } = this
    this.timestamps.splice(0, head)
    this.values.splice(0, head)
    this.open.splice(0, head)
    changes?.counts.splice(0, head)
    changes?.matches.splice(0, head)
    changes?.texts.splice(0, head)
    this.firstOpen -= head
    this.head = 0
  }

  /** Place of the first open entry, or the end. */
  toFirstOpen(): number {
    const { open } = this
    let place = Math.max(this.firstOpen, this.head)
    while (place < open.length && open[place] === 0) place++
    this.firstOpen = place
    return place
  }
}
