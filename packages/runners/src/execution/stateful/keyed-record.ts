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
    times: filled(timers, Infinity),
    timestamps: filled(timers, Infinity),
    holds: filled(timers, Infinity),
    waiting: 0,
    ran: false,
    order: undefined,
  }
}

/** Says whether nothing is kept: every cell empty, no timer set, no element waiting. */
export function isEmptyRecord(record: KeyedRecord): boolean {
  if (record.waiting > 0) return false
  for (const cell of record.cells) if (cell !== undefined) return false
  for (const time of record.times) if (time !== Infinity) return false
  return true
}

function filled<T>(length: number, value: T): T[] {
  const list: T[] = []
  for (let index = 0; index < length; index++) list.push(value)
  return list
}
