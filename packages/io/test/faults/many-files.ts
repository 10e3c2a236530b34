/**
 * A program of its own: makes a tree of files, reads it on both runners and prints what it found, and by how much memory grew.
 */
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { filter, type PCollection, type Root } from '@tidemark/core'
import { readText } from '@tidemark/io/text'
import { batchRunner } from '@tidemark/runners/batch'
import { streamingRunner } from '@tidemark/runners/streaming'
import { peakMemory } from './own-process.ts'
import { timestamp } from './run-files.ts'

const [inBatch = 0, live = 0, descriptors = 0] = process.argv.slice(2).map(Number)

// Where there is a file system in memory: what is measured is not the disk.
const root = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'tidemark-many-'))
try {
  for (let i = 0; i < inBatch; i++) {
    const folder = join(root, i < live ? 'live' : `batch/${Math.floor(i / 1000)}`)
    if (i === 0 || i === live || i % 1000 === 0) mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `${i}.txt`), `${i}\n`)
  }
  leaveFree(descriptors)
  const only = (text: string) => (lines: PCollection<string>) => lines.pipe(filter((line) => line === text))
  const read = (path: string) => (start: Root) => ({
    found: only('0')(start.pipe(readText('Lines', path, { timestamp }))),
  })
  const grown = peakMemory()
  const batch = await batchRunner({ progress: 'never' }).run(read(root))
  const growth = grown()
  const job = streamingRunner().run(read(join(root, 'live')))
  await job.done
  process.stdout.write(
    JSON.stringify({
      batch: batch.elapsed.records,
      found: batch.outputs.found.map(({ value }) => value),
      live: job.counters.find(({ step }) => step === 'Lines')?.in,
      growth,
    }),
  )
} finally {
  rmSync(root, { recursive: true, force: true })
}

/** Takes all descriptors that the process may have but for a few. (With that limit from the start, its own modules could not be loaded.) */
function leaveFree(few: number): void {
  const taken: number[] = []
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'))
  } catch {
    for (const descriptor of taken.slice(0, few)) closeSync(descriptor)
  }
}
