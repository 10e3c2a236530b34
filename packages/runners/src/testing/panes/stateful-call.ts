/**
 * The calls of a stateful step: an element, a timer, or the expiration of a window, and what it emits.
 */
import { maxTimestamp, NO_FIRING, type Timestamp, type WindowedValue } from '@tidemark/core'
import type { StatefulPayload } from '@tidemark/core/graph'
import type { EvaluatedEntry, Row } from '../evaluator/rows.ts'
import { rowsOrDeadLetter } from '../evaluator/user-code.ts'
import type { StepClock } from './pane-timing.ts'
import type { Due, StatefulCell } from './stateful-cell.ts'

type Element = WindowedValue<unknown>

/** What a call gave: elements, and entries for the ledger when it threw. */
export interface CallResult {
  readonly elements: readonly Element[]
  readonly entries: readonly EvaluatedEntry[]
}

/** Runs what is due in a cell. */
export function runDue(
  payload: StatefulPayload,
  step: string,
  cell: StatefulCell,
  due: Due,
  clock: StepClock,
): CallResult {
  const { key, window, state, handles: timers } = cell
  const { onTimer, onWindowExpiration, process } = payload
  const call = (time: Timestamp, source: Element, body: () => Iterable<unknown> | void): CallResult => {
    // 64: the current time is the input watermark; in order of time it must not depend on arrival.
    const current = payload.order === 'arrival' ? clock.input : time
    cell.timers.during({ time, timestamp: source.timestamp, current, now: clock.now })
    return emitted(payload, step, source, body)
  }
  if ('element' in due) {
    const { element } = due
    const { timestamp } = element
    const value = (element.value as readonly [unknown, unknown])[1]
    cell.waiting = cell.waiting.filter((other) => other !== element)
    cell.ran = true
    return call(due.time, element, () => process({ key, value, window, timestamp, state, timers }))
  }
  if ('firing' in due) {
    const { name, timestamp } = due.firing
    cell.timers.remove(name)
    return call(due.time, elementOf(cell, timestamp), () => onTimer[name]!({ key, window, timestamp, state, timers }))
  }
  const timestamp = maxTimestamp(window)
  if (!cell.ran) return { elements: [], entries: [] }
  return call(timestamp, elementOf(cell, timestamp), () =>
    onWindowExpiration?.({ key, window, timestamp, state, timers }),
  )
}

function elementOf({ key, window }: StatefulCell, timestamp: Timestamp): Element {
  return { value: key, timestamp, window, pane: NO_FIRING, sign: 1 }
}

function emitted(
  { onError }: StatefulPayload,
  step: string,
  source: Element,
  body: () => Iterable<unknown> | void,
): CallResult {
  const { timestamp, window } = source
  const entries: EvaluatedEntry[] = []
  const toRow = (value: unknown): Row => ({ value, timestamp, window, pane: NO_FIRING })
  const rows = rowsOrDeadLetter(step, onError, source, entries, () => Array.from(body() ?? [], toRow))
  return { elements: rows.map((row) => ({ ...row, sign: 1 })), entries }
}
