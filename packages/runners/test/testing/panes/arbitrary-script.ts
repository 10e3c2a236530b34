/**
 * Arbitrary scripts over a source of keyed numbers: bundles, watermarks, ticks, and the end.
 */
import { milliseconds, type Timestamp } from '@tidemark/core'
import {
  advanceProcessingTime,
  testStream,
  type Script,
  type ScriptEvent,
  type TestStream,
} from '@tidemark/runners/testing'
import fc from 'fast-check'

/** An element of the source. */
export interface Order {
  readonly key: string
  readonly amount: number
  readonly at: Timestamp
}

/** The stream of a script: its elements come from the script alone. */
export const ORDERS: TestStream<Order> = testStream<Order>('Orders', { timestamp: ({ at }) => at })

/** Scripts of some events over the first hundred milliseconds. With `lateness`, no element lies behind the watermark by more. */
export function arbitraryScript(options: { readonly lateness?: number } = {}): fc.Arbitrary<Script> {
  const order = fc.record({
    key: fc.constantFrom('a', 'b'),
    amount: fc.integer({ min: 1, max: 4 }),
    at: fc.integer({ min: 0, max: 99 }),
  })
  const event = fc.oneof(
    { weight: 5, arbitrary: fc.array(order, { minLength: 1, maxLength: 4 }).map((orders) => ({ orders })) },
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 120 }).map((watermark) => ({ watermark })) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 15 }).map((tick) => ({ tick })) },
  )
  return fc.array(event, { minLength: 1, maxLength: 12 }).map((events) => {
    let watermark = -Infinity
    const script: ScriptEvent[] = []
    for (const drawn of events) {
      if ('tick' in drawn) {
        script.push(advanceProcessingTime(milliseconds(drawn.tick)))
      } else if ('watermark' in drawn) {
        watermark = Math.max(watermark, drawn.watermark)
        script.push(ORDERS.advanceWatermarkTo(watermark))
      } else {
        const earliest = options.lateness === undefined ? -Infinity : watermark - options.lateness
        const orders = drawn.orders.filter(({ at }) => at >= earliest)
        if (orders.length > 0) script.push(ORDERS.addElements(...orders))
      }
    }
    return [...script, ORDERS.complete()]
  })
}
