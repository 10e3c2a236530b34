/**
 * AsOfAnswers: what an as-of join emits, elements with the row that answers them.
 */
import { GLOBAL_WINDOW, type Timestamp, type Window } from '@tidemark/core'
import type { AsOfJoinPayload } from '@tidemark/core/graph'
import type { StepLog } from '../ledger/step-log.ts'
import type { Output } from '../plan/output.ts'
import type { AsOfList } from './as-of-list.ts'
import { JoinWriter } from './join-writer.ts'
import { pairOf } from './joined-value.ts'

/** A row, as it is seen from its time on; of any age. */
export interface SeenRow {
  readonly time: Timestamp
  readonly row: unknown
}

/** Writes the answers of one step. */
export class AsOfAnswers {
  readonly writer: JoinWriter = new JoinWriter()
  /** The earliest timestamp of what has been written and not handed on; Infinity for none. */
  earliest: number = Infinity
  readonly #inner: boolean
  readonly #maxAge: number
  readonly #output: Output
  readonly #log: StepLog

  constructor({ type, maxAge }: AsOfJoinPayload, output: Output, log: StepLog) {
    this.#inner = type === 'inner'
    this.#maxAge = maxAge
    this.#output = output
    this.#log = log
  }

  /** Whether a row is an answer at `time`, or the want of one is. */
  isAnswer(rows: AsOfList<Timestamp>, found: number, time: Timestamp): boolean {
    return !this.#inner || this.rowOf(rows, found, time) !== undefined
  }

  /** Answers an element with the row `found`, -1 for none. Says whether it gave output. */
  give(
    key: unknown,
    element: unknown,
    time: Timestamp,
    window: Window | undefined,
    rows: AsOfList<Timestamp> | undefined,
    found: number,
    count: number,
  ): boolean {
    const row = rows === undefined ? undefined : this.rowOf(rows, found, time)
    if (row === undefined && this.#inner) return false
    this.#write(key, element, row, time, window, count)
    return true
  }

  /** The row that `found` is at `time`: `undefined` for none, or one that is too old. */
  rowOf(rows: AsOfList<Timestamp>, found: number, time: Timestamp): unknown {
    return found >= 0 && time - rows.times[found]! <= this.#maxAge ? rows.values[found] : undefined
  }

  /** The row that is seen at `time`: `undefined` for none, or one that is too old. */
  rowSeen(seen: SeenRow | undefined, time: Timestamp): unknown {
    return seen !== undefined && time - seen.time <= this.#maxAge ? seen.row : undefined
  }

  /** Takes an answer back and gives another; `undefined` for none. */
  restate(
    key: unknown,
    element: unknown,
    time: Timestamp,
    window: Window | undefined,
    was: unknown,
    is: unknown,
    count: number,
  ): void {
    if (was !== undefined || !this.#inner) this.#write(key, element, was, time, window, -count)
    if (is !== undefined || !this.#inner) this.#write(key, element, is, time, window, count)
  }

  /** Hands on what has been written. */
  flush(): void {
    this.earliest = Infinity
    this.#log.counters.out += this.writer.flush(this.#output)
  }

  #write(
    key: unknown,
    element: unknown,
    row: unknown,
    time: Timestamp,
    window: Window | undefined,
    count: number,
  ): void {
    if (time < this.earliest) this.earliest = time
    const sign = count < 0 ? -1 : 1
    for (let left = count * sign; left > 0; left--) {
      if (this.writer.isFull) this.flush()
      this.writer.row(key, pairOf(element, row === undefined ? null : row), time, window ?? GLOBAL_WINDOW, sign)
    }
  }
}
