/**
 * Fault B1: records without an end in sight. What is kept of one is its beginning, its length and its hash; memory stays flat.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { readCsv } from '@tidemark/io/csv'
import { readNdjson } from '@tidemark/io/ndjson'
import { readText } from '@tidemark/io/text'
import { readTsv } from '@tidemark/io/tsv'
import { beforeAll, describe, expect, it } from 'vitest'
import { scratchFolder } from '../scratch-folder.ts'
import { ownProcess } from './own-process.ts'
import { runFiles, timestamp } from './run-files.ts'

const MEBIBYTE = 1024 * 1024

interface Figures {
  readonly elements: number
  readonly rejected: readonly string[]
  readonly grown: number
}

// What needs least memory comes first: none can use what another one has left.
const scenarios = [
  '600 MB without a line end',
  'a line of 100 MB',
  'a row of 100 MB',
  'a quoted field of 100 MB',
  '100 MB in lines',
] as const

const tooLarge = (bytes: number, more: string, line: number, byte: number) =>
  expect.stringMatching(
    new RegExp(
      `^TOO_LARGE 1024 ${bytes} bytes${more}, more than maxRecordBytes \\(1048576\\); sha256 [0-9a-f]{64} \\(line ${line}, byte ${byte}\\)$`,
    ),
  )

describe('memory stays flat', () => {
  let all: Readonly<Record<(typeof scenarios)[number], Figures>>
  beforeAll(() => {
    all = ownProcess(new URL('memory-figures.ts', import.meta.url), scenarios) as typeof all
  })

  it('B1: over a line of 100 MB, which is a dead letter; the lines around it are read', () => {
    const { elements, rejected, grown } = all['a line of 100 MB']
    expect([elements, rejected]).toEqual([2, [tooLarge(100 * MEBIBYTE, '', 2, 8)]])
    expect(grown).toBeLessThan(48 * MEBIBYTE)
  })

  it('B1: over 600 MB without a line end, more than a string can hold', () => {
    const { elements, rejected, grown } = all['600 MB without a line end']
    expect([elements, rejected]).toEqual([1, [tooLarge(600 * MEBIBYTE, '', 2, 6)]])
    expect(grown).toBeLessThan(48 * MEBIBYTE)
  })

  it('B1: over a quoted field of 100 MB', () => {
    const { elements, rejected, grown } = all['a quoted field of 100 MB']
    expect([elements, rejected]).toEqual([1, [tooLarge(100 * MEBIBYTE + 4, '', 2, 4)]])
    expect(grown).toBeLessThan(48 * MEBIBYTE)
  })

  it('B1: over a row of 100 MB', () => {
    const { elements, rejected, grown } = all['a row of 100 MB']
    expect([elements, rejected]).toEqual([2, [tooLarge(100 * MEBIBYTE, '', 3, 4)]])
    expect(grown).toBeLessThan(48 * MEBIBYTE)
  })

  it('B1: over 100 MB in lines', () => {
    const { elements, grown } = all['100 MB in lines']
    expect(elements).toBe(3_000_000)
    expect(grown).toBeLessThan(96 * MEBIBYTE)
  })
})

describe('a record that is too long', () => {
  it('B1: stands in the ledger with its first KiB, its length, its hash and its place, and is counted', async () => {
    const long = 'é'.repeat(600_000)
    const file = join(scratchFolder({ 'a.txt': `one\n${long}\nthree\n` }), 'a.txt')
    const { elements, ledger, raw, counted } = await runFiles(readText('Lines', file, { timestamp }))
    const hash = createHash('sha256').update(long).digest('hex')
    expect(elements).toEqual(['one', 'three'])
    expect(ledger).toEqual([
      `2 TOO_LARGE: 1200000 bytes, more than maxRecordBytes (1048576); sha256 ${hash} (line 2, byte 4)`,
    ])
    expect(raw).toEqual(['é'.repeat(512)])
    expect(counted).toBe(1)
  })

  it('B1: is one of exactly one byte more than allowed, in every format', async () => {
    const folder = scratchFolder({
      'a.txt': 'x'.repeat(20) + '\n' + 'x'.repeat(21),
      'a.ndjson': `"${'x'.repeat(18)}"\n"${'x'.repeat(19)}"`,
      'a.csv': `a\n"${'x'.repeat(18)}"\n"${'x'.repeat(19)}"`,
      'a.tsv': 'a\n' + 'x'.repeat(20) + '\n' + 'x'.repeat(21),
    })
    const limited = { timestamp, maxRecordBytes: 20 }
    const readers = [
      readText('Records', join(folder, 'a.txt'), limited),
      readNdjson('Records', join(folder, 'a.ndjson'), limited),
      readCsv('Records', join(folder, 'a.csv'), limited),
      readTsv('Records', join(folder, 'a.tsv'), limited),
    ] as const
    for (const reader of readers) {
      const { elements, ledger, counted } = await runFiles<unknown>(reader)
      expect([elements.length, counted]).toEqual([1, 1])
      expect(ledger[0]).toMatch(/^[23] TOO_LARGE: 21 bytes, more than maxRecordBytes \(20\)/)
    }
  })

  it('B1: says where a quote is that was never closed', async () => {
    const file = join(scratchFolder({ 'a.csv': `a,b\n1,2\n3,"${'x\n'.repeat(50)}` }), 'a.csv')
    const { elements, ledger } = await runFiles(readCsv('Rows', file, { timestamp, maxRecordBytes: 20 }))
    expect(elements).toEqual([{ a: '1', b: '2' }])
    expect(ledger).toEqual([
      expect.stringMatching(
        /^3 TOO_LARGE: 103 bytes in 50 lines up to the end of the file, as a quoted field is not closed, more .* \(line 3, byte 8\)$/,
      ),
    ])
  })
})
