/**
 * AsOfNotes: what an as-of join enters in the ledger.
 */
import { formatTimestamp, MAX_TIMESTAMP, type LedgerReason, type Timestamp } from '@tidemark/core'
import type { TimeJoinPayload } from '@tidemark/core/graph'
import { windowAt, type Bundle } from '../bundle/bundle.ts'
import type { StepLog } from '../ledger/step-log.ts'
import { LEFT, RIGHT, type JoinClocks } from './join-clocks.ts'

/** Writes the entries of one step. */
export class AsOfNotes {
  readonly #log: StepLog
  readonly #clocks: JoinClocks
  readonly #lateness: TimeJoinPayload['lateness']

  constructor(log: StepLog, clocks: JoinClocks, lateness: TimeJoinPayload['lateness']) {
    this.#log = log
    this.#clocks = clocks
    this.#lateness = lateness
  }

  /** A row of a bundle of one side comes behind its side's clock. */
  tooLate(bundle: Bundle, row: number, input: number): void {
    const side = input === LEFT ? 'left' : 'right'
    const clock = formatTimestamp(Math.min(this.#clocks.clock(input), MAX_TIMESTAMP))
    const detail =
      `the ${side} side takes elements until its watermark has passed their timestamp by its lateness, ${this.#lateness[side]} ms, and its ` +
      `clock had come to ${clock}`
    this.#enterRow('too-late', bundle, row, input, detail)
  }

  /** A row of the dimension comes after an element at `time` that it would have answered. */
  frozen(bundle: Bundle, row: number, time: Timestamp): void {
    const detail = `an element at ${formatTimestamp(time)} had been answered without this row, and its answer stands`
    this.#enterRow('frozen', bundle, row, RIGHT, detail)
  }

  /** Another row of its key and instant is greater. */
  sameInstant(key: unknown, row: unknown, time: Timestamp, count: number): void {
    const often = count > 1 ? `; it came ${count} times` : ''
    this.#enter(
      'same-instant',
      key,
      row,
      time,
      `the row of the same instant that is greater by orderBy and bytes counts${often}`,
    )
  }

  /** A row was taken back `count` times more often than it came. */
  neverCame(key: unknown, row: unknown, time: Timestamp, count: number): void {
    for (let left = count; left > 0; left--) {
      this.#enter('too-late', key, row, time, 'the right side never had in time the row that this takes back')
    }
  }

  #enterRow(reason: LedgerReason, bundle: Bundle, row: number, input: number, detail: string): void {
    this.#log.enterRow(reason, bundle, row, windowAt(bundle, row), this.#clocks.watermark(input), detail)
  }

  #enter(reason: LedgerReason, key: unknown, row: unknown, timestamp: Timestamp, detail: string): void {
    this.#log.enter({
      reason,
      step: this.#log.step.path,
      element: [key, row],
      timestamp,
      window: undefined,
      watermark: this.#clocks.watermark(RIGHT),
      position: undefined,
      detail,
    })
  }
}
