/**
 * Event time in an RxJS pipe: `tidemark` is an operator like any other.
 *
 * The click of 10:00:58 comes after that of 10:01:01, and still counts for its own minute. Run it:
 * `node examples/dist/quickstart/clicks-live.js`
 */
import { boundedOutOfOrderness, seconds } from '@tidemark/core'
import { tidemark } from '@tidemark/runners/streaming'
import { from } from 'rxjs'
import { clicksPerMinute, type Click } from './clicks-per-minute.ts'

const at = (clock: string): number => Date.parse(`2026-03-01T${clock}Z`)
const clicks$ = from<readonly Click[]>([
  { page: '/home', at: at('10:00:05') },
  { page: '/cart', at: at('10:00:40') },
  { page: '/home', at: at('10:01:01') },
  { page: '/home', at: at('10:00:58') },
  { page: '/cart', at: at('10:02:20') },
])

clicks$
  .pipe(tidemark(clicksPerMinute, { timestamp: (click) => click.at, watermark: boundedOutOfOrderness(seconds(5)) }))
  .subscribe(({ value: [page, clicks], window }) => {
    console.log(new Date(window.start).toISOString().slice(11, 16), page, clicks)
  })
