/**
 * The ledger: nothing is lost without a trace.
 *
 * A stream that allows no lateness drops what comes after its window was closed. The ledger says what, from where and why, so the
 * figures and the ledger together always add up. Run it: `node examples/dist/quickstart/reading-the-ledger.js`
 */
import {
  boundedOutOfOrderness,
  combineGlobally,
  fixedWindows,
  formatTimestamp,
  minutes,
  seconds,
  windowInto,
} from '@tidemark/core'
import { fromObservable, streamingRunner } from '@tidemark/runners/streaming'
import { count } from '@tidemark/transforms'
import { from } from 'rxjs'

const readings = [
  { sensor: 'a', at: '2026-03-01T10:00:10Z' },
  { sensor: 'b', at: '2026-03-01T10:01:30Z' },
  { sensor: 'a', at: '2026-03-01T10:00:50Z' }, // 40 s behind, and only 5 s are allowed
  { sensor: 'b', at: 'yesterday' },
  { sensor: 'a', at: '2026-03-01T10:01:45Z' },
]

const job = streamingRunner().run((root) => ({
  perMinute: root.pipe(
    fromObservable('Readings', from(readings), {
      timestamp: (reading) => Date.parse(reading.at),
      watermark: boundedOutOfOrderness(seconds(5)),
    }),
    windowInto(fixedWindows(minutes(1))),
    combineGlobally('Count', count()),
  ),
}))

job.outputs.perMinute.subscribe(({ value, window }) => console.log(formatTimestamp(window.start).slice(11, 16), value))
job.ledger.subscribe(({ reason, step, element, detail }) => {
  console.log(`${reason} at ${step}: ${JSON.stringify(element)}, because ${detail}`)
})
await job.done
for (const [place, entries] of job.ledgerCounts) console.log(`${place}: ${entries}`)
