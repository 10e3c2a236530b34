/**
 * AsOfElements: the left side of an as-of join. Elements are answered, wait for it, or are kept with an answer that may change.
 */
import { GLOBAL_WINDOW, type Timestamp, type Window } from '@tidemark/core'
import type { AsOfAnswers } from './as-of-answers.ts'
import type { AsOfAccount, AsOfParts } from './as-of-parts.ts'
import { FrozenAnswer, latestVisible, rowAt, type AsOfRecord } from './as-of-record.ts'
import type { AsOfRecords } from './as-of-records.ts'

/** Takes the elements of one step. */
export class AsOfElements {
  readonly #parts: AsOfParts
  readonly #records: AsOfRecords
  readonly #answers: AsOfAnswers
  readonly #account: AsOfAccount

  constructor(parts: AsOfParts) {
    this.#parts = parts
    this.#records = parts.records
    this.#answers = parts.answers
    this.#account = parts.account
  }

  /** Takes an element, or the change that takes one back, that is not too late. No window is the global one. */
  take(key: unknown, value: unknown, time: Timestamp, window: Window | undefined, sign: 1 | -1): void {
    const { times, keeps } = this.#parts
    if (time >= times.answer) this.#wait(key, value, time, window, sign)
    else if (keeps && time >= times.row) this.#answerAndKeep(key, value, time, window, sign)
    else this.#answer(key, value, time, window, sign)
  }

  #wait(key: unknown, value: unknown, time: Timestamp, window: Window | undefined, sign: 1 | -1): void {
    const { records } = this.#parts
    const record = records.recordOf(key)
    this.#keep(record, value, time, window, sign)
    if (time < record.dueAt) records.dueAt(record, time)
  }

  #answerAndKeep(key: unknown, value: unknown, time: Timestamp, window: Window | undefined, sign: 1 | -1): void {
    const { records, account, answers, restates } = this.#parts
    const record = records.recordOf(key)
    const { rows } = record
    account.leave(rows.arrange())
    const found = rowAt(rows, time)
    const gives = answers.give(record.key, value, time, window, rows, found, sign)
    this.#keep(record, restates ? value : new FrozenAnswer(answers.rowOf(rows, found, time)), time, window, sign)
    if (time < record.keptAt) records.keptAt(record, time)
    if (restates) return
    account.waiting--
    account.answered(gives, 1)
  }

  #answer(key: unknown, value: unknown, time: Timestamp, window: Window | undefined, sign: 1 | -1): void {
    const account = this.#account
    const record = this.#records.find(key)
    if (record === undefined) {
      const own = this.#records.ownKey(key)
      account.answered(this.#answers.give(own, value, time, window, undefined, -1, sign), 1)
      return
    }
    const { rows } = record
    if (rows.sorted < rows.end) {
      this.#records.table.touch(record.slot)
      account.leave(rows.arrange())
    }
    account.answered(this.#answers.give(record.key, value, time, window, rows, rowAt(rows, time), sign), 1)
  }

  // Adds an element to those of its key.
  #keep(record: AsOfRecord, value: unknown, time: Timestamp, window: Window | undefined, sign: 1 | -1): void {
    const { records, account, taken } = this.#parts
    record.left.add(time, value, window, sign)
    account.waiting++
    if (sign < 0) taken.push(record.slot)
    // A window that an element has outlived would have expired below when the element comes.
    if (window !== undefined && window.end - 1 < Math.min(time, record.hold)) records.hold(record, window.end - 1)
  }

  /** Answers the elements of a record that wait and lie before `until`. Elements and rows are both in the order of time: one sweep answers all. */
  answerUntil(record: AsOfRecord, until: number): void {
    const { account, answers, keeps, restates, times: reached } = this.#parts
    const { key, rows, left } = record
    account.leave(left.arrange() + rows.arrange())
    const { times, values, marks } = left
    const start = keeps ? left.lower(reached.answer) : left.first
    const end = left.lower(until)
    const { times: rowTimes, end: rowsEnd } = rows
    let next = start < end ? rows.upper(times[start]!) : 0
    for (let index = start; index < end; index++) {
      const time = times[index]!
      while (next < rowsEnd && rowTimes[next]! <= time) next++
      const found = latestVisible(rows, next - 1, time)
      const count = left.countAt(index)
      const window = marks === undefined ? undefined : marks[index]
      const gives = answers.give(key, values[index], time, window, rows, found, count)
      if (restates) continue
      account.answered(gives, Math.abs(count))
      if (keeps) values[index] = new FrozenAnswer(answers.rowOf(rows, found, time))
    }
    if (!restates) account.waiting -= left.weight(start, end)
    if (!keeps) left.dropBefore(end)
    this.reschedule(record, until)
  }

  /** Lets go of the elements of a record whose answers no row before `until` can change any more. */
  letGo(record: AsOfRecord, until: number): void {
    const { account, answers, restates, times: reached } = this.#parts
    const { rows, left } = record
    account.leave(left.arrange() + rows.arrange())
    const end = left.lower(Math.min(until, reached.answer))
    if (restates) {
      for (let index = left.first; index < end; index++) {
        const time = left.times[index]!
        account.answered(answers.isAnswer(rows, rowAt(rows, time), time), Math.abs(left.countAt(index)))
      }
      account.waiting -= left.weight(left.first, end)
    }
    left.dropBefore(end)
    this.reschedule(record, reached.answer)
  }

  /** Nets what was taken back during the call: it must not hold the watermark, nor wait for its time to be forgotten. */
  net(): void {
    const { records, account, taken, times } = this.#parts
    if (taken.length === 0) return
    for (const slot of taken) {
      if (records.table.get(slot) === undefined) continue
      const record = records.change(slot)
      account.leave(record.left.arrange() + record.rows.arrange())
      this.reschedule(record, times.answer)
    }
    this.#parts.taken = []
  }

  /** Notes anew when elements of a record are due, which are answered up to `answered`; lets go of it when nothing is left. */
  reschedule(record: AsOfRecord, answered: number): void {
    const { records, keeps } = this.#parts
    const { left } = record
    const next = keeps ? left.lower(answered) : left.first
    records.dueAt(record, next < left.end ? left.times[next]! : Infinity)
    if (keeps) records.keptAt(record, left.first < next ? left.times[left.first]! : Infinity)
    if (record.hold < Infinity) records.hold(record, windowHold(record))
    if (left.size === 0) records.release(record)
  }
}

// How far the output watermark may go for elements that have outlived their windows.
function windowHold({ left: { first, end, times, marks } }: AsOfRecord): number {
  let hold = Infinity
  for (let index = first; index < end; index++) {
    const last = (marks?.[index] ?? GLOBAL_WINDOW).end - 1
    if (last < times[index]!) hold = Math.min(hold, last)
  }
  return hold
}
