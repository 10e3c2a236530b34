/**
 * StatefulStep: statefulParDo at run time.
 *
 * `order: 'event-time'`: elements wait until the step's clock is past their timestamps. What is due (elements, timers, windows to
 * be cleared) runs in the order of time, as DueWork has it, and what a callback sets is put in its place in time. So what runs, and
 * in what order, does not depend on arrival.
 * `order: 'arrival'`: elements run as they come; the rest is the same.
 *
 * The output watermark is never past what may still be emitted: it waits for the earliest element and event-time timer that is due
 * or waits, for the output timestamp of every timer that has one, and with `onWindowExpiration` for the last timestamp of every
 * window that has run. Numbers in comments are those of the semantics page.
 */
import { MAX_TIMESTAMP, type Timestamp, type Window } from '@tidemark/core'
import type { StatefulPayload } from '@tidemark/core/graph'
import { positionAt, signAt, windowAt, type Bundle } from '../bundle/bundle.ts'
import { requirePairs } from '../bundle/pairs.ts'
import { earliest, type Holder, type RecordInspection } from '../explain/inspection.ts'
import type { StepLog } from '../ledger/step-log.ts'
import type { TimedOperator } from '../plan/operator.ts'
import type { Output } from '../plan/output.ts'
import type { StateData } from '../snapshot/saved.ts'
import { DueWork, isOrdered } from './due-work.ts'
import { isEmptyRecord } from './keyed-record.ts'
import type { OpenWindow } from './record-index.ts'
import { Records } from './records.ts'
import { refusal, refusalDetail } from './refusal.ts'
import type { StatefulSpec } from './stateful-spec.ts'
import { StepClock } from './step-clock.ts'
import { WaitingElements } from './waiting-elements.ts'

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
  /** Whether elements that wait may be entered in the ledger. */
  readonly #needsPosition: boolean
  readonly #clock: StepClock
  readonly #records: Records
  readonly #waiting = new WaitingElements()
  readonly #work: DueWork
  #inputIsIdle = false

  constructor(spec: StatefulSpec) {
    const { payload, log, output } = spec
    const { allowedLateness } = spec.windowing
    this.#payload = payload
    this.#log = log
    this.#output = output
    this.#ordered = isOrdered(payload)
    this.#fedByChanges = spec.inputPanes === 'changes'
    this.#needsPosition = payload.onError === 'dead-letter'
    this.#clock = new StepClock(this.#ordered ? Math.min(payload.lateness ?? allowedLateness, allowedLateness) : 0)
    this.#records = new Records(payload, allowedLateness, log.step.path)
    this.#work = new DueWork(spec, this.#records, this.#waiting)
  }

  process(bundle: Bundle): void {
    requirePairs(bundle, this.#log.step.path)
    const { rows } = this.#work
    this.#log.counters.in += bundle.length
    rows.watermark = this.#output.watermark
    rows.tellsWatermark = bundle.watermarks !== undefined
    if (this.#ordered) this.#takeInOrder(bundle)
    else this.#takeAsTheyCome(bundle)
    this.#settle()
    // What rows have told, bundles of one would have let through: what has come to hold the watermark since holds it from there.
    if (rows.tellsWatermark) this.#output.advance(rows.watermark)
    rows.tellsWatermark = false
  }

  // What comes waits for later times, so all of a bundle can be taken in before what has become due meanwhile runs.
  #takeInOrder(bundle: Bundle): void {
    const { keys, values, timestamps, watermarks, length } = bundle
    const records = this.#records
    const times = watermarks && this.#clock.times(watermarks, length)
    let { time } = this.#work
    let followed = 0
    for (let row = 0; row < length; row++) {
      if (times !== undefined && times[row]! > time) time = times[row]!
      const open = records.index.at(windowAt(bundle, row))
      if (timestamps[row]! < time || open.expiry < time) {
        if (times !== undefined) this.#follow(bundle, times, followed, row + 1)
        followed = row + 1
        this.#refuse(bundle, row, open)
        continue
      }
      const element = values[row]
      const key = keys === undefined ? (element as readonly unknown[])[0] : keys[row]
      const value = keys === undefined ? (element as readonly unknown[])[1] : element
      const slot = records.slotOf(open, key)
      records.table.touch(slot)
      if (timestamps[row]! > open.cleared) records.keepUntil(open, timestamps[row]!)
      if (this.#fedByChanges) {
        this.#waitAsChange(slot, value, bundle, row)
      } else {
        records.get(slot).waiting++
        this.#waiting.add(slot, timestamps, row, value, this.#needsPosition ? positionAt(bundle, row) : undefined)
      }
    }
    if (times !== undefined) this.#follow(bundle, times, followed, length)
  }

  #takeAsTheyCome(bundle: Bundle): void {
    const { keys, values, timestamps, watermarks, length } = bundle
    const work = this.#work
    const records = this.#records
    work.keepBack()
    for (let row = 0; row < length; row++) {
      if (watermarks !== undefined && (watermarks[row]! > work.watermark || work.timersMoved)) {
        this.#followRow(watermarks, row)
      }
      const open = records.index.at(windowAt(bundle, row))
      if (open.expiry < work.time) {
        this.#refuse(bundle, row, open)
        continue
      }
      const element = values[row]
      const key = keys === undefined ? (element as readonly unknown[])[0] : keys[row]
      const value = keys === undefined ? (element as readonly unknown[])[1] : element
      const slot = records.slotOf(open, key)
      const thrown = work.runArrived(slot, timestamps, row, value)
      if (thrown !== undefined) this.#log.enterRow('dead-letter', bundle, row, open.window, work.watermark, thrown)
    }
  }

  /**
   * Follows the watermarks that the source had before rows: what is due, late or expired then must not depend on where bundles end.
   * Rows emitted between tell what the output watermark would be.
   */
  #follow({ watermarks }: Bundle, times: Float64Array, from: number, to: number): void {
    const work = this.#work
    for (let row = from; row < to; row++) {
      if (watermarks![row]! <= work.watermark) continue
      work.watermark = watermarks![row]!
      work.time = times[row]!
      if (!work.isDue()) continue
      work.keepBack()
      work.run()
    }
  }

  #followRow(watermarks: ArrayLike<Timestamp>, row: number): void {
    const work = this.#work
    // What the rows before have set for times that have passed.
    if (work.timersMoved && work.isDue()) work.run()
    if (watermarks[row]! > work.watermark) {
      work.watermark = watermarks[row]!
      work.time = this.#clock.at(work.watermark)
      work.keepBack()
      if (work.isDue()) work.run()
    }
    if (work.timersMoved) {
      work.timersMoved = false
      work.keepBack()
    }
  }

  #refuse(bundle: Bundle, row: number, open: OpenWindow): void {
    const { watermark, time } = this.#work
    const reason = refusal(this.#ordered, bundle.timestamps[row]!, time)
    this.#log.enterRow(reason, bundle, row, open.window, watermark, refusalDetail(reason, open, time))
  }

  #waitAsChange(slot: number, value: unknown, bundle: Bundle, row: number): void {
    const text = this.#work.order.bytesOf(value)
    const position = positionAt(bundle, row)
    const grown = this.#waiting.change(slot, bundle.timestamps, row, value, position, text, signAt(bundle, row))
    const record = this.#records.get(slot)
    record.waiting += grown
    if (grown > 0) return
    // An element and the change that takes it back: both are accounted for, and neither runs.
    this.#log.counters.withoutOutput += 2
    if (isEmptyRecord(record)) this.#records.leave(record, slot)
  }

  // 43, 54: the output watermark first moves up to what is waited for, due or not; then what is due runs.
  approach(watermark: Timestamp): void {
    const work = this.#work
    if (watermark > work.watermark) work.watermark = watermark
    this.#output.advance(this.#outputTarget())
  }

  advance(watermark: Timestamp): void {
    this.approach(watermark)
    this.#work.time = this.#clock.at(this.#work.watermark)
    this.#settle()
  }

  idle(isIdle: boolean): void {
    this.#inputIsIdle = isIdle
    this.#passSilence()
  }

  // What still holds the watermark would be late below if nobody waited for it there.
  #passSilence(): void {
    const holdsNothing = this.#records.holds.min() === Infinity && this.#waiting.isEmpty
    this.#output.setIdle(this.#inputIsIdle && holdsNothing)
  }

  advanceProcessingTime(): void {
    this.#settle()
  }

  #settle(): void {
    this.#work.run()
    this.#work.flush()
    this.#records.freeEmpty()
    this.#output.advance(this.#outputTarget())
    if (this.#inputIsIdle) this.#passSilence()
  }

  #outputTarget(): Timestamp {
    const time = Math.min(MAX_TIMESTAMP, this.#clock.at(this.#work.watermark))
    return Math.min(time, this.#waiting.earliest, this.#records.heldUntil())
  }

  nextProcessingTime(): number {
    return this.#records.processingTimers.peekTime()
  }

  nextEventTime(): Timestamp {
    return this.#clock.watermarkOf(this.#work.nextTime())
  }

  get inputWatermark(): Timestamp {
    return this.#work.watermark
  }

  inspect(key: unknown, window: Window): RecordInspection | undefined {
    return this.#records.inspect(key, window, this.#work.timers)
  }

  holders(limit: number): readonly Holder[] {
    return earliest(this.#records.holders(this.#waiting.elements(), this.#work.timers), limit)
  }

  waiting(): number {
    return this.#waiting.count()
  }

  save(): StateData {
    return {
      inputWatermark: this.#work.watermark,
      inputIsIdle: this.#inputIsIdle,
      time: this.#work.time,
      state: this.#records.save(),
      waiting: this.#waiting.save(this.#payload.valueCoder),
    } satisfies StatefulStepData
  }

  load(data: StateData): void {
    const saved = data as unknown as StatefulStepData
    const work = this.#work
    work.watermark = saved.inputWatermark
    this.#inputIsIdle = saved.inputIsIdle
    work.time = saved.time
    this.#records.load(saved.state, work.timers)
    this.#waiting.load(saved.waiting, this.#payload.valueCoder, this.#fedByChanges ? work.order.bytesOf : undefined)
  }
}
