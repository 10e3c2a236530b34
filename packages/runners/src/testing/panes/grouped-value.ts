/**
 * What a pane of a grouping holds: its values in canonical order, or combined; and how a change takes a value back.
 */
import { equalBytes, type WindowedValue } from '@tidemark/core'
import type { CombinePayload, GroupByKeyPayload } from '@tidemark/core/graph'
import { bytesOf, canonicalKey, inCanonicalOrder } from '../evaluator/canonical-order.ts'
import type { HeldValue } from './window-cell.ts'

/** The payload of either grouping. */
export type GroupingPayload = GroupByKeyPayload | CombinePayload

/** The key of an element. Without keys, all elements are of one. */
export function keyOf(payload: GroupingPayload, element: WindowedValue<unknown>): unknown {
  if (payload.primitive === 'combinePerKey' && !payload.keyed) return null
  return canonicalKey((element.value as readonly [unknown, unknown])[0], payload.keyCoder)
}

/** The value of an element, as a window holds it. */
export function heldValue(payload: GroupingPayload, element: WindowedValue<unknown>): HeldValue {
  const keyed = payload.primitive === 'groupByKey' || payload.keyed
  const value = keyed ? (element.value as readonly [unknown, unknown])[1] : element.value
  const { timestamp, sign, window } = element
  return { value, timestamp, sign, window, bytes: bytesOf(value, payload.valueCoder) }
}

/**
 * Adds a value to those of a window, or takes one that is equal away when it is a change that takes back. What is not
 * there, because the pane before was discarded, is taken back as soon as it comes.
 */
export function applyValue(values: readonly HeldValue[], held: HeldValue): readonly HeldValue[] {
  const index = values.findIndex((other) => other.sign !== held.sign && isEqual(other, held))
  return index < 0 ? [...values, held] : values.toSpliced(index, 1)
}

/** Whether two values are of equal elements of one window, whatever their signs. */
export function isEqual(a: HeldValue, b: HeldValue): boolean {
  const sameWindow = a.window.start === b.window.start && a.window.end === b.window.end
  return sameWindow && a.timestamp === b.timestamp && equalBytes(a.bytes, b.bytes)
}

/** How many values there are, less those that are still to be taken back. */
export function netSize(values: readonly HeldValue[]): number {
  return values.reduce((sum, { sign }) => sum + sign, 0)
}

/** The value of a pane. */
export function paneValue(payload: GroupingPayload, key: unknown, held: readonly HeldValue[]): unknown {
  const values = held.filter(({ sign }) => sign === 1)
  if (payload.primitive === 'groupByKey') {
    const sorted = payload.order === 'any' ? values : inCanonicalOrder(values, ({ bytes }) => [bytes])
    return [key, sorted.map(({ value }) => value)]
  }
  const { combineFn, keyed } = payload
  let accumulator = combineFn.createAccumulator()
  for (const { value } of values) accumulator = combineFn.addInput(accumulator, value)
  const output = combineFn.extractOutput(accumulator)
  return keyed ? [key, output] : output
}
