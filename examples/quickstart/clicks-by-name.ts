/**
 * A pipeline by name: functions do not travel to another process, names do.
 *
 * The name is text on its way, and runs as the pipeline itself would. Run it in the repository's root:
 * `node examples/dist/quickstart/clicks-by-name.js`
 */
import { batchRunner } from '@tidemark/runners/batch'
import { namedClicks } from './named-clicks.ts'

const ref = namedClicks('examples/quickstart/clicks.ndjson')
const sent = JSON.parse(JSON.stringify(ref)) as typeof ref

const { outputs } = await batchRunner().run(sent)
for (const { value, window } of outputs.clicks) {
  const [page, clicks] = value
  console.log(new Date(window.start).toISOString().slice(11, 16), page, clicks)
}
