/**
 * AsOfJoin: asOfJoin at run time.
 *
 * An element is answered when the time of the dimension is strictly past its timestamp, at once when it is already: that time is the
 * clock of the right side, or, where answers are given without waiting for late rows, its watermark. Those answers are kept until the
 * clock has passed them too, as late rows may concern them. All of this is linear in signs and counts, so changes net out in any order.
 *
 * The output watermark is that of the left side, held back by the elements that wait, and by answers that may be restated as far as
 * they would be late below otherwise. Rows give no output of their own: in the counters they are left out when they are let go.
 */
import { MAX_TIMESTAMP, MIN_TIMESTAMP, type Timestamp, type Window } from '@tidemark/core'
import type { AsOfJoinPayload } from '@tidemark/core/graph'
import { signAt, type Bundle } from '../bundle/bundle.ts'
import { requirePairs } from '../bundle/pairs.ts'
import type { Holder, JoinInspection } from '../explain/inspection.ts'
import type { StepLog } from '../ledger/step-log.ts'
import type { TimedOperator } from '../plan/operator.ts'
import type { Output } from '../plan/output.ts'
import type { StateData } from '../snapshot/saved.ts'
import type { SlotSchedule } from '../stateful/slot-schedule.ts'
import { AsOfElements } from './as-of-elements.ts'
import { asOfHolders, inspectAsOf } from './as-of-inspection.ts'
import { AsOfParts } from './as-of-parts.ts'
import type { AsOfRecord } from './as-of-record.ts'
import { AsOfRows } from './as-of-rows.ts'
import { JoinClocks, LEFT, RIGHT } from './join-clocks.ts'
import type { JoinSpec } from './join-spec.ts'

interface AsOfJoinData {
  readonly clocks: StateData
  readonly records: StateData
  readonly waiting: number
}

/** An as-of join at run time. */
export class AsOfJoin implements TimedOperator {
  readonly #log: StepLog
  readonly #output: Output
  readonly #clocks: JoinClocks
  readonly #parts: AsOfParts
  readonly #elements: AsOfElements
  readonly #rows: AsOfRows
  /** What is due at the time that is being answered; used again for the next. */
  readonly #dueSlots: number[] = []

  constructor(spec: JoinSpec<AsOfJoinPayload>) {
    this.#log = spec.log
    this.#output = spec.output
    this.#clocks = new JoinClocks(spec.payload.lateness)
    this.#parts = new AsOfParts(spec, this.#clocks)
    this.#elements = new AsOfElements(this.#parts)
    this.#rows = new AsOfRows(this.#parts)
  }

  process(bundle: Bundle, input: number): void {
    requirePairs(bundle, this.#log.step.path)
    this.#log.counters.in += bundle.length
    if (input === LEFT) this.#takeElements(bundle)
    else this.#takeRows(bundle)
    this.#settle()
    this.#parts.answers.writer.watermark = undefined
  }

  approach(watermark: Timestamp, input: number): void {
    this.#clocks.advance(watermark, input)
    this.#approach()
  }

  advance(watermark: Timestamp, input: number): void {
    this.approach(watermark, input)
    this.#move()
    this.#settle()
  }

  idle(isIdle: boolean, input: number): void {
    if (this.#clocks.setIdle(isIdle, input)) {
      this.#approach()
      this.#move()
      this.#settle()
    }
    this.#passSilence()
  }

  advanceProcessingTime(): void {}

  nextProcessingTime(): number {
    return Infinity
  }

  nextEventTime(): Timestamp {
    const { keeps, records } = this.#parts
    const answered = keeps ? records.due.peekTime() : this.#clocks.watermarkOf(records.due.peekTime(), RIGHT)
    const final = Math.min(records.kept.peekTime(), records.final.peekTime())
    return Math.min(answered, this.#clocks.watermarkOf(final, RIGHT))
  }

  get inputWatermark(): Timestamp {
    return this.#clocks.inputWatermark
  }

  inspect(key: unknown, window: Window): JoinInspection | undefined {
    const { left, answer } = this.#parts.times
    const clocks = { left: Math.min(MAX_TIMESTAMP, left), right: Math.min(MAX_TIMESTAMP, answer) }
    return inspectAsOf(this.#parts, key, window, clocks)
  }

  holders(limit: number): readonly Holder[] {
    return asOfHolders(this.#parts, limit)
  }

  waiting(): number {
    return this.#parts.account.waiting
  }

  save(): StateData {
    return {
      clocks: this.#clocks.save(),
      records: this.#parts.records.save(),
      waiting: this.#parts.account.waiting,
    } satisfies AsOfJoinData
  }

  load(data: StateData): void {
    const { clocks, records, waiting } = data as unknown as AsOfJoinData
    this.#clocks.load(clocks)
    const { times, records: own, account } = this.#parts
    times.left = this.#clocks.clock(LEFT)
    times.row = this.#clocks.clock(RIGHT)
    times.answer = this.#parts.keeps ? this.#watermarkOfRows() : times.row
    own.leftHasEnded = times.left === Infinity
    own.load(records)
    account.waiting = waiting
  }

  #takeElements(bundle: Bundle): void {
    const { keys, values, timestamps, windows, watermarks, length } = bundle
    const { times, notes } = this.#parts
    let watermark: Timestamp | undefined = undefined
    for (let row = 0; row < length; row++) {
      if (watermarks !== undefined && watermarks[row] !== watermark) {
        watermark = watermarks[row]!
        this.#follow(watermark, LEFT)
      }
      const time = timestamps[row]!
      if (time < times.left) {
        notes.tooLate(bundle, row, LEFT)
        continue
      }
      const element = values[row]
      const key = keys === undefined ? (element as readonly unknown[])[0] : keys[row]
      const value = keys === undefined ? (element as readonly unknown[])[1] : element
      this.#elements.take(key, value, time, windows === undefined ? undefined : windows[row], signAt(bundle, row))
    }
  }

  #takeRows(bundle: Bundle): void {
    const { timestamps, watermarks, length } = bundle
    const { times, notes } = this.#parts
    let watermark: Timestamp | undefined = undefined
    for (let row = 0; row < length;) {
      if (watermarks !== undefined && watermarks[row] !== watermark) {
        watermark = watermarks[row]!
        this.#follow(watermark, RIGHT)
      }
      if (timestamps[row]! < times.row) notes.tooLate(bundle, row++, RIGHT)
      else row += this.#rows.take(bundle, row)
    }
  }

  /**
   * Follows the watermark that the source of a side had before a row: what is answered, late or restated then must not depend on where
   * bundles end. Rows emitted from there on tell what the output watermark would be.
   */
  #follow(watermark: Timestamp, input: number): void {
    const clocks = this.#clocks
    const moves = clocks.advance(watermark, input)
    if (!moves || (input === LEFT && !clocks.follows(RIGHT))) {
      // Nothing is answered by the left side's own time.
      this.#parts.times.left = clocks.clock(LEFT)
      this.#tellWatermark()
      return
    }
    this.#letGo()
    this.#tellWatermark()
    this.#move()
    this.#tellWatermark()
  }

  #tellWatermark(): void {
    const { writer } = this.#parts.answers
    writer.watermark = Math.max(this.#output.watermark, writer.watermark ?? MIN_TIMESTAMP, this.#outputTarget())
  }

  // 43, 54: the output watermark first moves up to what is waited for, due or not; then what is due is answered.
  #approach(): void {
    this.#letGo()
    this.#output.advance(this.#outputTarget())
  }

