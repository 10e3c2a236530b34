/**
 * IntervalJoin: intervalJoin at run time.
 *
 * An element meets those of the other side that have come, and those to come find it where it is kept. By the clock of the other side it is
 * known when none can come any more: an element of an outer side that has no partner then comes out alone. Until then it holds
 * the output watermark at its timestamp; where the watermark is further, it stays where it is. What comes out depends on which elements
 * were taken, and on nothing else: an element is taken while the clock of its own side has not passed its timestamp.
 *
 * Conservation: a row has given output once it has had part in a pair or come out alone, and waits until then. A row that is forgotten before
 * has given none; neither have an element and the change that takes it back before either was of any consequence.
 */
import { formatTimestamp, MAX_TIMESTAMP, type Timestamp } from '@tidemark/core'
import type { Window } from '@tidemark/core'
import type { IntervalJoinPayload } from '@tidemark/core/graph'
import { signAt, windowAt, type Bundle } from '../bundle/bundle.ts'
import { requirePairs } from '../bundle/pairs.ts'
import { earliest, type Holder, type JoinInspection } from '../explain/inspection.ts'
import type { TimedOperator } from '../plan/operator.ts'
import type { Output } from '../plan/output.ts'
import type { StateData } from '../snapshot/saved.ts'
import { IntervalChanges } from './interval-changes.ts'
import { IntervalElements } from './interval-elements.ts'
import { MeetingPlace, type IntervalMatching } from './interval-matching.ts'
import type { IntervalRecord } from './interval-record.ts'
import { IntervalRecords } from './interval-records.ts'
import { sideRules } from './interval-sides.ts'
import { LEFT, RIGHT, type JoinClocks } from './join-clocks.ts'
import type { JoinSpec } from './join-spec.ts'

interface IntervalJoinData {
  readonly clocks: StateData
  readonly records: StateData
}

/** An interval join at run time. */
export class IntervalJoin implements TimedOperator {
  readonly #output: Output
  readonly #records: IntervalRecords
  readonly #place: MeetingPlace
  readonly #matching: IntervalMatching
  readonly #clocks: JoinClocks
  /** Whether elements hold the output watermark. */
  readonly #holds: boolean
  readonly #sweep = (record: IntervalRecord): void => this.#matching.sweep(record)

  constructor({ payload, panes, output, log }: JoinSpec<IntervalJoinPayload>) {
    const sides = sideRules(payload, panes)
    this.#output = output
    this.#records = new IntervalRecords(sides, payload.keyCoder, log.step.path)
    this.#place = new MeetingPlace(this.#records, sides, log, output)
    this.#clocks = this.#place.clocks
    this.#holds = sides[LEFT].isOuter || sides[RIGHT].isOuter
    const hasChanges = sides[LEFT].hasChanges || sides[RIGHT].hasChanges
    this.#matching = hasChanges ? new IntervalChanges(this.#place) : new IntervalElements(this.#place)
  }

  process(bundle: Bundle, input: number): void {
    const { keys, values, timestamps, watermarks, length } = bundle
    const { times, log, rows } = this.#place
    requirePairs(bundle, log.step.path)
    log.counters.in += length
    for (let row = 0; row < length; row++) {
      if (watermarks !== undefined) this.#follow(watermarks[row]!, input)
      const timestamp = timestamps[row]!
      if (timestamp < times[input]!) {
        this.#refuse(bundle, row, input)
        continue
      }
      const element = values[row]
      const key = keys === undefined ? (element as readonly unknown[])[0] : keys[row]
      const value = keys === undefined ? (element as readonly unknown[])[1] : element
      this.#matching.take(input, key, value, timestamp, signAt(bundle, row))
    }
    this.#records.schedule.runSweeps(this.#clocks.inputWatermark, this.#sweep)
    this.#place.flush()
    rows.watermark = undefined
    this.#passWatermark()
  }

