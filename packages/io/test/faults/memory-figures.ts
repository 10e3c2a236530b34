/**
 * A program of its own: reads one file with the source of readText and prints what it found and by how much memory grew.
 */
import { readText } from '@tidemark/io/text'
import { sourceOf } from '../read-all.ts'

const [file = ''] = process.argv.slice(2)
const source = sourceOf(readText('Lines', file, { timestamp: () => 0, maxExpansion: Infinity }))
const before = process.memoryUsage().rss
let most = before
let elements = 0
const rejected: string[] = []
for (const split of await source.splits()) {
  const reader = source.open(split)
  for (let done = false; !done;) {
    const batch = await reader.read(8192)
    done = batch.done
    elements += batch.elements.length
    rejected.push(...batch.rejected.map(({ code, raw, detail }) => `${code} ${raw.length} ${detail}`))
    most = Math.max(most, process.memoryUsage().rss)
  }
  await reader.close()
}
process.stdout.write(JSON.stringify({ elements, rejected, grown: most - before }))
