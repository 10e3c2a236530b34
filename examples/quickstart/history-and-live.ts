/**
 * History and live from one composite: the figures of yesterday's file and of today's stream cannot drift apart.
 *
 * The file is read as history and once more as if it were live, through the same composite; what they settle on is compared.
 * Run it in the repository's root: `node examples/dist/quickstart/history-and-live.js`
 */
import { boundedOutOfOrderness, parseTimestamp, seconds, type Root } from '@tidemark/core'
import { readNdjson } from '@tidemark/io/ndjson'
import { batchRunner } from '@tidemark/runners/batch'
import { streamingRunner } from '@tidemark/runners/streaming'
import { formatDifferences, settledDifferences } from '@tidemark/runners/testing'
import { clicksPerMinute, type Click } from './clicks-per-minute.ts'

const parse = (line: unknown): Click => {
  const { page, at } = line as { readonly page: string; readonly at: string }
  return { page, at: parseTimestamp(at) }
}

/** The pipeline, whoever runs it. Only a live run asks for the watermark: history is read to its end. */
const pipeline = (root: Root) => ({
  clicks: root.pipe(
    readNdjson('Clicks', 'examples/quickstart/clicks.ndjson', {
      parse,
      timestamp: (click) => click.at,
      watermark: boundedOutOfOrderness(seconds(5)),
    }),
    clicksPerMinute,
  ),
})

const history = await batchRunner({ settled: true, deadLetters: 'off' }).run(pipeline)
const live = streamingRunner({ settled: true, deadLetters: 'off' }).run(pipeline)
await live.done

const differences = settledDifferences(history.settled.clicks, live.settled.clicks)
for (const { value, window } of history.settled.clicks.entries) {
  console.log(new Date(window.start).toISOString().slice(11, 16), JSON.stringify(value))
}
console.log(differences.length === 0 ? 'live and history agree' : formatDifferences(differences))