  // 43, 54: the output watermark first moves up to what is held, due or not; then what is due comes out.
  approach(watermark: Timestamp, input: number): void {
    this.#clocks.advance(watermark, input)
    this.#place.readClocks()
    this.#output.advance(this.#outputTarget())
  }

  advance(watermark: Timestamp, input: number): void {
    this.approach(watermark, input)
    this.#settle()
  }

  idle(isIdle: boolean, input: number): void {
    this.#clocks.setIdle(isIdle, input)
    this.#place.readClocks()
    this.#output.advance(this.#outputTarget())
    this.#settle()
  }

  advanceProcessingTime(): void {}

  nextProcessingTime(): number {
    return Infinity
  }

  nextEventTime(): Timestamp {
    const { schedule } = this.#records
    const left = this.#clocks.watermarkOf(schedule.nextDue(LEFT), LEFT)
    return Math.min(left, this.#clocks.watermarkOf(schedule.nextDue(RIGHT), RIGHT), schedule.nextSweep)
  }

  get inputWatermark(): Timestamp {
    return this.#clocks.inputWatermark
  }

  inspect(key: unknown, window: Window): JoinInspection | undefined {
    const record = this.#records.find(key)
    if (record === undefined) return undefined
    const clocks = { left: this.#clocks.clock(LEFT), right: this.#clocks.clock(RIGHT) }
    return { kind: 'join', window, ...this.#records.inspect(record), clocks }
  }

  holders(limit: number): readonly Holder[] {
    return earliest([...this.#records.holders()], limit)
  }

  waiting(): number {
    return this.#place.waiting
  }

  save(): StateData {
    return { clocks: this.#clocks.save(), records: this.#records.save() } satisfies IntervalJoinData
  }

  load(data: StateData): void {
    const { clocks, records } = data as unknown as IntervalJoinData
    this.#clocks.load(clocks)
    this.#place.readClocks()
    this.#records.load(records)
    this.#place.waiting = this.#records.waiting()
  }

  /**
   * Follows the watermark that the source had before a row: what is too late then, or comes out alone, must not depend on where bundles
   * end. Rows emitted between tell what the output watermark would be.
   */
  #follow(watermark: Timestamp, input: number): void {
    const { rows } = this.#place
    const hasMoved = this.#clocks.advance(watermark, input)
    if (!hasMoved && !this.#holds && rows.watermark !== undefined) return
    this.#place.readClocks()
    rows.watermark = Math.max(rows.watermark ?? this.#output.watermark, this.#outputTarget())
    if (!hasMoved || !this.#records.schedule.isDue(this.#place.times)) return
    this.#records.schedule.runDue(this.#place.times, this.#sweep)
    rows.watermark = Math.max(rows.watermark, this.#outputTarget())
  }

  #settle(): void {
    this.#records.schedule.runDue(this.#place.times, this.#sweep)
    this.#records.schedule.runSweeps(this.#clocks.inputWatermark, this.#sweep)
    this.#place.flush()
    this.#passWatermark()
  }

  // What is held would be late below if nobody waited for it there.
  #passWatermark(): void {
    this.#output.advance(this.#outputTarget())
    this.#output.setIdle(this.#clocks.isIdle && (!this.#holds || this.#records.schedule.hold === Infinity))
  }

  #outputTarget(): Timestamp {
    const { inputWatermark } = this.#clocks
    return this.#holds ? Math.min(inputWatermark, this.#records.schedule.hold) : inputWatermark
  }

  #refuse(bundle: Bundle, row: number, input: number): void {
    const { sides, times, log } = this.#place
    const { name, lateness } = sides[input]!
    const time = formatTimestamp(Math.min(times[input]!, MAX_TIMESTAMP))
    const detail =
      `the ${name} side takes elements until its watermark has passed their timestamp by its lateness, ${lateness} ms, and its clock ` +
      `had come to ${time}`
    log.enterRow('too-late', bundle, row, windowAt(bundle, row), this.#clocks.watermark(input), detail)
  }
}
