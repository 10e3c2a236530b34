/**
 * Files that change, vanish, are damaged or made to do harm: the run ends with a code, and nothing is taken for the whole.
 */
import { appendFileSync, renameSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { SourceBatch, SourceReader } from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import type { FileOptions } from '../../src/file/file-options.ts'
import { readText } from '../../src/text/read-text.ts'
import { readAll, sourceOf } from '../read-all.ts'
import { scratchFolder } from '../scratch-folder.ts'

const lines = 'a line\n'.repeat(1000)

/** Opens the file of a folder and reads its first piece. */
async function begin(content: string | Uint8Array, options: FileOptions = {}) {
  const file = join(scratchFolder({ 'a.txt': content }), 'a.txt')
  const source = sourceOf(readText('Lines', file, { timestamp: () => 0, chunkBytes: 1000, ...options }))
  const [split] = await source.splits()
  if (split === undefined) throw new Error('no split')
  return { file, open: () => source.open(split) }
}

async function toEnd(reader: SourceReader<string>): Promise<number> {
  try {
    let count = 0
    let batch: SourceBatch<string>
    do {
      batch = await reader.read(1000)
      count += batch.elements.length
    } while (!batch.done)
    return count
  } finally {
    await reader.close()
  }
}

describe('a file that changes while it is read', () => {
  const changes: readonly (readonly [string, (file: string) => void])[] = [
    ['grows', (file) => appendFileSync(file, 'more\n')],
    ['is cut', (file) => truncateSync(file, 1500)],
    ['is replaced', (file) => replace(file)],
    ['is removed', (file) => rmSync(file)],
    ['is written to in place', (file) => touch(file)],
  ]

  for (const [what, change] of changes) {
    it(`that ${what} is an error`, async () => {
      const { file, open } = await begin(lines)
      const reader = open()
      await reader.read(10)
      change(file)
      await expect(toEnd(reader)).rejects.toMatchObject({
        code: what === 'is removed' ? 'SOURCE_UNREADABLE' : 'SOURCE_CHANGED',
      })
    })

    it(`that ${what} after it was listed is an error`, async () => {
      const { file, open } = await begin(lines)
      change(file)
      expect(open).toThrow(
        expect.objectContaining({ code: what === 'is removed' ? 'SOURCE_UNREADABLE' : 'SOURCE_CHANGED' }),
      )
      expect(open).toThrow(/a\.txt/)
    })
  }

  it('that stays as it is reads to the end', async () => {
    const { open } = await begin(lines)
    expect(await toEnd(open())).toBe(1000)
  })
})

describe('a compressed file', () => {
  const packed = gzipSync(Array.from({ length: 2000 }, (_, i) => `line ${i}\n`).join(''))

  it('is an error wherever it is cut short', async () => {
    for (const length of [0, 1, 2, 5, 10, 100, packed.length - 9, packed.length - 8, packed.length - 1]) {
      const file = join(scratchFolder({ 'a.gz': packed.subarray(0, length) }), 'a.gz')
      const cut = readAll(readText('Lines', file, { timestamp: () => 0 }))
      await expect(cut).rejects.toMatchObject({ code: 'TRUNCATED' })
    }
  })

  it('is an error when a second member is cut short', async () => {
    const file = join(scratchFolder({ 'a.gz': Buffer.concat([packed, packed.subarray(0, 50)]) }), 'a.gz')
    await expect(readAll(readText('Lines', file, { timestamp: () => 0 }))).rejects.toMatchObject({ code: 'TRUNCATED' })
  })

  it('is an error when its bytes were changed, or something else follows', async () => {
    const damaged = Buffer.from(packed)
    damaged[packed.length - 6] = (damaged[packed.length - 6] ?? 0) ^ 1
    for (const content of [damaged, Buffer.concat([packed, Buffer.from('rubbish')])]) {
      const file = join(scratchFolder({ 'a.gz': content }), 'a.gz')
      await expect(readAll(readText('Lines', file, { timestamp: () => 0 }))).rejects.toMatchObject({
        code: 'GZIP_CORRUPT',
      })
    }
  })

  it('is known by its first bytes, whatever its name', async () => {
    const file = join(scratchFolder({ 'a.txt': packed }), 'a.txt')
    expect((await readAll(readText('Lines', file, { timestamp: () => 0 }))).elements).toHaveLength(2000)
  })

  it('counts its bytes as they are stored', async () => {
    const file = join(scratchFolder({ 'a.gz': packed }), 'a.gz')
    const { bytes, splits } = await readAll(readText('Lines', file, { timestamp: () => 0 }))
    expect([bytes, splits[0]?.bytes]).toEqual([packed.length, packed.length])
  })

  it('is one split, however long', async () => {
    const file = join(scratchFolder({ 'a.gz': packed }), 'a.gz')
    expect((await readAll(readText('Lines', file, { timestamp: () => 0, splitBytes: 100 }))).splits).toHaveLength(1)
  })

  it('that grows beyond its limits is an error', async () => {
    const bomb = gzipSync(Buffer.alloc(30_000_000, 'a\n'))
    const file = join(scratchFolder({ 'a.gz': bomb }), 'a.gz')
    const read = (options: FileOptions) => readAll(readText('Lines', file, { timestamp: () => 0, ...options }))
    await expect(read({})).rejects.toMatchObject({ code: 'BOMB' })
    await expect(read({ maxExpansion: Infinity, maxExpandedBytes: 1_000_000 })).rejects.toMatchObject({ code: 'BOMB' })
    const source = sourceOf(readText('Lines', file, { timestamp: () => 0, maxExpansion: 2000 }))
    const [split] = await source.splits()
    expect(split === undefined ? 0 : await toEnd(source.open(split))).toBe(15_000_000)
  })
})

function replace(file: string): void {
  writeFileSync(`${file}.new`, lines)
  renameSync(`${file}.new`, file)
}

function touch(file: string): void {
  writeFileSync(file, lines.toUpperCase())
  utimesSync(file, 1, 1)
}
