/**
 * statefulParDo: elements and event-time timers of each key and window, run in the order of time to the end of time.
 *
 * The step has its own clock. What is due at a time runs when the clock has passed that time: first the elements with that
 * timestamp, by (`orderBy`, canonical bytes), then the timers set for it, by (output timestamp, name). A timer fires strictly
 * after its time, so it sees every element up to and including that time and none after. What a callback sets is put in its
 * place in time: a timer set for a time that has passed comes next. At last `onWindowExpiration` runs, once, at the window's
 * last timestamp.
 */
import { END_OF_GLOBAL_WINDOW, encodeValue, maxTimestamp, NO_FIRING } from '@tidemark/core'
import type { Timers, TimerSpecs, Timestamp, Window, WindowingStrategy } from '@tidemark/core'
import type { StatefulPayload } from '@tidemark/core/graph'
import { bytesOf, inCanonicalOrder } from './canonical-order.ts'
import { keyedValue, type EvaluatedEntry, type Row } from './rows.ts'
import { makeCells } from './state-cells.ts'
import { EventTimers } from './timers.ts'
import { rowsOrDeadLetter } from './user-code.ts'
import { groupRows, type Group } from './windowing.ts'

/** Runs a stateful step over all its rows; so it does for `order: 'arrival'`, where the order of time is one that may occur. */
export function evaluateStateful(
  payload: StatefulPayload,
  windowing: WindowingStrategy,
  step: string,
  rows: readonly Row[],
  ledger: EvaluatedEntry[],
): readonly Row[] {
  const keyOf = (row: Row): unknown => keyedValue(row)[0]
  return groupRows(rows, windowing, keyOf, payload.keyCoder).flatMap((group) =>
    runGroup(payload, expiryOf(group.window, windowing.allowedLateness), step, group, ledger),
  )
}

/** The last time at which a window has state: its last timestamp plus the allowed lateness, within the global window. */
export function expiryOf(window: Window, allowedLateness: number): Timestamp {
  return Math.min(maxTimestamp(window) + allowedLateness, END_OF_GLOBAL_WINDOW)
}

function runGroup(
  payload: StatefulPayload,
  expiry: Timestamp,
  step: string,
  { key, window, rows }: Group,
  ledger: EvaluatedEntry[],
): readonly Row[] {
  const { process, onTimer, onWindowExpiration, onError } = payload
  const waiting = [...inExecutionOrder(payload, rows)]
  const state = makeCells(payload.state)
  const timers = new EventTimers(expiry)
  const handles = handlesOf(timers, payload.timers)
  const emitted: Row[] = []
  const run = (time: Timestamp, row: Row, call: () => Iterable<unknown> | void): void => {
    timers.now = time
    timers.timestamp = row.timestamp
    const toRow = (value: unknown): Row => ({ value, timestamp: row.timestamp, window, pane: NO_FIRING })
    emitted.push(...rowsOrDeadLetter(step, onError, row, ledger, () => Array.from(call() ?? [], toRow)))
  }
  for (;;) {
    const row = waiting[0]
    const firing = timers.next()
    if (row !== undefined && (firing === undefined || row.timestamp <= firing.time)) {
      waiting.shift()
      const { timestamp } = row
      const value = keyedValue(row)[1]
      run(timestamp, row, () => process({ key, value, window, timestamp, state, timers: handles }))
    } else if (firing !== undefined) {
      timers.take(firing)
      const timestamp = firing.outputTimestamp
      const origin: Row = { value: key, timestamp, window, pane: NO_FIRING }
      run(firing.time, origin, () => onTimer[firing.name]!({ key, window, timestamp, state, timers: handles }))
    } else {
      break
    }
  }
  timers.hasExpired = true
  const timestamp = maxTimestamp(window)
  const last: Row = { value: key, timestamp, window, pane: NO_FIRING }
  run(timestamp, last, () => onWindowExpiration?.({ key, window, timestamp, state, timers: handles }))
  return emitted
}

function inExecutionOrder({ orderBy, valueCoder }: StatefulPayload, rows: readonly Row[]): readonly Row[] {
  return inCanonicalOrder(rows, (row) => {
    const value = keyedValue(row)[1]
    return [...(orderBy === undefined ? [] : [encodeValue(orderBy(value))]), bytesOf(value, valueCoder)]
  })
}

function handlesOf(timers: EventTimers, specs: TimerSpecs): Timers<TimerSpecs> {
  return Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, timers.handle(name, spec)]))
}
