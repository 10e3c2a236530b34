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
 * Returns what is due first by the step's clock, or `undefined`. Due is what lies strictly before the clock (62). The window
 * itself is due at `expiration`, but not before the elements that wait in it.
 */
export function nextDue(
  cell: StatefulCell,
  clock: Timestamp,
  expiration: Timestamp,
  orderBy: ((value: unknown) => unknown) | undefined,
  bytes: Bytes,
): Due | undefined {
  const waiting = inCanonicalOrder(cell.waiting, (element) => {
    const value = (element.value as readonly [unknown, unknown])[1]
    return [...(orderBy === undefined ? [] : [encodeValue(orderBy(value))]), bytes(element)]
  })
  const timer = first(cell, 'event-time')
  const dues: Due[] = [
    ...waiting.slice(0, 1).map((element) => ({ time: element.timestamp, element })),
    ...(timer === undefined ? [] : [{ time: timer.time, firing: timer }]),
    { time: Math.max(expiration, waiting.at(-1)?.timestamp ?? expiration), expiration: true },
  ]
  return dues.filter((due) => due.time < clock).toSorted((a, b) => a.time - b.time)[0]
}

/** Returns the processing-time timer that is due first, or `undefined`. What it counts from in event time is its timestamp. */
export function nextDueByClock(cell: StatefulCell, now: Timestamp): Due | undefined {
  const timer = first(cell, 'processing-time')
  return timer !== undefined && timer.time < now ? { time: timer.timestamp, firing: timer } : undefined
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