  // Answers that no row changes any more hold nothing.
  #letGo(): void {
    if (!this.#parts.keeps) return
    const row = this.#clocks.clock(RIGHT)
    this.#eachDue(this.#parts.records.kept, row, (record) => this.#elements.letGo(record, row))
  }

  // Moves the step's times to where the clocks are, and does what is due on the way.
  #move(): void {
    const { times, records, keeps } = this.#parts
    const left = this.#clocks.clock(LEFT)
    if (left > times.left) {
      times.left = left
      if (left === Infinity) records.endLeft()
    }
    const row = this.#clocks.clock(RIGHT)
    const answer = keeps ? this.#watermarkOfRows() : row
    if (answer > times.answer) {
      this.#answerDue(answer)
      times.answer = answer
    }
    if (row > times.row) {
      times.row = row
      this.#letGo()
      if (records.final.peekTime() < row) {
        this.#eachDue(records.final, row, (record) => this.#rows.settleInstants(record))
      }
    }
  }

  #watermarkOfRows(): number {
    const watermark = this.#clocks.watermark(RIGHT)
    return watermark >= MAX_TIMESTAMP ? Infinity : watermark
  }

  #answerDue(until: number): void {
    const { records } = this.#parts
    const { due } = records
    const slots = this.#dueSlots
    for (let time = due.peekTime(); time < until; time = due.peekTime()) {
      slots.length = 0
      due.take(time, slots)
      for (const slot of slots) this.#elements.answerUntil(records.change(slot), until)
    }
  }

  #eachDue(schedule: SlotSchedule, until: number, act: (record: AsOfRecord) => void): void {
    for (let time = schedule.peekTime(); time < until; time = schedule.peekTime()) {
      const slots: number[] = []
      schedule.take(time, slots)
      for (const slot of slots) act(this.#parts.records.change(slot))
    }
  }

  #settle(): void {
    const { times, records, answers } = this.#parts
    this.#elements.net()
    const low = Math.min(times.left, times.row)
    if (records.prune.peekTime() < low) this.#eachDue(records.prune, low, (record) => this.#rows.forget(record, low))
    const target = this.#outputTarget()
    // 54: below, the watermark first moves as far as the answers on their way allow, and what is due there fires before they arrive.
    this.#output.advance(Math.min(target, answers.earliest))
    answers.flush()
    this.#output.advance(target)
    if (this.#clocks.follows(LEFT)) this.#passSilence()
  }

  #outputTarget(): Timestamp {
    const { records, restates, payload } = this.#parts
    const { due, kept, holds } = records
    const restated = restates ? kept.peekTime() + payload.lateness.right : Infinity
    return Math.min(this.#clocks.watermark(LEFT), due.peekTime(), holds.min(), restated)
  }

  // What still holds the watermark would be late below if nobody waited for it there.
  #passSilence(): void {
    const { records, restates } = this.#parts
    const holdsNothing = records.due.peekTime() === Infinity && !(restates && records.kept.peekTime() < Infinity)
    this.#output.setIdle(this.#clocks.follows(LEFT) && holdsNothing)
  }
}
