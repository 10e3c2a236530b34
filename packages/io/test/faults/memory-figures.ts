/**
 * A program of its own: makes files as asked, one after the other, reads them and prints what it found and by how much memory grew at its peak.
 */
import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { PCollection, PTransform, Root } from '@tidemark/core'
import { readCsv } from '@tidemark/io/csv'
import { readNdjson } from '@tidemark/io/ndjson'
import { readText } from '@tidemark/io/text'
import { readTsv } from '@tidemark/io/tsv'
import { peakMemory } from './own-process.ts'
import { timestamp } from './run-files.ts'
import { sourceOf } from '../read-all.ts'

const MEBIBYTE = 1024 * 1024
const folder = mkdtempSync(join(tmpdir(), 'tidemark-memory-'))
const file = join(folder, 'a')

/** Some lines, with so many bytes of zeros between two of them: a hole, which takes no room on the disk. */
function holed(before: string, bytes: number, after: string): void {
  writeFileSync(file, before)
  truncateSync(file, before.length + bytes)
  writeFileSync(file, after, { flag: 'a' })
}

function repeated(piece: Uint8Array, times: number): void {
  const handle = openSync(file, 'w')
  for (let i = 0; i < times; i++) writeSync(handle, piece)
  closeSync(handle)
}

type Reader = () => PTransform<Root, PCollection<unknown>>
const text: Reader = () => readText('Lines', file, { timestamp, maxExpansion: Infinity })

const scenarios: Readonly<Record<string, readonly [make: () => void, reader: Reader]>> = {
  'a line of 100 MB': [
    () => holed('"first"\n', 100 * MEBIBYTE, '\n"last"\n'),
    () => readNdjson('Lines', file, { timestamp }),
  ],
  '600 MB without a line end': [() => holed('first\n', 600 * MEBIBYTE, ''), text],
  'a quoted field of 100 MB': [
    () => holed('a,b\n1,"', 100 * MEBIBYTE, '"\n3,4\n'),
    () => readCsv('Lines', file, { timestamp }),
  ],
  'a row of 100 MB': [() => holed('a\n1\n', 100 * MEBIBYTE, '\n3\n'), () => readTsv('Lines', file, { timestamp })],
  '100 MB in lines': [() => repeated(Buffer.from('a line of some length, with an end\n'.repeat(30_000)), 100), text],
  'a bomb of 400 MB': [() => repeated(gzipSync(Buffer.alloc(MEBIBYTE, 'x')), 400), text],
  'a bomb of 400 MB in lines': [() => repeated(gzipSync(Buffer.alloc(MEBIBYTE, `${'x'.repeat(1023)}\n`)), 400), text],
}

async function read(reader: PTransform<Root, PCollection<unknown>>) {
  const source = sourceOf(reader)
  const grown = peakMemory()
  let elements = 0
  const rejected: string[] = []
  for (const split of await source.splits()) {
    const open = source.open(split)
    for (let done = false; !done;) {
      const batch = await open.read(8192)
      done = batch.done
      elements += batch.elements.length
      rejected.push(...batch.rejected.map(({ code, raw, detail }) => `${code} ${raw.length} ${detail}`))
    }
    await open.close()
  }
  return { elements, rejected, grown: grown() }
}

try {
  const figures: Record<string, unknown> = {}
  for (const what of process.argv.slice(2)) {
    const scenario = scenarios[what]
    if (scenario === undefined) throw new Error(`no scenario ${what}`)
    scenario[0]()
    figures[what] = await read(scenario[1]())
  }
  process.stdout.write(JSON.stringify(figures))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
