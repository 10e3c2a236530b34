/**
 * The same composite over a file: history gives the figures that the live stream gave.
 *
 * A line of the file is cut off; it is in the ledger, with its place. Run it in the repository's root:
 * `node examples/dist/quickstart/clicks-history.js`
 */
import { parseTimestamp } from '@tidemark/core'
import { readNdjson } from '@tidemark/io/ndjson'
import { batchRunner } from '@tidemark/runners/batch'
import { clicksPerMinute, type Click } from './clicks-per-minute.ts'

const parse = (line: unknown): Click => {
  const { page, at } = line as { readonly page: string; readonly at: string }
  return { page, at: parseTimestamp(at) }
}

const { outputs, ledger } = await batchRunner().run((root) => ({
  clicks: root.pipe(
    readNdjson('Clicks', 'examples/quickstart/clicks.ndjson', { parse, timestamp: (click) => click.at }),
    clicksPerMinute,
  ),
}))

for (const { value, window } of outputs.clicks) {
  const [page, clicks] = value
  console.log(new Date(window.start).toISOString().slice(11, 16), page, clicks)
}
for (const { reason, position } of ledger) console.log(`line ${position?.offset}: ${reason}`)
