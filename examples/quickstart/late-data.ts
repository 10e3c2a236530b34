/**
 * Late data: an hour stays open for late orders, and each figure says whether it is early, on time or late.
 *
 * `accumulating`: a later pane replaces the one before it. After the allowed lateness the figure is final, and what still comes goes to
 * the ledger. Run it: `node examples/dist/quickstart/late-data.js`
 */
import {
  afterCount,
  afterWatermark,
  combineGlobally,
  fixedWindows,
  hours,
  minutes,
  monotonousTimestamps,
} from '@tidemark/core'
import { windowInto } from '@tidemark/core'
import { fromObservable, streamingRunner } from '@tidemark/runners/streaming'
import { sumOf } from '@tidemark/transforms'
import { from } from 'rxjs'

const at = (clock: string): number => Date.parse(`2026-03-01T${clock}:00Z`)
const orders = [
  { amount: 10, at: at('10:05') },
  { amount: 20, at: at('10:40') },
  { amount: 5, at: at('11:10') }, // the watermark is past 11:00: the first hour is on time
  { amount: 3, at: at('10:59') }, // late, and within the half hour that is allowed
  { amount: 7, at: at('11:45') }, // the watermark is past 11:30: the first hour is final
  { amount: 1, at: at('10:30') }, // too late
]

// One order at a time, as if they came from afar.
const job = streamingRunner({ bundleSize: 1 }).run((root) => ({
  revenue: root.pipe(
    fromObservable('Orders', from(orders), { timestamp: (order) => order.at, watermark: monotonousTimestamps() }),
    windowInto(fixedWindows(hours(1)), {
      trigger: afterWatermark({ early: afterCount(2), late: afterCount(1) }),
      allowedLateness: minutes(30),
      accumulationMode: 'accumulating',
    }),
    combineGlobally(
      'Revenue',
      sumOf((order) => order.amount),
    ),
  ),
}))

const clock = (timestamp: number): string => new Date(timestamp).toISOString().slice(11, 16)
job.outputs.revenue.subscribe(({ value, window, pane }) => {
  console.log(`${clock(window.start)} ${pane.timing} ${value}`)
})
job.ledger.subscribe(({ reason, element }) => console.log(`${reason}: ${JSON.stringify(element)}`))
await job.done
