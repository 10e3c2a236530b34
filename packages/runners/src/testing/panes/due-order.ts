/**
 * The order of time in a stateful step: what of a key and window comes next.
 *
 * Earlier times first. At one time elements come before timers, so that a timer sees all elements up to its time; elements of
 * one timestamp by (`orderBy`, canonical bytes), timers by (output timestamp, name).
 */
import { assert, encodeValue, equalBytes, type Timestamp, type WindowedValue } from '@tidemark/core'
import { inCanonicalOrder } from '../evaluator/canonical-order.ts'
import type { Firing } from './pane-timers.ts'
import type { Due, StatefulCell } from './stateful-cell.ts'

type Element = WindowedValue<unknown>
type Bytes = (element: Element) => Uint8Array

/**
 * Returns what is due first by the step's clock `time` and processing time `now`, or `undefined`. Due is what lies strictly
 * before the clock (62). The window itself is due at `expiration`.
 */
export function nextDue(
  cell: StatefulCell,
  time: Timestamp,
  now: Timestamp,
  expiration: Timestamp,
  orderBy: ((value: unknown) => unknown) | undefined,
  bytes: Bytes,
): Due | undefined {
  const element = inCanonicalOrder(cell.waiting, (row) => {
    const waiting = row as Element
    const value = (waiting.value as readonly [unknown, unknown])[1]
    return [...(orderBy === undefined ? [] : [encodeValue(orderBy(value))]), bytes(waiting)]
  })[0] as Element | undefined
  const event = first(cell, 'event-time')
  const dues: Due[] = [
    ...(element === undefined ? [] : [{ time: element.timestamp, element }]),
    ...(event === undefined ? [] : [{ time: event.time, firing: event }]),
    { time: expiration, expiration: true },
  ]
  const due = dues.filter((candidate) => candidate.time < time).toSorted((a, b) => a.time - b.time)[0]
  const processing = first(cell, 'processing-time')
  if (due !== undefined || processing === undefined || processing.time >= now) return due
  return { time: processing.timestamp, firing: processing }
}

/** Takes one waiting element away that is equal to a change which takes it back. */
export function withoutEqual(waiting: readonly Element[], change: Element, bytes: Bytes): readonly Element[] {
  const index = waiting.findIndex(
    (element) => element.timestamp === change.timestamp && equalBytes(bytes(element), bytes(change)),
  )
  assert(index >= 0, 'a change takes back an element that does not wait')
  return waiting.toSpliced(index, 1)
}

function first(cell: StatefulCell, domain: Firing['domain']): Firing | undefined {
  return cell.timers.pending
    .filter((firing) => firing.domain === domain)
    .toSorted((a, b) => a.time - b.time || a.timestamp - b.timestamp || (a.name < b.name ? -1 : 1))[0]
}
