/**
 * AsOfRecord: all that an as-of join keeps of one key.
 */
import { GLOBAL_WINDOW, type Timestamp, type Window } from '@tidemark/core'
import type { AsOfJoinPayload } from '@tidemark/core/graph'
import type { StateData } from '../snapshot/saved.ts'
import { valueData, valueOf } from '../snapshot/value-data.ts'
import { AsOfList, type EntryCodec, type EntryOrder } from './as-of-list.ts'

/** What has answered an element whose answer stands: its row, `undefined` for none. Kept in its place, for the note that a row came too late. */
export class FrozenAnswer {
  readonly row: unknown

  constructor(row: unknown) {
    this.row = row
  }
}

/** Rows and elements of one key. Times are Infinity where there is none. */
export interface AsOfRecord {
  readonly key: unknown
  /** Where it stands in the table of the step. */
  slot: number
  /** Rows, each marked with the time at which it became known where that counts. */
  readonly rows: AsOfList<Timestamp>
  /** Elements that wait, or whose answer may change yet, each marked with its window. */
  readonly left: AsOfList<Window>
  /** Time of the earliest element that waits. */
  dueAt: number
  /** Time of the earliest element that has been answered and is kept. */
  keptAt: number
  /** Not before the clock has passed this is there a row to be found out as another of its instant, or taken back and never come. */
  finalAt: number
  /** Not before the clocks have passed this can a row be let go. */
  pruneAt: number
  /** How far the output watermark may go for what waits behind the end of its window; elsewhere their timestamps say it. */
  hold: number
}

/** What the lists of a step's records go by. */
export interface AsOfOrders {
  readonly rows: EntryOrder<Timestamp>
  readonly left: EntryOrder<Window> | undefined
}

/** The record of a key that has seen nothing. */
export function freshRecord(key: unknown, orders: AsOfOrders): AsOfRecord {
  return {
    key,
    slot: -1,
    rows: new AsOfList(orders.rows),
    left: new AsOfList(orders.left),
    dueAt: Infinity,
    keptAt: Infinity,
    finalAt: Infinity,
    pruneAt: Infinity,
    hold: Infinity,
  }
}

/** The latest of the rows that can be seen at `time`, of any age, or -1. Rows must be in order. */
export function rowAt(rows: AsOfList<Timestamp>, time: Timestamp): number {
  return latestVisible(rows, rows.upper(time) - 1, time)
}

/** The latest row that can be seen at `time` of those up to `index`, or -1. */
export function latestVisible({ first, counts, marks }: AsOfList<Timestamp>, index: number, time: Timestamp): number {
  const isHidden = (row: number): boolean =>
    (counts !== undefined && counts[row]! <= 0) || (marks !== undefined && marks[row]! > time)
  let row = index
  if (counts !== undefined || marks !== undefined) while (row >= first && isHidden(row)) row--
  return row < first ? -1 : row
}

/** From when on a row can be seen. */
export function visibleFrom({ times, marks }: AsOfList<Timestamp>, index: number): Timestamp {
  return marks === undefined ? times[index]! : Math.max(times[index]!, marks[index]!)
}

/** Turns the records of one step into data and back. */
export class AsOfCodec {
  readonly #payload: AsOfJoinPayload
  readonly #orders: AsOfOrders
  readonly #rows: EntryCodec<Timestamp>
  readonly #left: EntryCodec<Window>

  constructor(payload: AsOfJoinPayload, orders: AsOfOrders) {
    this.#payload = payload
    this.#orders = orders
    this.#rows = {
      saveValue: (row) => valueData(row, payload.rightCoder),
      loadValue: (data) => valueOf(data, payload.rightCoder),
      saveMark: (known) => known,
      loadMark: (data) => data as Timestamp,
    }
    this.#left = {
      saveValue: (element) => {
        // What is kept for its time alone has no value.
        if (element === undefined) return null
        return element instanceof FrozenAnswer
          ? { frozen: element.row === undefined ? [] : [valueData(element.row, payload.rightCoder)] }
          : [valueData(element, payload.leftCoder)]
      },
      loadValue: (data) => {
        if (data === null) return undefined
        if (Array.isArray(data)) return valueOf(data[0] as StateData, payload.leftCoder)
        const { frozen } = data as { readonly frozen: readonly StateData[] }
        return new FrozenAnswer(frozen.length === 0 ? undefined : valueOf(frozen[0]!, payload.rightCoder))
      },
      saveMark: ({ start, end }) => [start, end],
      loadMark: (data) => {
        const [start, end] = data as readonly [number, number]
        return end === GLOBAL_WINDOW.end && start === GLOBAL_WINDOW.start ? GLOBAL_WINDOW : { start, end }
      },
    }
  }

  readonly save = (record: AsOfRecord): StateData => {
    const { key, rows, left, dueAt, keptAt, finalAt, pruneAt, hold } = record
    return {
      key: valueData(key, this.#payload.keyCoder),
      rows: rows.save(this.#rows),
      left: left.save(this.#left),
      times: [dueAt, keptAt, finalAt, pruneAt, hold],
    }
  }

  readonly load = (data: StateData): AsOfRecord => {
    const { key, rows, left, times } = data as {
      readonly key: StateData
      readonly rows: StateData
      readonly left: StateData
      readonly times: readonly [dueAt: number, keptAt: number, finalAt: number, pruneAt: number, hold: number]
    }
    const record = freshRecord(valueOf(key, this.#payload.keyCoder), this.#orders)
    record.rows.load(rows, this.#rows)
    record.left.load(left, this.#left)
    ;[record.dueAt, record.keptAt, record.finalAt, record.pruneAt, record.hold] = times
    return record
  }
}
