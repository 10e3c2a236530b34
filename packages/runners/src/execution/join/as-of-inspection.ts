/**
 * What an as-of join says of itself when it is asked.
 */
import { formatWindow, GLOBAL_WINDOW, type Timestamp, type Window } from '@tidemark/core'
import { earliest, type Holder, type JoinInspection } from '../explain/inspection.ts'
import { formatKey } from '../explain/format-key.ts'
import type { AsOfParts } from './as-of-parts.ts'
import type { AsOfRecord } from './as-of-record.ts'

/** What is kept of a key and window; rows are of no window. `undefined` when nothing is. */
export function inspectAsOf(
  { records, times, restates, payload }: AsOfParts,
  key: unknown,
  window: Window,
  clocks: JoinInspection['clocks'],
): JoinInspection | undefined {
  const record = records.find(key)
  if (record === undefined) return undefined
  const { left, rows } = record
  const own = timesOf(left, window)
  const waiting = own.filter((time) => time >= times.answer)
  const kept = own.filter((time) => time < times.answer)
  const answeredAfter = least(waiting)
  return {
    kind: 'join',
    window,
    left: own.length,
    right: rows.size,
    waiting: waiting.length,
    answeredAfter: answeredAfter === Infinity ? undefined : answeredAfter,
    clocks,
    hold: Math.min(answeredAfter, restates ? least(kept) + payload.lateness.right : Infinity),
  }
}

/** What holds the output watermark of an as-of join. */
export function asOfHolders({ records, restates, payload }: AsOfParts, limit: number): readonly Holder[] {
  const holders = Array.from(records.table.records()).flatMap(
    ({ key, dueAt, keptAt, hold, left }): readonly Holder[] => [
      {
        timestamp: Math.min(dueAt, hold),
        owner: `an element of ${formatKey(key)} ${formatWindow(windowOf(left, dueAt))} that waits for the dimension`,
      },
      {
        timestamp: restates ? keptAt + payload.lateness.right : Infinity,
        owner: `an answer of ${formatKey(key)} that a late row may change`,
      },
    ],
  )
  return earliest(holders, limit)
}

function timesOf({ first, end, times, marks }: AsOfRecord['left'], window: Window): readonly Timestamp[] {
  return times.slice(first, end).filter((_, index) => {
    const own = marks?.[first + index] ?? GLOBAL_WINDOW
    return own.start === window.start && own.end === window.end
  })
}

function windowOf({ first, times, marks }: AsOfRecord['left'], time: Timestamp): Window {
  return marks?.[times.indexOf(time, first)] ?? GLOBAL_WINDOW
}

function least(times: readonly Timestamp[]): number {
  return times.reduce((a, b) => Math.min(a, b), Infinity)
}
