/**
 * DueWork: runs what a stateful step has to do up to its time, in the order of time: elements that have waited, timers, windows to
 * be cleared, and what callbacks add to that meanwhile.
 *
 * At one time: by key (canonical bytes) and window; in each, elements before timers, elements by (`orderBy`, canonical bytes),
 * timers by (output timestamp, name); then the windows that are cleared, by window and key. Numbers in comments are those of the
 * semantics page.
 */
import { MAX_TIMESTAMP, MIN_TIMESTAMP, thrownText } from '@tidemark/core'
import type { LedgerReason, SourcePosition, Timestamp } from '@tidemark/core'
import type { StatefulPayload } from '@tidemark/core/graph'
import type { StepLog } from '../ledger/step-log.ts'
import type { Output } from '../plan/output.ts'
import { Cursor } from './cursor.ts'
import { ElementOrder, type DueElement } from './element-order.ts'
import { isEmptyRecord, type KeyedRecord } from './keyed-record.ts'
import type { OpenWindow } from './record-index.ts'
import type { Records } from './records.ts'
import { RowWriter } from './row-writer.ts'
import { cellHandles } from './state-cells.ts'
import { sortFew } from './sort-few.ts'
import type { StatefulSpec } from './stateful-spec.ts'
import { timerTable, type TimerTable } from './timer-handles.ts'
import { timerLoop, TOO_OFTEN } from './timer-loop.ts'
import { clearTimer, nextTimer } from './timer-order.ts'
import { UserCalls } from './user-calls.ts'
import type { WaitingElements } from './waiting-elements.ts'

// See StepClock: an imported constant is slow where every element passes.
const END: number = MAX_TIMESTAMP

/** Runs what is due in one step. */
export class DueWork {
  /** The step's time: what lies strictly before it is due. */
  time: number = MIN_TIMESTAMP
  /** The input watermark that the step has come to. */
  watermark: Timestamp = MIN_TIMESTAMP
  /** Whether timers or holds have moved since this was last made false. */
  timersMoved = false
  readonly timers: TimerTable
  readonly order: ElementOrder
  readonly rows: RowWriter = new RowWriter()
  readonly #ordered: boolean
  readonly #log: StepLog
  readonly #output: Output
  readonly #records: Records
  readonly #waiting: WaitingElements
  readonly #cursor: Cursor
  readonly #calls: UserCalls
  readonly #hasEventTimers: boolean
  readonly #hasProcessingTimers: boolean
  /** The time whose turn it is. A field, as a number that is passed on is an object to the engine below. */
  #at: number = MIN_TIMESTAMP
  /** What is due at that time; used again for the next. */
  readonly #elements: DueElement[] = []
  readonly #slots: number[] = []

