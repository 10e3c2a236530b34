/**
 * IntervalMatching: what an interval join does with an element, and with what no element can meet any more.
 *
 * There are two ways to do it: one for elements, and one where a side is fed by changes, which has to remember more.
 */
import { GLOBAL_WINDOW, type Timestamp } from '@tidemark/core'
import type { StepLog } from '../ledger/step-log.ts'
import type { Output } from '../plan/output.ts'
import type { IntervalRecord } from './interval-record.ts'
import type { IntervalRecords } from './interval-records.ts'
import type { SideRules } from './interval-sides.ts'
import type { JoinedValue } from './joined-value.ts'
import { JoinClocks, LEFT, RIGHT } from './join-clocks.ts'
import { JoinWriter } from './join-writer.ts'

/** Meets elements. */
export interface IntervalMatching {
  /** Takes an element that is not too late: `sign` times. */
  take(input: number, key: unknown, value: unknown, timestamp: Timestamp, sign: 1 | -1): void
  /** Lets out and forgets what the times allow in a record. */
  sweep(record: IntervalRecord): void
}

/** What elements meet in: the records of a step, its clocks and its output. */
export class MeetingPlace {
  readonly records: IntervalRecords
  readonly sides: readonly [left: SideRules, right: SideRules]
  readonly clocks: JoinClocks
  /** The clocks as they stand: see {@link MeetingPlace.readClocks}. */
  readonly times: [left: number, right: number] = [-Infinity, -Infinity]
  readonly log: StepLog
  readonly rows: JoinWriter = new JoinWriter()
  /** Rows that wait: that have given no output, and are kept. */
  waiting = 0
  readonly #output: Output

  constructor(records: IntervalRecords, sides: readonly [SideRules, SideRules], log: StepLog, output: Output) {
    this.records = records
    this.sides = sides
    this.log = log
    this.clocks = new JoinClocks({ left: sides[LEFT].lateness, right: sides[RIGHT].lateness })
    this.#output = output
    this.readClocks()
  }

  /** Goes by the clocks as they are now. */
  readClocks(): void {
    this.times[LEFT] = this.clocks.clock(LEFT)
    this.times[RIGHT] = this.clocks.clock(RIGHT)
  }

  /** Emits a row. */
  emit(key: unknown, value: JoinedValue, timestamp: Timestamp, sign: 1 | -1): void {
    if (this.rows.isFull) this.flush()
    this.rows.row(key, value, timestamp, GLOBAL_WINDOW, sign)
  }

  /** Hands on what has been emitted. */
  flush(): void {
    this.log.counters.out += this.rows.flush(this.#output)
  }

  /** Rows that have waited have had part in output. */
  answer(rows: number): void {
    this.waiting -= rows
    this.log.counters.withOutput += rows
  }

  /** Rows that have waited are forgotten without output. */
  forget(rows: number): void {
    this.waiting -= rows
    this.log.counters.withoutOutput += rows
  }
}
