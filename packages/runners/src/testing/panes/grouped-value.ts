/**
 * What a pane of a grouping holds: its values in canonical order, or combined; and how a change takes a value back.
 */
import { assert, equalBytes, type WindowedValue } from '@tidemark/core'
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

/** Adds an element to the values of a window, or takes one that is equal away when it is a change that takes back. */
export function applyElement(
  payload: GroupingPayload,
  values: readonly HeldValue[],
  element: WindowedValue<unknown>,
): readonly HeldValue[] {
  const keyed = payload.primitive === 'groupByKey' || payload.keyed
  const value = keyed ? (element.value as readonly [unknown, unknown])[1] : element.value
  const held: HeldValue = { value, timestamp: element.timestamp, bytes: bytesOf(value, payload.valueCoder) }
  if (element.sign === 1) return [...values, held]
  const index = values.findIndex((other) => other.timestamp === held.timestamp && equalBytes(other.bytes, held.bytes))
  assert(index >= 0, 'a change takes back a value that the window does not hold')
  return values.toSpliced(index, 1)
}

/** The value of a pane. */
export function paneValue(payload: GroupingPayload, key: unknown, values: readonly HeldValue[]): unknown {
  if (payload.primitive === 'groupByKey') {
    const sorted = payload.order === 'any' ? values : inCanonicalOrder(values, (held) => [held.bytes])
    return [key, sorted.map((held) => held.value)]
  }
  const { combineFn, keyed } = payload
  let accumulator = combineFn.createAccumulator()
  for (const { value } of values) accumulator = combineFn.addInput(accumulator, value)
  const output = combineFn.extractOutput(accumulator)
  return keyed ? [key, output] : output
}
