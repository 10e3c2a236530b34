/**
 * StatefulStep: statefulParDo at run time.
 *
 * `order: 'event-time'`: elements wait until the step's clock is past their timestamps. What is due (elements, timers, windows to
 * be cleared) runs in the order of time, and what a callback sets is put in its place in time. At one time: by key (canonical
 * bytes) and window; in each, elements before timers, elements by (`orderBy`, canonical bytes), timers by (output timestamp,
 * name); then the windows that are cleared, by window and key. So what runs, and in what order, does not depend on arrival.
 * `order: 'arrival'`: elements run as they come; the rest is the same.
 *
 * The output watermark is never past what may still be emitted: it waits for the earliest element and event-time timer that is due
 * or waits, for the output timestamp of every timer that has one, and with `onWindowExpiration` for the last timestamp of every
 * window that has run. Numbers in comments are those of the semantics page.
 */
import { MAX_TIMESTAMP, MIN_TIMESTAMP } from '@tidemark/core'
import type { LedgerReason, SourcePosition, Timestamp, Window } from '@tidemark/core'
import type { StatefulPayload } from '@tidemark/core/graph'
import { positionAt, signAt, windowAt, type Bundle } from '../bundle/bundle.ts'
import { earliest, type Holder, type RecordInspection } from '../explain/inspection.ts'
import type { StepLog } from '../ledger/step-log.ts'
import type { TimedOperator } from '../plan/operator.ts'
import type { Output } from '../plan/output.ts'
import type { StateData } from '../snapshot/saved.ts'
import { Cursor } from './cursor.ts'
import { ElementOrder } from './element-order.ts'
import type { KeyedRecord } from './keyed-record.ts'
import type { OpenWindow } from './record-index.ts'
import { Records } from './records.ts'
import { refusal, refusalDetail } from './refusal.ts'
import { RowWriter } from './row-writer.ts'
import { cellHandles } from './state-cells.ts'
import type { StatefulSpec } from './stateful-spec.ts'
import { StepClock } from './step-clock.ts'
import { timerTable, type TimerTable } from './timer-handles.ts'
import { timerLoop, TOO_OFTEN } from './timer-loop.ts'
import { clearTimer, nextTimer } from './timer-order.ts'
import { UserCalls } from './user-calls.ts'
import { WaitingElements, type WaitingElement } from './waiting-elements.ts'

interface StatefulStepData {
  readonly inputWatermark: Timestamp
  readonly inputIsIdle: boolean
  readonly time: number
  readonly state: StateData
  readonly waiting: StateData
}

/** A step with state and timers at run time. */
export class StatefulStep implements TimedOperator {
  readonly #payload: StatefulPayload
  readonly #log: StepLog
  readonly #output: Output
  readonly #ordered: boolean
  readonly #fedByChanges: boolean
  readonly #clock: StepClock
  readonly #records: Records
  readonly #waiting = new WaitingElements()
  readonly #order: ElementOrder
  readonly #cursor: Cursor
  readonly #timers: TimerTable
  readonly #rows = new RowWriter()
  readonly #calls: UserCalls
  /** What is due at the time that is being run; used again for the next. */
  readonly #dueElements: WaitingElement[] = []
  readonly #dueSlots: number[] = []
  #inputIsIdle = false
  #inputWatermark: Timestamp = MIN_TIMESTAMP
  /** The step's time: what lies strictly before it is due. */
  #time: number = MIN_TIMESTAMP

