/**
 * AsOfParts: what the two halves of an as-of join share, that of its elements and that of its rows.
 */
import { MIN_TIMESTAMP } from '@tidemark/core'
import type { AsOfJoinPayload } from '@tidemark/core/graph'
import type { StepCounters } from '../ledger/step-log.ts'
import { AsOfAnswers } from './as-of-answers.ts'
import { AsOfNotes } from './as-of-notes.ts'
import { ElementIdentity, RowOrder } from './as-of-order.ts'
import { AsOfRecords } from './as-of-records.ts'
import type { JoinClocks } from './join-clocks.ts'
import type { JoinSpec } from './join-spec.ts'

/** How far an as-of join has come. */
export class AsOfTimes {
  /** Elements before this are too late. */
  left: number = MIN_TIMESTAMP
  /** Rows before this are too late, and what is known of them is final. */
  row: number = MIN_TIMESTAMP
  /** Elements before this have been answered. */
  answer: number = MIN_TIMESTAMP
}

/** What becomes of elements and rows, for the assertion of conservation: each is counted once, when it leaves. */
export class AsOfAccount {
  /** Elements that wait, or whose answer may change, and rows that are kept. */
  waiting = 0
  readonly #counters: StepCounters

  constructor(counters: StepCounters) {
    this.#counters = counters
  }

  /** Elements have been answered for good; with `inner` those without a row give nothing. */
  answered(gives: boolean, weight: number): void {
    if (gives) this.#counters.withOutput += weight
    else this.#counters.withoutOutput += weight
  }

  /** What was kept leaves without an output of its own: rows that are let go, and what was taken back with what takes it back. */
  leave(weight: number): void {
    this.waiting -= weight
    this.#counters.withoutOutput += weight
  }
}

/** The parts of one step. */
export class AsOfParts {
  readonly payload: AsOfJoinPayload
  readonly times: AsOfTimes = new AsOfTimes()
  readonly account: AsOfAccount
  readonly order: RowOrder
  readonly records: AsOfRecords
  readonly answers: AsOfAnswers
  readonly notes: AsOfNotes
  /** Whether late rows change answers. */
  readonly restates: boolean
  /** Whether answers are kept until no row comes any more that could change them: to be restated, or for the note that they were not. */
  readonly keeps: boolean
  /** Slots where something was taken back during the call. */
  taken: number[] = []

  constructor({ payload, panes, output, log }: JoinSpec<AsOfJoinPayload>, clocks: JoinClocks) {
    const { path } = log.step
    this.payload = payload
    this.account = new AsOfAccount(log.counters)
    this.order = new RowOrder(payload, path)
    const left = panes.left === 'changes' ? new ElementIdentity(payload, path) : undefined
    this.records = new AsOfRecords(payload, { rows: this.order, left }, path)
    this.answers = new AsOfAnswers(payload, output, log)
    this.notes = new AsOfNotes(log, clocks, payload.lateness)
    this.restates = payload.lateRows === 'restate'
    this.keeps = this.restates || (payload.lateRows === 'freeze' && payload.knownAt === undefined)
  }
}
