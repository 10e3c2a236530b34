/**
 * As-of enrichment: every order in euros, by the exchange rate that was valid when it was placed, not when it is looked at.
 *
 * `restate`: orders are priced at once, and priced anew when a rate turns up late, as a change with a sign. What it settles on is what a
 * replay of all events gives, in whatever order they come. Run it: `node examples/dist/quickstart/as-of-enrichment.js`
 */
import { asOfJoin, filter, hours, monotonousTimestamps, withKeys } from '@tidemark/core'
import { fromObservable, streamingRunner } from '@tidemark/runners/streaming'
import { from } from 'rxjs'

interface Order {
  readonly kind: 'order'
  readonly id: string
  readonly currency: string
  readonly sum: number
  readonly at: number
}
interface Rate {
  readonly kind: 'rate'
  readonly currency: string
  readonly euros: number
  readonly at: number
}
const at = (clock: string): number => Date.parse(`2026-03-01T${clock}:00Z`)
const events: readonly (Order | Rate)[] = [
  { kind: 'rate', currency: 'usd', euros: 0.9, at: at('09:00') },
  { kind: 'order', id: 'a1', currency: 'usd', sum: 100, at: at('09:30') },
  { kind: 'order', id: 'a2', currency: 'chf', sum: 100, at: at('09:40') },
  { kind: 'rate', currency: 'usd', euros: 0.8, at: at('10:00') },
  { kind: 'order', id: 'a3', currency: 'usd', sum: 200, at: at('10:10') },
  { kind: 'rate', currency: 'usd', euros: 0.95, at: at('09:20') }, // late: it concerns a1, and not a3
  { kind: 'order', id: 'a4', currency: 'usd', sum: 300, at: at('10:00') }, // late too, and at the very moment of a rate
]

const job = streamingRunner({ bundleSize: 1 }).run((root) => {
  const all = root.pipe(
    fromObservable('Events', from(events), { timestamp: (event) => event.at, watermark: monotonousTimestamps() }),
  )
  const left = all.pipe(
    filter((event): event is Order => event.kind === 'order'),
    withKeys((order) => order.currency),
  )
  const right = all.pipe(
    filter((event): event is Rate => event.kind === 'rate'),
    withKeys((rate) => rate.currency),
  )
  return { priced: asOfJoin('Price', { left, right }, { lateRows: 'restate', lateness: hours(1) }) }
})
job.outputs.priced.subscribe(({ value: [, { left, right }], timestamp, sign }) => {
  const euros = right === null ? 'no rate' : (left.sum * right.euros).toFixed(2)
  console.log(sign < 0 ? '-' : '+', new Date(timestamp).toISOString().slice(11, 16), left.id, euros)
})
await job.done