  constructor(spec: StatefulSpec) {
    const { payload, log, output } = spec
    const { allowedLateness } = spec.windowing
    this.#payload = payload
    this.#log = log
    this.#output = output
    this.#ordered = payload.order === 'event-time'
    this.#fedByChanges = spec.inputPanes === 'changes'
    this.#clock = new StepClock(this.#ordered ? Math.min(payload.lateness ?? allowedLateness, allowedLateness) : 0)
    this.#records = new Records(payload, allowedLateness, log.step.path)
    this.#order = new ElementOrder(payload, log.step.path, this.#records.compare)
    this.#cursor = new Cursor(log.step.path, this.#records.table, spec.clock)
    this.#timers = timerTable(payload.timers, this.#cursor)
    const state = cellHandles(payload.state, this.#cursor)
    this.#calls = new UserCalls(payload, this.#cursor, state, this.#timers.handles, this.#rows)
  }

  process(bundle: Bundle): void {
    const { keys, values, timestamps, watermarks, length } = bundle
    this.#log.counters.in += length
    for (let row = 0; row < length; row++) {
      if (watermarks !== undefined) this.#follow(watermarks[row]!)
      const open = this.#records.index.at(windowAt(bundle, row))
      const timestamp = timestamps[row]!
      const reason = refusal(this.#ordered, open, timestamp, this.#time)
      if (reason !== undefined) {
        const detail = refusalDetail(reason, open, this.#time)
        this.#log.enterRow(reason, bundle, row, open.window, this.#inputWatermark, detail)
        continue
      }
      const element = values[row]
      const key = keys === undefined ? (element as readonly unknown[])[0] : keys[row]
      const value = keys === undefined ? (element as readonly unknown[])[1] : element
      const slot = this.#records.slotOf(open, key)
      if (this.#ordered) this.#wait(open, slot, value, timestamp, bundle, row)
      else this.#runArrived(slot, value, timestamp, bundle, row)
    }
    this.#settle()
    this.#rows.watermark = undefined
  }

  // 43, 54: the output watermark first moves up to what is waited for, due or not; then what is due runs.
  approach(watermark: Timestamp): void {
    if (watermark > this.#inputWatermark) this.#inputWatermark = watermark
    this.#output.advance(this.#outputTarget())
  }

  advance(watermark: Timestamp): void {
    this.approach(watermark)
    this.#time = this.#clock.at(this.#inputWatermark)
    this.#settle()
  }

  idle(isIdle: boolean): void {
    this.#inputIsIdle = isIdle
    this.#passSilence()
  }

  // What still holds the watermark would be late below if nobody waited for it there.
  #passSilence(): void {
    const holdsNothing = this.#records.holds.min() === Infinity && this.#waiting.count() === 0
    this.#output.setIdle(this.#inputIsIdle && holdsNothing)
  }

  advanceProcessingTime(): void {
    this.#settle()
  }

  nextProcessingTime(): number {
    return this.#records.processingTimers.peekTime()
  }

  nextEventTime(): Timestamp {
    return this.#clock.watermarkOf(this.#nextTime())
  }

  get inputWatermark(): Timestamp {
    return this.#inputWatermark
  }

  inspect(key: unknown, window: Window): RecordInspection | undefined {
    return this.#records.inspect(key, window, this.#timers)
  }

  holders(limit: number): readonly Holder[] {
    return earliest(this.#records.holders(this.#waiting.elements(), this.#timers), limit)
  }

  waiting(): number {
    return this.#waiting.count()
  }

  save(): StateData {
    return {
      inputWatermark: this.#inputWatermark,
      inputIsIdle: this.#inputIsIdle,
      time: this.#time,
      state: this.#records.save(),
      waiting: this.#waiting.save(this.#payload.valueCoder),
    } satisfies StatefulStepData
  }

  load(data: StateData): void {
    const saved = data as unknown as StatefulStepData
    this.#inputWatermark = saved.inputWatermark
    this.#inputIsIdle = saved.inputIsIdle
    this.#time = saved.time
    this.#records.load(saved.state, this.#timers)
    this.#waiting.load(saved.waiting, this.#payload.valueCoder, this.#fedByChanges ? this.#order.bytesOf : undefined)
  }

  /**
   * Follows the watermark that the source had before a row: what is due, late or expired then must not depend on where bundles end.
   * Rows emitted between tell what the output watermark would be.
   */
  #follow(watermark: Timestamp): void {
    if (watermark > this.#inputWatermark) {
      if (this.#clock.at(watermark) > this.#nextTime()) {
        this.#flush()
        this.advance(watermark)
      } else {
        this.#inputWatermark = watermark
        this.#time = this.#clock.at(watermark)
      }
    }
    if (this.#ordered) return
    const before = Math.max(this.#output.watermark, this.#rows.watermark ?? MIN_TIMESTAMP)
    this.#rows.watermark = Math.max(before, this.#outputTarget())
  }

  #wait(open: OpenWindow, slot: number, value: unknown, timestamp: Timestamp, bundle: Bundle, row: number): void {
    const record = this.#records.get(slot)
    this.#records.table.touch(slot)
    if (timestamp > open.cleared) this.#records.index.keepUntil(open, timestamp)
    const position = this.#payload.onError === 'dead-letter' || this.#fedByChanges ? positionAt(bundle, row) : undefined
    const element: WaitingElement = { slot, timestamp, value, position, count: 1, order: undefined }
    if (!this.#fedByChanges) {
      this.#waiting.add(element)
      record.waiting++
      return
    }
    const grown = this.#waiting.change(element, this.#order.bytesOf(element), signAt(bundle, row))
    record.waiting += grown
    // An element and the change that takes it back: both are accounted for, and neither runs.
    if (grown < 0) this.#log.counters.withoutOutput += 2
  }

  #runArrived(slot: number, value: unknown, timestamp: Timestamp, bundle: Bundle, row: number): void {
    const record = this.#records.get(slot)
    this.#cursor.pointAt(timestamp, timestamp, this.#inputWatermark)
    const thrown = this.#runElement(record, slot, value)
    if (thrown !== undefined)
      this.#log.enterRow('dead-letter', bundle, row, record.window, this.#inputWatermark, `process threw: ${thrown}`)
    this.#keep(record, slot, false)
  }

  // Runs an element at the cursor; says what was thrown when that makes it a dead letter.
  #runElement(record: KeyedRecord, slot: number, value: unknown): string | undefined {
    const { counters } = this.#log
    if (!record.ran) {
      this.#records.table.touch(slot)
      record.ran = true
      this.#cursor.timersMoved = true
    }
    const emitted = this.#calls.process(record, slot, value)
    if (typeof emitted === 'object') {
      return emitted.thrown instanceof Error ? emitted.thrown.message : String(emitted.thrown)
    }
    if (emitted > 0) counters.withOutput++
    else counters.withoutOutput++
    return undefined
  }

  #settle(): void {
    do this.#runDue()
    while (this.#runProcessingTime())
    this.#flush()
    this.#output.advance(this.#outputTarget())
    if (this.#inputIsIdle) this.#passSilence()
  }

  #runDue(): void {
    for (let time = this.#nextTime(); time < this.#time; time = this.#nextTime()) this.#turn(time)
  }

  #nextTime(): number {
    return Math.min(this.#waiting.peekTime(), this.#records.nextTime())
  }

  // Runs all that is due at `time`, the earliest.
  #turn(time: number): void {
    const elements = this.#dueElements
    const slots = this.#dueSlots
    elements.length = 0
    slots.length = 0
    this.#waiting.take(time, elements, this.#order.bytesOf)
    this.#records.eventTimers.take(time, slots)
    for (const { slot } of elements) if (slots.at(-1) !== slot) slots.push(slot)
    if (slots.length > 1) slots.sort(this.#records.compare)
    if (elements.length > 1) elements.sort(this.#order.compare)
    let next = 0
    for (let index = 0; index < slots.length; index++) {
      const slot = slots[index]!
      if (slot === slots[index - 1]) continue
      const record = this.#records.get(slot)
      this.#records.table.touch(slot)
      for (; elements[next]?.slot === slot; next++) this.#runWaited(record, slot, elements[next]!)
      this.#fire(record, slot, time)
      this.#keep(record, slot, true)
    }
    if (this.#records.index.peekTime() === time) for (const open of this.#records.index.take(time)) this.#clear(open)
    if (this.#rows.isFull) this.#flush()
  }

  #runWaited(record: KeyedRecord, slot: number, { value, timestamp, position, count }: WaitingElement): void {
    record.waiting -= Math.abs(count)
    for (let remaining = count; remaining < 0; remaining++) {
      this.#enter('too-late', record, value, timestamp, position, 'it takes back an element that has not come in time')
    }
    for (let remaining = count; remaining > 0; remaining--) {
      this.#cursor.pointAt(timestamp, timestamp, timestamp)
      const thrown = this.#runElement(record, slot, value)
      if (thrown !== undefined) {
        this.#enter('dead-letter', record, value, timestamp, position, `process threw: ${thrown}`)
      }
      // Timers that it has set for times that have passed come before the next element.
      this.#fire(record, slot, timestamp - 1)
    }
  }

  // 62, 63: fires the timers of a record up to `time`, those that are set meanwhile among them.
  #fire(record: KeyedRecord, slot: number, time: number): void {
    let latest = -Infinity
    let fired = 0
    for (;;) {
      const place = nextTimer(record, this.#timers.eventTime)
      if (place < 0 || record.times[place]! > time) return
      const own = record.times[place]!
      if (own > latest) {
        latest = own
        fired = 0
      }
      clearTimer(record, place)
      this.#cursor.pointAt(record.timestamps[place]!, own, this.#ordered ? own : this.#inputWatermark)
      this.#calls.onTimer(record, slot, this.#timers.names[place]!)
      if (++fired > TOO_OFTEN) throw timerLoop(this.#log.step.path, this.#timers.names[place]!, own)
    }
  }

  #runProcessingTime(): boolean {
    const timers = this.#records.processingTimers
    const slots: number[] = []
    let ran = false
    for (let time = timers.peekTime(); time < this.#cursor.now; time = timers.peekTime()) {
      slots.length = 0
      timers.take(time, slots)
      if (slots.length > 1) slots.sort(this.#records.compare)
      for (const slot of slots) this.#fireProcessing(slot, time)
      ran = true
      if (this.#rows.isFull) this.#flush()
    }
    return ran
  }

  #fireProcessing(slot: number, time: number): void {
    const record = this.#records.get(slot)
    this.#records.table.touch(slot)
    let fired = 0
    for (;;) {
      const place = nextTimer(record, this.#timers.processingTime)
      if (place < 0 || record.times[place]! > time) break
      clearTimer(record, place)
      // 68: an expired window is the business of event time.
      if (record.expiry < this.#time) continue
      const timestamp = record.timestamps[place]!
      this.#cursor.pointAt(timestamp, timestamp, this.#ordered ? timestamp : this.#inputWatermark)
      this.#calls.onTimer(record, slot, this.#timers.names[place]!)
      if (++fired > TOO_OFTEN) throw timerLoop(this.#log.step.path, this.#timers.names[place]!, time)
      // What it has set in event time, if it is due, fires before the next.
      this.#fire(record, slot, this.#time - 1)
    }
    this.#keep(record, slot, true)
  }

  // 67: the window has expired; its records are freed.
  #clear(open: OpenWindow): void {
    for (const slot of this.#records.membersOf(open)) {
      const record = this.#records.get(slot)
      if (this.#records.expires(record)) {
        const last = record.window.end - 1
        this.#cursor.pointAt(last, last, last)
        this.#cursor.expiring = true
        this.#calls.onWindowExpiration(record, slot)
        this.#cursor.expiring = false
        if (this.#rows.isFull) this.#flush()
      }
      this.#records.free(slot)
    }
  }

  #keep(record: KeyedRecord, slot: number, moved: boolean): void {
    this.#records.keep(record, slot, moved || this.#cursor.timersMoved, this.#timers)
    this.#cursor.timersMoved = false
  }

  #outputTarget(): Timestamp {
    const time = Math.min(MAX_TIMESTAMP, this.#clock.at(this.#inputWatermark))
    // A timer without a hold still emits at the time it fires for.
    const due = Math.min(this.#waiting.peekTime(), this.#records.eventTimers.peekTime())
    return Math.min(time, due, this.#records.holds.min())
  }

  #flush(): void {
    this.#log.counters.out += this.#rows.flush(this.#output)
  }

  #enter(
    reason: LedgerReason,
    { key, window }: KeyedRecord,
    value: unknown,
    timestamp: Timestamp,
    position: SourcePosition | undefined,
    detail: string,
  ): void {
    const watermark = this.#inputWatermark
    const step = this.#log.step.path
    this.#log.enter({ reason, step, element: [key, value], timestamp, window, watermark, position, detail })
  }
}
