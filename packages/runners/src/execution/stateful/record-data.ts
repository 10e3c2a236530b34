/**
 * RecordData: the record of a key and window as a snapshot holds it.
 *
 * Cells and timers stand under their names, so that their declarations can be put in another order, and a cell or timer that is new
 * begins empty.
 */
import type { StateCell, Timestamp, Window } from '@tidemark/core'
import type { StatefulPayload } from '@tidemark/core/graph'
import type { StateData } from '../snapshot/saved.ts'
import { valueData, valueOf } from '../snapshot/value-data.ts'
import { cellData, cellOf } from './cell-data.ts'
import { freshRecord, type KeyedRecord } from './keyed-record.ts'

interface RecordData {
  readonly key: StateData
  readonly window: readonly [start: Timestamp, end: Timestamp]
  readonly cells: { readonly [name: string]: StateData }
  readonly timers: { readonly [name: string]: readonly [time: number, timestamp: number, hold: number] }
  readonly waiting: number
  readonly ran: boolean
}

/** Turns the records of one step into data and back. */
export class RecordCodec {
  readonly #payload: StatefulPayload
  readonly #cells: readonly string[]
  readonly #timers: readonly string[]
  readonly #expiryOf: (window: Window) => Timestamp

  constructor(payload: StatefulPayload, expiryOf: (window: Window) => Timestamp) {
    this.#payload = payload
    this.#cells = Object.keys(payload.state)
    this.#timers = Object.keys(payload.timers).sort()
    this.#expiryOf = expiryOf
  }

  /** A record as data that shares nothing with it once encoded. */
  readonly save = (record: KeyedRecord): StateData => {
    const cells: Record<string, StateData> = {}
    for (const [place, name] of this.#cells.entries()) {
      if (record.cells[place] !== undefined) cells[name] = cellData(this.#cell(name), record.cells[place])
    }
    const timers: Record<string, StateData> = {}
    for (const [place, name] of this.#timers.entries()) {
      if (record.times[place] === Infinity) continue
      timers[name] = [record.times[place]!, record.timestamps[place]!, record.holds[place]!]
    }
    const { key, window, waiting, ran } = record
    return {
      key: valueData(key, this.#payload.keyCoder),
      window: [window.start, window.end],
      cells,
      timers,
      waiting,
      ran,
    }
  }

  /** The record that {@link RecordCodec.save} made data of. */
  readonly load = (saved: StateData): KeyedRecord => {
    const { key, window: bounds, cells, timers, waiting, ran } = saved as unknown as RecordData
    const window = { start: bounds[0], end: bounds[1] }
    const own = valueOf(key, this.#payload.keyCoder)
    const record = freshRecord(own, window, this.#expiryOf(window), this.#cells.length, this.#timers.length)
    for (const [place, name] of this.#cells.entries()) {
      record.cells[place] = cellOf(this.#cell(name), cells[name] ?? null)
    }
    for (const [place, name] of this.#timers.entries()) {
      const [time, timestamp, hold] = timers[name] ?? [Infinity, Infinity, Infinity]
      record.times[place] = time
      record.timestamps[place] = timestamp
      record.holds[place] = hold
    }
    record.waiting = waiting
    record.ran = ran
    return record
  }

  #cell(name: string): StateCell {
    return this.#payload.state[name] as StateCell
  }
}
