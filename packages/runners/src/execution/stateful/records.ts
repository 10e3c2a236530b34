/**
 * Records: the records of a stateful step, with all that follows from what is in them: when each is due next, what it holds, and
 * when it is freed.
 *
 * {@link Records.schedule} is called whenever timers of a record may have moved, {@link Records.leave} when nothing is left in it: it is
 * freed with the bundle, so that keys which come and go cost nothing in the long run, however long their window lasts.
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
import type { WaitingElement } from './element-table.ts'

const NONE: readonly OpenWindow[] = []
/** Empty records that are kept at most. */
const MANY = 4096

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
  readonly #eventTimers = new SlotSchedule()
  /** When the processing-time timers of a record fire next. */
  readonly processingTimers: SlotSchedule = new SlotSchedule()
  readonly holds: HoldSet = new HoldSet()
  readonly #keyCoder: Coder<unknown> | undefined
  readonly #cells: readonly string[]
  readonly #timers: number
  readonly #hasExpiration: boolean
  /** Whether a record can be due or hold anything: without timers and expiration none ever is or does. */
  readonly #hasTimes: boolean
  readonly #codec: RecordCodec
  readonly #step: string
  /** Slots of records in which nothing was left. */
  readonly #emptied: number[] = []
  /** {@link nextTime} and {@link heldUntil}, while nothing has moved: they are asked for at every element. */
  #next = Infinity
  #held = Infinity
  #hasMoved = false

  constructor(payload: StatefulPayload, allowedLateness: number, step: string) {
    this.#step = step
    this.index = new RecordIndex(payload.keyCoder, allowedLateness)
    this.#keyCoder = payload.keyCoder
    this.#cells = Object.keys(payload.state)
    this.#timers = Object.keys(payload.timers).length
    this.#hasExpiration = payload.onWindowExpiration !== undefined
    this.#hasTimes = this.#hasExpiration || this.#timers > 0
    this.#codec = new RecordCodec(payload, (window) => expiryOf(window, allowedLateness))
  }

  get(slot: number): KeyedRecord {
    return this.table.get(slot)!
  }

  /** The slot of a key in a window; a record is made when there is none. */
  slotOf(open: OpenWindow, key: unknown): number {
    try {
      return open.slots.get(key) ?? this.#make(open, key)
    } catch (cause) {
      throw groupingError('The key coder', this.#step, cause)
    }
  }

  #make(open: OpenWindow, key: unknown): number {
    const own = canonicalKey(key, this.#keyCoder)
    const slot = this.table.allocate(freshRecord(own, open.window, open.expiry, this.#cells.length, this.#timers))
    if (this.index.put(open, own, slot)) this.#hasMoved = true
    return slot
  }

  /** Says whether `onWindowExpiration` is to run for a record: it has had an element. */
  expires(record: KeyedRecord): boolean {
    return this.#hasExpiration && record.ran
  }

  /** Takes note of a record that may be left empty. */
  leave(record: KeyedRecord, slot: number): void {
    if (record.isEmptied || this.expires(record)) return
    record.isEmptied = true
    if (this.#emptied.push(slot) >= MANY) this.freeEmpty()
  }

  /** Frees the records in which nothing is left. Not at once: a key often comes again in the same bundle. */
  freeEmpty(): void {
    for (const slot of this.#emptied) {
      const record = this.table.get(slot)
      // It may have been freed with its window, and the slot be that of another.
      if (record === undefined || !record.isEmptied) continue
      record.isEmptied = false
      if (!isEmptyRecord(record) || this.expires(record)) continue
      this.index.remove(this.index.at(record.window), record.key, slot)
      this.free(slot)
    }
    this.#emptied.length = 0
  }

  /** Notes when a record is due and what it holds. */
  schedule(record: KeyedRecord, slot: number, places: TimerPlaces): void {
    if (!this.#hasTimes) return
    const { times } = record
    this.#hasMoved = true
    this.#eventTimers.set(slot, timeOf(times, nextTimer(record, places.eventTime)))
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
    this.#hasMoved = true
    const { records, windows } = data as { records: StateData; windows: StateData }
    this.index.load(windows)
    this.table.load(records, this.#codec.load)
    for (const [slot, record] of this.table.entries()) {
      this.index.put(this.index.at(record.window), record.key, slot)
      this.schedule(record, slot, places)
    }
  }

  /** The slots of a window in the order in which they are cleared: by key where user code sees it, otherwise by slot, as after a restore. */
  membersOf({ members }: OpenWindow): readonly number[] {
    return [...members].sort(this.#hasExpiration ? this.compare : (a, b) => a - b)
  }

  /** Frees the slot of a record that stands in no index any more. */
  free(slot: number): void {
    if (this.#hasTimes) {
      this.#hasMoved = true
      this.#eventTimers.set(slot, Infinity)
      this.processingTimers.set(slot, Infinity)
      this.holds.set(slot, Infinity)
    }
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
    if (this.#hasMoved) this.#look()
    return this.#next
  }

  /** What the records hold the output watermark at, or Infinity. A timer without a hold still emits at the time it fires for. */
  heldUntil(): Timestamp {
    if (this.#hasMoved) this.#look()
    return this.#held
  }

  #look(): void {
    this.#hasMoved = false
    const timer = this.#eventTimers.peekTime()
    this.#next = Math.min(timer, this.index.peekTime())
    this.#held = Math.min(timer, this.holds.min())
  }

  /** Adds to `slots` those whose event-time timers fire at `time`, the earliest. */
  takeTimers(time: Timestamp, slots: number[]): void {
    this.#hasMoved = true
    this.#eventTimers.take(time, slots)
  }

  /** Takes out the windows to be cleared at `time`, the earliest, if there are any. */
  takeWindows(time: Timestamp): readonly OpenWindow[] {
    if (this.index.peekTime() !== time) return NONE
    this.#hasMoved = true
    return this.index.take(time)
  }

  /** Puts off the clearing of a window that is listed: something waits in it until `time`. */
  keepUntil(open: OpenWindow, time: Timestamp): void {
    this.#hasMoved = true
    this.index.keepUntil(open, time)
  }

  #orderOf(record: KeyedRecord): string {
    record.order ??= textOfBytes((this.#keyCoder?.encode ?? encodeKey)(record.key))
    return record.order
  }
}

function timeOf(times: readonly number[], place: number): number {
  return place < 0 ? Infinity : times[place]!
}
