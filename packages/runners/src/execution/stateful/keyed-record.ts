/**
 * KeyedRecord: all that a stateful step keeps of one key and window, as plain data.
 *
 * There is one while the key and window have state, a timer, or elements that wait; with `onWindowExpiration`, from the first
 * element that ran until the window has expired. Cells and timers stand at the place of their name in the step's declarations.
 */
import type { Timestamp, Window } from '@tidemark/core'

/** State of one key and window. Times are Infinity when there is none. */
export interface KeyedRecord {
  readonly key: unknown
  readonly window: Window
  /** Last time at which the window takes elements and timers; on the step's clock. */
  readonly expiry: Timestamp
  /** Contents of the cells; `undefined` where a cell is empty. */
  readonly cells: unknown[]
  /** When each timer fires. */
  readonly times: number[]
  /** Timestamp of what the firing emits. */
  readonly timestamps: number[]
  /** Hold of each timer on the output watermark. */
  readonly holds: number[]
  /** Elements that wait; an element and the change that takes it back are none. */
  waiting: number
  /** Whether an element has run. */
  ran: boolean
  /** Whether it has been found empty and is to be looked at again, see Records. */
  isEmptied: boolean
  /** Canonical bytes of the key as text, made when keys have to be put in order. */
  order: string | undefined
}

/** The record of a key and window that has seen nothing. */
export function freshRecord(
  key: unknown,
  window: Window,
  expiry: Timestamp,
  cells: number,
  timers: number,
): KeyedRecord {
  return {
    key,
    window,
    expiry,
    cells: filled(cells, undefined),
    times: unset(timers),
    timestamps: unset(timers),
    holds: unset(timers),
    waiting: 0,
    ran: false,
    isEmptied: false,
    order: undefined,
  }
}

/** Says whether nothing is kept: every cell empty, no timer set, no element waiting. */
export function isEmptyRecord(record: KeyedRecord): boolean {
  if (record.waiting > 0) return false
  const { cells, times } = record
  for (let place = 0; place < cells.length; place++) if (cells[place] !== undefined) return false
  for (let place = 0; place < times.length; place++) if (times[place] !== Infinity) return false
  return true
}

/** The timers of every record of a step that declares none. */
const NONE: number[] = []

function unset(length: number): number[] {
  return length === 0 ? NONE : filled(length, Infinity)
}

function filled<T>(length: number, value: T): T[] {
  // A list that grows by pushing has room for 17 from the start, and there are as many lists as keys.
  const list = Array<T>(length)
  for (let index = 0; index < length; index++) list[index] = value
  return list
}
