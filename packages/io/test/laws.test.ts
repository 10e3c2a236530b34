/**
 * Sources and sinks of this package keep the laws that everybody's are held to.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import {
  NO_FIRING,
  type Overwrite,
  type PCollection,
  type PTransform,
  type Root,
  type WindowedValue,
} from '@tidemark/core'
import { checkSinkLaws, checkSourceLaws } from '@tidemark/core/testing'
import { describe, expect, it } from 'vitest'
import { readCsv } from '../src/csv/read-csv.ts'
import { writeCsv } from '../src/csv/write-csv.ts'
import { memorySink } from '../src/memory/memory-sink.ts'
import { memorySource } from '../src/memory/memory-source.ts'
import { readNdjson } from '../src/ndjson/read-ndjson.ts'
import { writeNdjson } from '../src/ndjson/write-ndjson.ts'
import { readText } from '../src/text/read-text.ts'
import { readTsv } from '../src/tsv/read-tsv.ts'
import { sourceOf } from './read-all.ts'
import { scratchFolder } from './scratch-folder.ts'
import { sinkOf, windowed } from './written.ts'

const timestamp = (): number => 0

// Bad records first, last, alone and side by side; blank lines, line ends of both kinds, none at the end.
const content: Readonly<Record<string, string>> = {
  text: '\xff\nfirst\r\n\n' + 'long'.repeat(40) + '\nlast\n\xff\xff\nend',
  ndjson: '{"n":1}\nno json\n{"n":2}\r\n\n{"n":3}\n{\n}\n{"n":[4,{"m":null}]}',
  csv: 'a,b\n1,2\n"1\n1",2\n1\n"x ""y""",\n,\n1,2,3\n3,4',
  tsv: 'a\tb\n1\t2\n1\nx y\t\n\t\n3\t4\t5\n5\t6\n',
}

type Reader = (paths: string) => PTransform<Root, PCollection<unknown>>

const small = { timestamp, maxRecordBytes: 100, chunkBytes: 8 }
const readers: Readonly<Record<string, Reader>> = {
  text: (paths) => readText('In', paths, small),
  ndjson: (paths) => readNdjson('In', paths, small),
  csv: (paths) => readCsv('In', paths, small),
  tsv: (paths) => readTsv('In', paths, small),
}

describe('a source in memory', () => {
  // Mutation: packages/io/src/memory/memory-source.ts: `elements.slice(first, first + credits)` → `elements.slice(first, first + credits + 1)`
  // Mutation: packages/io/src/memory/memory-source.ts: `position: next,` → `position: first,`
  // Mutation: packages/io/src/memory/memory-source.ts: `numbers[index] = first + index` → `numbers[index] = index`
  it('keeps the laws of sources, with one split, several or none', async () => {
    expect(await checkSourceLaws(memorySource(['a', 'b', 'c', 'd', 'e']))).toEqual([])
    expect(await checkSourceLaws(memorySource<unknown>({ early: [1, { two: [2n] }], none: [], late: [null] }))).toEqual(
      [],
    )
    expect(await checkSourceLaws(memorySource({}))).toEqual([])
  })
})

describe.each(Object.keys(content))('a source of %s files', (format) => {
  const bytes = Buffer.from(content[format]!, 'latin1')

  it('keeps the laws of sources, plain and compressed', async () => {
    const folder = scratchFolder({ 'a.txt': bytes, 'b.txt.gz': gzipSync(bytes), 'c.txt': '', 'd.txt': bytes })
    const source = sourceOf(readers[format]!(join(folder, '*')))
    const splits = await source.splits()
    expect(splits).toHaveLength(4)
    expect(await checkSourceLaws(source)).toEqual([])
  })
})

describe('a source of lines', () => {
  // Mutation: packages/io/src/file/line-reader.ts: `elements.length + rejected.length < credits` → `elements.length < credits + 1`
  // Mutation: packages/io/src/file/line-reader.ts: `      this.#line++` → `      this.#line += elements.length > 0 ? 1 : 2`
  it('keeps the laws of sources where files are cut into splits', async () => {
    const folder = scratchFolder({ 'a.ndjson': Buffer.from(content['ndjson']!.repeat(5)) })
    for (const splitBytes of [1, 10, 64]) {
      const source = sourceOf(readNdjson('In', folder, { ...small, chunkBytes: 64, splitBytes }))
      expect((await source.splits()).length).toBeGreaterThan(2)
      expect(await checkSourceLaws(source)).toEqual([])
    }
  })
})

const elements = ['c', 'a', 'b', 'a'].map((value) => windowed(value))
const overwrite = (key: string, ...values: readonly string[]): Overwrite<string> => {
  const [{ timestamp: at, window }] = [windowed('')]
  const own = values.map((value) => ({ value, timestamp: at, window, pane: NO_FIRING }))
  return { step: 'Sum', key, window, elements: own, pane: NO_FIRING }
}

describe('a sink into memory', () => {
  // Mutation: packages/io/src/memory/memory-sink.ts: `for (const element of elements) pending.push(element)` → `for (const element of elements) this.#committed.push(element)`
  // Mutation: packages/io/src/memory/memory-sink.ts: `this.#pending ?? refuse('commit')` → `this.#pending ?? []`
  it('keeps the laws of sinks, whatever it takes', async () => {
    const sink = memorySink<string>()
    const visible = () => sink.committed.map(({ value }) => value)
    expect(await checkSinkLaws(sink, elements, { visible, order: 'written' })).toEqual([])

    const changes = memorySink<string>({ takes: 'changes' })
    const signed = elements.map((element, index): WindowedValue<string> => ({
      ...element,
      sign: index % 2 === 0 ? 1 : -1,
    }))
    expect(
      await checkSinkLaws(changes, signed, {
        visible: () => changes.committed.map(({ value, sign }) => [value, sign]),
        expected: (written) => written.map(({ value, sign }) => [value, sign]),
        order: 'written',
      }),
    ).toEqual([])
  })

  it('that takes overwrites holds, once folded, what the last of each place leaves', async () => {
    const sink = memorySink<string>({ takes: 'overwrites' })
    const places = () => {
      const standing = new Map(sink.committed.map(({ key, elements: own }) => [key, own]))
      return [...standing.values()].flatMap((own) => own.map(({ value }) => value))
    }
    const written = [overwrite('a', 'x'), overwrite('b', 'y', 'z'), overwrite('c'), overwrite('a', 'x')]
    expect(await checkSinkLaws(sink, written, { visible: places })).toEqual([])
  })
})

describe('a result file', () => {
  const rowsOf = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [])

  // Mutation: packages/io/src/file/row-sink.ts: `if (!this.#ended) return` → `if (what !== '') return`
  // Mutation: packages/io/src/file/row-sorter.ts: `this.#rows.sort(compareRows).values()` → `this.#rows.values()`
  it('keeps the laws of sinks, sorted in memory or on disk', async () => {
    const folder = scratchFolder()
    const ndjson = join(folder, 'out.ndjson')
    const csv = join(folder, 'out.csv')
    const laws = { order: 'fixed', commits: 'replace' } as const
    for (const memoryBytes of [1, 1_000_000]) {
      expect(
        await checkSinkLaws(sinkOf(writeNdjson<string>('Out', ndjson, { window: false, memoryBytes })), elements, {
          ...laws,
          visible: () => rowsOf(ndjson).map((row) => (JSON.parse(row) as { value: string }).value),
        }),
      ).toEqual([])
      expect(
        await checkSinkLaws(sinkOf(writeCsv<string>('Out', csv, { window: false, memoryBytes })), elements, {
          ...laws,
          visible: () => rowsOf(csv).slice(1),
        }),
      ).toEqual([])
    }
  })
})
