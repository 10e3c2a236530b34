/**
 * AsOfRows: the right side of an as-of join, the rows of the dimension.
 *
 * A row that changes what a key says from its time on changes every answer from there up to the next row: the answers are restated, or
 * the row is noted as `frozen`. All of this goes by what rows there are now, in any order in which they came.
 */
import type { Timestamp } from '@tidemark/core'
import { elementAt, signAt, type Bundle } from '../bundle/bundle.ts'
import type { SeenRow } from './as-of-answers.ts'
import type { AsOfList } from './as-of-list.ts'
import type { AsOfParts } from './as-of-parts.ts'
import { FrozenAnswer, rowAt, type AsOfRecord } from './as-of-record.ts'

/** Takes the rows of one step. */
export class AsOfRows {
  readonly #parts: AsOfParts

  constructor(parts: AsOfParts) {
    this.#parts = parts
  }

  /** Takes a row of a bundle that is not too late. Says how many rows it has taken: one, or two that stand for each other. */
  take(bundle: Bundle, row: number): number {
    const { keys, values, timestamps } = bundle
    const { records, keeps, times } = this.#parts
    const element = values[row]
    const key = keys === undefined ? (element as readonly unknown[])[0] : keys[row]
    const record = records.recordOf(key)
    const time = timestamps[row]!
    if (keeps && time < times.answer && record.left.size > 0) return this.#takeLate(record, bundle, row)
    this.#add(record, keys === undefined ? (element as readonly unknown[])[1] : element, time, signAt(bundle, row))
    return 1
  }

  #add(record: AsOfRecord, row: unknown, time: Timestamp, sign: 1 | -1): void {
    const { order, account, records, taken } = this.#parts
    const known = order.knownAt(row, time)
    const isNext = record.rows.add(time, row, known, sign)
    account.waiting++
    if (sign < 0) taken.push(record.slot)
    records.noteRow(record, isNext && sign > 0, time, known)
  }

  // A row that is taken back and the next one of its key and instant, which takes its place, change answers once.
  #takeLate(record: AsOfRecord, bundle: Bundle, row: number): number {
    const { account } = this.#parts
    const { rows } = record
    const time = bundle.timestamps[row]!
    account.leave(rows.arrange())
    const before = seenAt(rows, time)
    const taken = isReplaced(bundle, row) ? 2 : 1
    for (let next = row; next < row + taken; next++) {
      const [, value] = elementAt(bundle, next) as readonly [unknown, unknown]
      this.#add(record, value, time, signAt(bundle, next))
    }
    account.leave(rows.arrange())
    this.#revise(record, time, before, bundle, row)
    return taken
  }

  // What a key says from `time` on has been `before`.
  #revise(record: AsOfRecord, time: Timestamp, before: SeenRow | undefined, bundle: Bundle, row: number): void {
    const { account, answers, notes, restates, times } = this.#parts
    const { key, rows, left } = record
    const after = seenAt(rows, time)
    if (before?.time === after?.time && before?.row === after?.row) return
    account.leave(left.arrange())
    let next = rows.upper(time)
    while (next < rows.end && rows.countAt(next) <= 0) next++
    const end = left.lower(Math.min(next < rows.end ? rows.times[next]! : Infinity, times.answer))
    const same = this.#sameAs(after?.row)
    for (let index = left.lower(time); index < end; index++) {
      const at = left.times[index]!
      const element = left.values[index]
      const was = element instanceof FrozenAnswer ? element.row : answers.rowSeen(before, at)
      const is = answers.rowSeen(after, at)
      if (was === undefined || is === undefined ? was === is : same(was)) continue
      if (!restates) {
        notes.frozen(bundle, row, at)
        return
      }
      answers.restate(key, element, at, left.marks?.[index], was, is, left.countAt(index))
    }
  }

  // Whether a row is the same as another; the last answer is remembered, as most elements were answered with the same row.
  #sameAs(row: unknown): (other: unknown) => boolean {
    const { order } = this.#parts
    let bytes: string | undefined
    let last: unknown
    let isSame = false
    return (other) => {
      if (other !== last) {
        bytes ??= order.bytesOf(row)
        isSame = other === row || order.bytesOf(other) === bytes
        last = other
      }
      return isSame
    }
  }

  /** Looks at the instants of a record that have become final: of several rows only the greatest can answer. */
  settleInstants(record: AsOfRecord): void {
    const { account, notes, records, times } = this.#parts
    const { key, rows, finalAt } = record
    account.leave(rows.arrange())
    let greatest = -1
    for (let row = rows.lower(times.row) - 1; row >= rows.first && rows.times[row]! >= finalAt; row--) {
      const count = rows.countAt(row)
      const time = rows.times[row]!
      if (count < 0) {
        notes.neverCame(key, rows.values[row], time, -count)
        account.waiting += count
      } else if (greatest >= 0 && isOneInstant(rows, row, greatest)) {
        notes.sameInstant(key, rows.values[row], time, count)
        account.leave(count)
      } else {
        greatest = row
        continue
      }
      rows.remove(row)
      greatest--
    }
    records.finalAt(record, nextDoubtful(rows, rows.lower(times.row)))
    records.release(record)
  }

  /** Lets go of the rows of a record that nobody can see when both clocks have passed `low`. */
  forget(record: AsOfRecord, low: number): void {
    const { account, records } = this.#parts
    account.leave(record.rows.arrange())
    account.leave(records.forget(record, low))
  }
}

function seenAt(rows: AsOfList<Timestamp>, time: Timestamp): SeenRow | undefined {
  const row = rowAt(rows, time)
  return row < 0 ? undefined : { time: rows.times[row]!, row: rows.values[row] }
}

// Says whether a row is taken back and the next one of the bundle has its key and instant, as a pane that retracts has them side by side.
function isReplaced(bundle: Bundle, row: number): boolean {
  const next = row + 1
  if (next >= bundle.length || signAt(bundle, row) > 0 || signAt(bundle, next) < 0) return false
  const { timestamps, watermarks } = bundle
  if (timestamps[row] !== timestamps[next] || watermarks?.[row] !== watermarks?.[next]) return false
  return keyAt(bundle, row) === keyAt(bundle, next)
}

function keyAt({ keys, values }: Bundle, row: number): unknown {
  return keys === undefined ? (values[row] as readonly unknown[])[0] : keys[row]
}

function isOneInstant({ times, marks }: AsOfList<Timestamp>, a: number, b: number): boolean {
  return times[a] === times[b] && marks?.[a] === marks?.[b]
}

// The first time from a row on at which there are several rows of one instant, or one was taken back that has not come; Infinity for none.
function nextDoubtful(rows: AsOfList<Timestamp>, from: number): number {
  for (let row = from; row < rows.end; row++) {
    if (rows.countAt(row) < 0 || (row > from && isOneInstant(rows, row - 1, row))) return rows.times[row]!
  }
  return Infinity
}