  constructor({ payload, log, output, clock }: StatefulSpec, records: Records, waiting: WaitingElements) {
    const step = log.step.path
    this.#ordered = isOrdered(payload)
    this.#log = log
    this.#output = output
    this.#records = records
    this.#waiting = waiting
    this.#cursor = new Cursor(step, records.table, clock)
    this.order = new ElementOrder(payload, step, records.compare)
    this.timers = timerTable(payload.timers, this.#cursor)
    this.#hasEventTimers = this.timers.eventTime.length > 0
    this.#hasProcessingTimers = this.timers.processingTime.length > 0
    const state = cellHandles(payload.state, this.#cursor)
    this.#calls = new UserCalls(payload, this.#cursor, state, this.timers.handles, this.rows)
  }

  /** When something is due next; Infinity when nothing waits. */
  nextTime(): number {
    return Math.min(this.#waiting.earliest, this.#records.nextTime())
  }

  /** Whether something is due. */
  isDue(): boolean {
    if (this.#waiting.earliest < this.time || this.#records.nextTime() < this.time) return true
    return this.#hasProcessingTimers && this.#records.processingTimers.peekTime() < this.#cursor.now
  }

  /** Lets rows tell that the output watermark has come to where the time of the step, what waits and holds keep it; never back. */
  keepBack(): void {
    const { rows } = this
    const held = Math.min(this.#waiting.earliest, this.#records.heldUntil())
    rows.watermark = Math.max(rows.watermark, Math.min(END, this.time, held))
  }

  /** Runs all that is due. */
  run(): void {
    const waiting = this.#waiting
    const records = this.#records
    do {
      for (;;) {
        const time = waiting.earliest
        const other = records.nextTime()
        if (time >= this.time && other >= this.time) break
        this.#at = Math.min(time, other)
        const id = time <= other ? waiting.take() : -1
        if (time < other && waiting.earliest !== time) this.#runAlone(id)
        else this.#turn(id)
      }
    } while (this.#hasProcessingTimers && this.#runProcessingTime())
  }

  // Nearly every element is alone at its time: nothing is to be put in order.
  #runAlone(id: number): void {
    const { table } = this.#waiting
    const slot = table.slotAt(id)
    const value = table.valueAt(id)
    const count = table.countAt(id)
    const position = table.positionAt(id)
    this.#waiting.free(id)
    const record = this.#records.get(slot)
    this.#records.table.touch(slot)
    this.#runWaited(record, slot, value, count, position)
    if (this.#hasEventTimers) this.#fire(record, slot, this.#at)
    this.#keep(record, slot, false)
    if (this.rows.isFull) this.flush()
  }

  // Runs all that is due at the time that has come; an element that has been taken already among it, or -1.
  #turn(taken: number): void {
    const time = this.#at
    const elements = this.#elements
    const slots = this.#slots
    if (taken >= 0) this.#takeElements(taken)
    this.#records.takeTimers(time, slots)
    for (const { slot } of elements) if (slots.at(-1) !== slot) slots.push(slot)
    sortFew(slots, this.#records.compare)
    sortFew(elements, this.order.compare)
    let next = 0
    for (let index = 0; index < slots.length; index++) {
      const slot = slots[index]!
      if (slot === slots[index - 1]) continue
      const record = this.#records.get(slot)
      this.#records.table.touch(slot)
      for (; elements[next]?.slot === slot; next++) {
        const { value, count, position } = elements[next]!
        this.#runWaited(record, slot, value, count, position)
      }
      this.#fire(record, slot, time)
      this.#keep(record, slot, true)
    }
    elements.length = 0
    slots.length = 0
    for (const open of this.#records.takeWindows(time)) this.#clear(open)
    if (this.rows.isFull) this.flush()
  }

  #takeElements(taken: number): void {
    const waiting = this.#waiting
    for (let id = taken; ; id = waiting.take()) {
      const { slot, timestamp, value, position, count } = waiting.table.elementAt(id)
      this.#elements.push({ slot, timestamp, value, position, count, own: undefined, bytes: undefined })
      waiting.free(id)
      if (waiting.earliest !== timestamp) return
    }
  }

  #runWaited(
    record: KeyedRecord,
    slot: number,
    value: unknown,
    count: number,
    position: SourcePosition | undefined,
  ): void {
    for (let remaining = count; remaining < 0; remaining++) {
      record.waiting--
      this.#enter('too-late', record, value, position, 'it takes back an element that has not come in time')
    }
    for (let remaining = count; remaining > 0; remaining--) {
      record.waiting--
      this.#cursor.pointAt(this.#at, this.#at, this.#at)
      const thrown = this.#runElement(record, slot, value)
      if (thrown !== undefined) this.#enter('dead-letter', record, value, position, thrown)
      // Timers that it has set for times that have passed come before the next element.
      if (this.#hasEventTimers) this.#fire(record, slot, this.#at - 1)
    }
  }

  /** Runs the element of a row as it comes; says in words what was thrown when that makes it a dead letter. */
  runArrived(slot: number, timestamps: ArrayLike<Timestamp>, row: number, value: unknown): string | undefined {
    const record = this.#records.get(slot)
    this.#cursor.pointAt(timestamps[row]!, timestamps[row]!, this.watermark)
    const thrown = this.#runElement(record, slot, value)
    this.#keep(record, slot, false)
    return thrown
  }

  #runElement(record: KeyedRecord, slot: number, value: unknown): string | undefined {
    const { counters } = this.#log
    if (!record.ran) {
      this.#records.table.touch(slot)
      record.ran = true
      // From now on its expiration is awaited, if there is one.
      if (this.#records.expires(record)) this.#cursor.timersMoved = true
    }
    const emitted = this.#calls.process(record, slot, value)
    if (typeof emitted === 'object') {
      return `process threw: ${thrownText(emitted.thrown)}`
    }
    if (emitted > 0) counters.withOutput++
    else counters.withoutOutput++
    return undefined
  }

  // 62, 63: fires the timers of a record up to `time`, those that are set meanwhile among them.
  #fire(record: KeyedRecord, slot: number, time: number): void {
    let latest = -Infinity
    let fired = 0
    for (;;) {
      const place = nextTimer(record, this.timers.eventTime)
      if (place < 0 || record.times[place]! > time) return
      const own = record.times[place]!
      if (own > latest) {
        latest = own
        fired = 0
      }
      clearTimer(record, place)
      this.#cursor.timersMoved = true
      this.#cursor.pointAt(record.timestamps[place]!, own, this.#ordered ? own : this.watermark)
      this.#calls.onTimer(record, slot, this.timers.names[place]!)
      if (++fired > TOO_OFTEN) throw timerLoop(this.#log.step.path, this.timers.names[place]!, own)
    }
  }

  #runProcessingTime(): boolean {
    const timers = this.#records.processingTimers
    const slots: number[] = []
    let ran = false
    for (let time = timers.peekTime(); time < this.#cursor.now; time = timers.peekTime()) {
      slots.length = 0
      timers.take(time, slots)
      sortFew(slots, this.#records.compare)
      for (const slot of slots) this.#fireProcessing(slot, time)
      ran = true
      if (this.rows.isFull) this.flush()
    }
    return ran
  }

  #fireProcessing(slot: number, time: number): void {
    const record = this.#records.get(slot)
    this.#records.table.touch(slot)
    let fired = 0
    for (;;) {
      const place = nextTimer(record, this.timers.processingTime)
      if (place < 0 || record.times[place]! > time) break
      clearTimer(record, place)
      // 68: an expired window is the business of event time.
      if (record.expiry < this.time) continue
      const timestamp = record.timestamps[place]!
      this.#cursor.pointAt(timestamp, timestamp, this.#ordered ? timestamp : this.watermark)
      this.#calls.onTimer(record, slot, this.timers.names[place]!)
      if (++fired > TOO_OFTEN) throw timerLoop(this.#log.step.path, this.timers.names[place]!, time)
      // What it has set in event time, if it is due, fires before the next.
      this.#fire(record, slot, this.time - 1)
    }
    this.#keep(record, slot, true)
  }

  // 67: the window has expired; its records are freed.
  #clear(open: OpenWindow): void {
    this.timersMoved = true
    for (const slot of this.#records.membersOf(open)) {
      const record = this.#records.get(slot)
      if (this.#records.expires(record)) {
        const last = record.window.end - 1
        this.#cursor.pointAt(last, last, last)
        this.#cursor.expiring = true
        this.#calls.onWindowExpiration(record, slot)
        this.#cursor.expiring = false
        if (this.rows.isFull) this.flush()
      }
      this.#records.free(slot)
    }
  }

  #keep(record: KeyedRecord, slot: number, moved: boolean): void {
    if (this.#cursor.timersMoved) {
      this.#cursor.timersMoved = false
      moved = true
    }
    if (moved) {
      this.timersMoved = true
      this.#records.schedule(record, slot, this.timers)
    }
    if (isEmptyRecord(record)) this.#records.leave(record, slot)
  }

  /** Hands on what has been emitted. */
  flush(): void {
    this.#log.counters.out += this.rows.flush(this.#output)
  }

  #enter(
    reason: LedgerReason,
    { key, window }: KeyedRecord,
    value: unknown,
    position: SourcePosition | undefined,
    detail: string,
  ): void {
    const { watermark } = this
    const timestamp = this.#at
    const step = this.#log.step.path
    this.#log.enter({ reason, step, element: [key, value], timestamp, window, watermark, position, detail })
  }
}

/** Whether a step runs its elements in the order of time. */
export function isOrdered(payload: StatefulPayload): boolean {
  return payload.order === 'event-time'
}
