/**
 * Records: the records of a stateful step, with all that follows from what is in them: when each is due next, what it holds, and
 * when it is freed.
 *
 * {@link Records.keep} is called whenever user code has had a record. A record with nothing in it is freed at once, so that keys
 * which come and go cost nothing in the long run, however long their window lasts.
 */
import { encodeKey, formatWindow, type Coder, type Timestamp, type Window } from '@tidemark/core'
import type { StatefulPayload } from '@tidemark/core/graph'
import { formatKey } from '../explain/format-key.ts'
import type { Holder, RecordInspection } from '../explain/inspection.ts'
import { groupingError } from '../grouping/grouping-error.ts'
import { canonicalKey } from '../state/key-index.ts'
import { StateTable } from '../state/state-table.ts'
import { HoldSet } from '../watermark/hold-set.ts'
import { compareTexts, textOfBytes } from '../state/byte-text.ts'
import { freshRecord, isEmptyRecord, type KeyedRecord } from './keyed-record.ts'
import type { StateData } from '../snapshot/saved.ts'
import { expiryOf } from '../watermark/window-expiry.ts'
import { RecordCodec } from './record-data.ts'
import { RecordIndex, type OpenWindow } from './record-index.ts'
import { SlotSchedule } from './slot-schedule.ts'
import type { TimerTable } from './timer-handles.ts'
import { nextTimer } from './timer-order.ts'
import type { WaitingElement } from './waiting-elements.ts'

/** Places of the timers of a step, by domain. */
export interface TimerPlaces {
  readonly eventTime: readonly number[]
  readonly processingTime: readonly number[]
}

/** The records of one step, by slot. */
export class Records {
  readonly table: StateTable<KeyedRecord> = new StateTable()
  readonly index: RecordIndex
  /** When the event-time timers of a record fire next. */
  readonly eventTimers: SlotSchedule = new SlotSchedule()
  /** When the processing-time timers of a record fire next. */
  readonly processingTimers: SlotSchedule = new SlotSchedule()
  readonly holds: HoldSet = new HoldSet()
  readonly #keyCoder: Coder<unknown> | undefined
  readonly #cells: readonly string[]
  readonly #timers: number
  readonly #hasExpiration: boolean
  readonly #codec: RecordCodec
  readonly #step: string

  constructor(payload: StatefulPayload, allowedLateness: number, step: string) {
    this.#step = step
    this.index = new RecordIndex(payload.keyCoder, allowedLateness)
    this.#keyCoder = payload.keyCoder
    this.#cells = Object.keys(payload.state)
    this.#timers = Object.keys(payload.timers).length
    this.#hasExpiration = payload.onWindowExpiration !== undefined
    this.#codec = new RecordCodec(payload, (window) => expiryOf(window, allowedLateness))
  }

  get(slot: number): KeyedRecord {
    return this.table.get(slot)!
  }

