/**
 * Sessions and changes: a late click joins two visits into one, and what was said before is taken back.
 *
 * `retracting` makes every correction explicit: - takes back, + adds. A sum over the changes is right at any moment.
 * Run it: `node examples/dist/quickstart/late-sessions.js`
 */
import {
  boundedOutOfOrderness,
  combinePerKey,
  composite,
  hours,
  minutes,
  seconds,
  sessions,
  windowInto,
  withKeys,
  type PCollection,
} from '@tidemark/core'
import { tidemark } from '@tidemark/runners/streaming'
import { count } from '@tidemark/transforms'
import { from } from 'rxjs'

interface Visit {
  readonly user: string
  readonly at: number
}

const clicksPerVisit = composite('ClicksPerVisit', (clicks: PCollection<Visit>) =>
  clicks.pipe(
    windowInto(sessions(minutes(10)), { allowedLateness: hours(2), accumulationMode: 'retracting' }),
    withKeys((click) => click.user),
    combinePerKey('Count', count()),
  ),
)

const at = (clock: string): number => Date.parse(`2026-03-01T${clock}:00Z`)
const clicks$ = from<readonly Visit[]>([
  { user: 'ann', at: at('10:00') },
  { user: 'ann', at: at('10:15') },
  { user: 'bob', at: at('11:00') }, // event time has moved on: both visits of ann are over
  { user: 'ann', at: at('10:08') }, // late, and within ten minutes of both
])

const clock = (timestamp: number): string => new Date(timestamp).toISOString().slice(11, 16)
clicks$
  .pipe(
    // One click at a time, as if they came from afar: a bundle of all four would know of no earlier figures.
    tidemark(clicksPerVisit, {
      timestamp: (click) => click.at,
      watermark: boundedOutOfOrderness(seconds(5)),
      bundleSize: 1,
    }),
  )
  .subscribe(({ value: [user, clicks], window, sign }) => {
    console.log(`${sign === 1 ? '+' : '-'} ${user} ${clock(window.start)} to ${clock(window.end)}: ${clicks}`)
  })
