/**
 * IntervalRecord: what an interval join keeps of one key, and what of it a snapshot holds.
 */
import type { Coder, Timestamp } from '@tidemark/core'
import type { StateData } from '../snapshot/saved.ts'
import { valueData, valueOf } from '../snapshot/value-data.ts'
import { LEFT } from './join-clocks.ts'
import { SideBuffer } from './side-buffer.ts'

/** What is kept of a key. */
export interface IntervalRecord {
  readonly key: unknown
  slot: number
  left: SideBuffer | undefined
  right: SideBuffer | undefined
  /** When the record is due on the clock of each side. */
  readonly due: [left: number, right: number]
  /** The watermark above which the record is looked at for what is only to be freed; Infinity when that is not set. */
  sweepAt: number
  hold: Timestamp
}

/** Timestamp, value and open rows; where changes come in, the count and the matches too. */
type EntryData = readonly [timestamp: Timestamp, value: StateData, open: number, ...counts: readonly number[]]
type SideData = readonly [decided: number, entries: readonly EntryData[]]
type RecordData = readonly [key: StateData, sweepAt: number, left: SideData | null, right: SideData | null]

/** The record of a key of which nothing is kept yet. */
export function freshRecord(key: unknown): IntervalRecord {
  return {
    key,
    slot: -1,
    left: undefined,
    right: undefined,
    due: [Infinity, Infinity],
    sweepAt: Infinity,
    hold: Infinity,
  }
}

/** One side of a record, by number of the input. */
export function sideAt({ left, right }: IntervalRecord, input: number): SideBuffer | undefined {
  return input === LEFT ? left : right
}

/** Turns the records of one step into data and back. */
export class IntervalCodec {
  readonly #keyCoder: Coder<unknown> | undefined
  readonly #coders: readonly (Coder<unknown> | undefined)[]
  readonly #hasChanges: boolean

  /** `coders` are those of the values, by input. */
  constructor(
    keyCoder: Coder<unknown> | undefined,
    coders: readonly (Coder<unknown> | undefined)[],
    hasChanges: boolean,
  ) {
    this.#keyCoder = keyCoder
    this.#coders = coders
    this.#hasChanges = hasChanges
  }

  /** A record as data that shares nothing with it once encoded. */
  readonly save = ({ key, sweepAt, left, right }: IntervalRecord): StateData => {
    const sides = [left, right].map((side, input) => (side === undefined ? null : this.#sideData(side, input)))
    return [valueData(key, this.#keyCoder), sweepAt, ...sides]
  }

  /** The record that {@link IntervalCodec.save} made data of; its slot and times are to be set. */
  readonly load = (saved: StateData): IntervalRecord => {
    const [key, sweepAt, left, right] = saved as unknown as RecordData
    const record = freshRecord(valueOf(key, this.#keyCoder))
    record.sweepAt = sweepAt
    if (left !== null) record.left = this.#side(left, 0)
    if (right !== null) record.right = this.#side(right, 1)
    return record
  }

  #sideData(side: SideBuffer, input: number): SideData {
    const entries: EntryData[] = []
    for (let place = side.head; place < side.end; place++) {
      const value = valueData(side.values[place], this.#coders[input])
      const entry = [side.timestamps[place]!, value, side.open[place]!] as const
      const { changes } = side
      entries.push(changes === undefined ? entry : [...entry, changes.counts[place]!, changes.matches[place]!])
    }
    return [side.decided, entries]
  }

  #side([decided, entries]: SideData, input: number): SideBuffer {
    const side = new SideBuffer(this.#hasChanges)
    for (const [timestamp, value, open, ...[count, matches]] of entries) {
      const place = side.insert(timestamp, valueOf(value, this.#coders[input]), open)
      if (side.changes === undefined) continue
      side.changes.counts[place] = count!
      side.changes.matches[place] = matches!
    }
    side.decided = decided
    return side
  }
}