  /** The slot of a key in a window; a record is made when there is none. */
  slotOf(open: OpenWindow, key: unknown): number {
    try {
      const known = open.slots.get(key)
      if (known !== undefined) return known
      const own = canonicalKey(key, this.#keyCoder)
      const slot = this.table.allocate(freshRecord(own, open.window, open.expiry, this.#cells.length, this.#timers))
      this.index.put(open, own, slot)
      return slot
    } catch (cause) {
      throw groupingError('The key coder', this.#step, cause)
    }
  }

  /** Says whether `onWindowExpiration` is to run for a record: it has had an element. */
  expires(record: KeyedRecord): boolean {
    return this.#hasExpiration && record.ran
  }

  /** Frees a record when nothing is left in it; otherwise notes when it is due and what it holds, if `moved`. */
  keep(record: KeyedRecord, slot: number, moved: boolean, places: TimerPlaces): void {
    if (!this.expires(record) && isEmptyRecord(record)) {
      this.index.remove(this.index.at(record.window), record.key, slot)
      this.free(slot)
      return
    }
    if (moved) this.#schedule(record, slot, places)
  }

  #schedule(record: KeyedRecord, slot: number, places: TimerPlaces): void {
    const { times } = record
    this.eventTimers.set(slot, timeOf(times, nextTimer(record, places.eventTime)))
    this.processingTimers.set(slot, timeOf(times, nextTimer(record, places.processingTime)))
    this.holds.set(slot, this.#holdOf(record))
  }

  #holdOf(record: KeyedRecord): Timestamp {
    let hold = this.expires(record) ? record.window.end - 1 : Infinity
    for (const other of record.holds) if (other < hold) hold = other
    return hold
  }

  inspect(key: unknown, window: Window, timers: TimerTable): RecordInspection | undefined {
    const slot = this.index.at(window).slots.get(key)
    if (slot === undefined) return undefined
    const record = this.get(slot)
    const eventTime = new Set(timers.eventTime)
    return {
      kind: 'record',
      window,
      waiting: record.waiting,
      cells: this.#cells.filter((_, place) => record.cells[place] !== undefined),
      timers: timers.names.flatMap((name, place) => {
        const time = record.times[place]!
        const domain = eventTime.has(place) ? 'event-time' : 'processing-time'
        return time === Infinity ? [] : [{ name, domain, time } as const]
      }),
      hold: this.#holdOf(record),
    }
  }

  /** What of the records, and of the elements that wait for them, holds the output watermark. */
  holders(waiting: Iterable<WaitingElement>, timers: TimerTable): readonly Holder[] {
    const ofElements = Array.from(waiting, ({ slot, timestamp }): Holder => {
      const { key, window } = this.get(slot)
      return { timestamp, owner: `an element of ${formatKey(key)} ${formatWindow(window)} that waits` }
    })
    const ofRecords = Array.from(this.table.records()).flatMap((record) => {
      const { key, window, times, holds } = record
      const of = `of ${formatKey(key)} ${formatWindow(window)}`
      const held = timers.names.map((name, place) => {
        const timestamp = timers.eventTime.includes(place) ? Math.min(times[place]!, holds[place]!) : holds[place]!
        return { timestamp, owner: `timer "${name}" ${of}` }
      })
      const expiration = this.expires(record) ? [{ timestamp: window.end - 1, owner: `onWindowExpiration ${of}` }] : []
      return [...held, ...expiration]
    })
    return [...ofElements, ...ofRecords]
  }

  save(): StateData {
    return { records: this.table.save(this.#codec.save), windows: this.index.save() }
  }

  load(data: StateData, places: TimerPlaces): void {
    const { records, windows } = data as { records: StateData; windows: StateData }
    this.index.load(windows)
    this.table.load(records, this.#codec.load)
    for (const [slot, record] of this.table.entries()) {
      this.index.put(this.index.at(record.window), record.key, slot)
      this.#schedule(record, slot, places)
    }
  }

  /** The slots of a window in the order in which they are cleared: by key where user code sees it, otherwise by slot, as after a restore. */
  membersOf({ members }: OpenWindow): readonly number[] {
    return [...members].sort(this.#hasExpiration ? this.compare : (a, b) => a - b)
  }

  /** Frees the slot of a record that stands in no index any more. */
  free(slot: number): void {
    this.eventTimers.set(slot, Infinity)
    this.processingTimers.set(slot, Infinity)
    this.holds.set(slot, Infinity)
    this.table.free(slot)
  }

  /** Orders slots by the canonical bytes of their keys, then by window. */
  readonly compare = (a: number, b: number): number => {
    const left = this.get(a)
    const right = this.get(b)
    const byKey = compareTexts(this.#orderOf(left), this.#orderOf(right))
    return byKey || left.window.end - right.window.end || left.window.start - right.window.start
  }

  /** The time strictly above which a timer fires or a window is cleared, or Infinity. */
  nextTime(): Timestamp {
    return Math.min(this.eventTimers.peekTime(), this.index.peekTime())
  }

  #orderOf(record: KeyedRecord): string {
    record.order ??= textOfBytes((this.#keyCoder?.encode ?? encodeKey)(record.key))
    return record.order
  }
}

function timeOf(times: readonly number[], place: number): number {
  return place < 0 ? Infinity : times[place]!
}
