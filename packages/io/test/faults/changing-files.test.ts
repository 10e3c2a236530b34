/**
 * Faults A6 to A8 and A10: files that change, stand there twice, are empty, or cannot be read.
 */
import { appendFileSync, renameSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Json, SourceBatch, SourceReader } from '@tidemark/core'
import { readText, type FileOptions } from '@tidemark/io/text'
import { describe, expect, it } from 'vitest'
import { ComparedBytes } from '../../src/file/content-hash.ts'
import { identityOf } from '../../src/file/file-identity.ts'
import { sourceOf } from '../read-all.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { failureOf, timestamp } from './run-files.ts'

const lines = 'a line\n'.repeat(1000)

/** A file, and a way to open it that keeps to how it was listed. */
async function listed(content: string | Uint8Array, options: FileOptions = {}) {
  const file = aged(content)
  const source = sourceOf(readText('Lines', file, { timestamp, chunkBytes: 1000, ...options }))
  const [split] = await source.splits()
  if (split === undefined) throw new Error('no split')
  return { file, open: (position?: Json) => source.open(split, position) }
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

const replace = (file: string) => {
  writeFileSync(`${file}.new`, lines)
  renameSync(`${file}.new`, file)
}

const LONG_AGO = new Date('2020-01-01')

/** A file of some lines, last written long ago. */
function aged(content: string | Uint8Array): string {
  const file = join(scratchFolder({ 'a.txt': content }), 'a.txt')
  utimesSync(file, LONG_AGO, LONG_AGO)
  return file
}

/** Writes other text of the same length and puts the time of writing back. */
const forge = (file: string) => {
  writeFileSync(file, lines.toUpperCase())
  utimesSync(file, LONG_AGO, LONG_AGO)
}

const changes: readonly (readonly [string, (file: string) => void, string, RegExp])[] = [
  ['grows', (file) => appendFileSync(file, 'more\n'), 'SOURCE_CHANGED', /had 7000 bytes and has 7005/],
  ['is cut', (file) => truncateSync(file, 1500), 'SOURCE_CHANGED', /had 7000 bytes and has 1500/],
  ['is replaced', replace, 'SOURCE_CHANGED', /another file stands in its place/],
  ['is written over', (file) => writeFileSync(file, lines.toUpperCase()), 'SOURCE_CHANGED', /it was written to/],
  ['is written over, its time put back,', forge, 'SOURCE_CHANGED', /its status changed/],
]

describe('a file that changes', () => {
  it('A6: a file that is removed or renamed while it is read fails the run, which publishes nothing', async () => {
    for (const remove of [(file: string) => rmSync(file), (file: string) => renameSync(file, `${file}.old`)]) {
      const file = aged(lines)
      let isChanged = false
      const failure = await failureOf(readText('Lines', file, { timestamp, chunkBytes: 1000 }), () => {
        if (!isChanged) remove(file)
        isChanged = true
      })
      expect(failure).toMatchObject({ code: 'SOURCE_CHANGED', isPublished: false })
      expect(failure.message).toContain('it is not there any more (ENOENT')
    }
  })

  for (const [what, change, code, why] of changes) {
    it(`A6: a file that ${what} while it is read fails the run, which publishes nothing`, async () => {
      const file = aged(lines)
      let isChanged = false
      const failure = await failureOf(readText('Lines', file, { timestamp, chunkBytes: 1000 }), () => {
        if (!isChanged) change(file)
        isChanged = true
      })
      expect(failure).toEqual({ code, message: expect.stringMatching(why), isPublished: false })
      expect(failure.message).toContain(file)
    })

    it(`A6: a file that ${what} after it was listed is an error when it is opened`, async () => {
      const { file, open } = await listed(lines)
      change(file)
      expect(() => open()).toThrow(expect.objectContaining({ code, message: expect.stringMatching(why) }))
      expect(() => open()).toThrow(/a\.txt/)
    })
  }

  it('A6: a compressed file that is replaced while it is read fails the run', async () => {
    const random = Array.from({ length: 100_000 }, (_, i) => `${(i * 2_654_435_761) % 4_294_967_296}\n`).join('')
    const file = join(scratchFolder({ 'a.gz': gzipSync(random) }), 'a.gz')
    let isChanged = false
    const failure = await failureOf(readText('Lines', file, { timestamp, chunkBytes: 1000 }), () => {
      if (!isChanged) replace(file)
      isChanged = true
    })
    expect(failure).toMatchObject({ code: 'SOURCE_CHANGED', isPublished: false })
  })

  it('A6: on request content is compared with its hash, where size, times and inode say nothing', async () => {
    const file = join(scratchFolder({ 'a.txt': lines }), 'a.txt')
    const found = () => identityOf(statSync(file, { bigint: true }))
    const identity = { ...found() }
    const bytes = new ComparedBytes(file, identity, 0, lines.length)
    bytes.read(Buffer.alloc(100), 0, 100)
    writeFileSync(file, `${lines.slice(0, -2)}!\n`)
    // As on a file system that keeps no times: the file looks as it was listed.
    Object.assign(identity, found())
    const rest = Buffer.alloc(lines.length)
    expect(bytes.read(rest, 0, rest.length)).toBe(6900)
    expect(() => bytes.read(rest, 0, rest.length)).toThrow(
      expect.objectContaining({
        code: 'SOURCE_CHANGED',
        message: expect.stringMatching(/sha256 of its content was [0-9a-f]{64} and is [0-9a-f]{64}/),
      }),
    )
    bytes.close()
  })

  it('A6: content that is compared reads as it would otherwise, plain, compressed and in splits', async () => {
    const { open: again } = await listed(lines, { checkContent: true })
    expect(await toEnd(again())).toBe(1000)
    const { open: packed } = await listed(gzipSync(lines), { checkContent: true })
    expect(await toEnd(packed())).toBe(1000)
    const { open: cut } = await listed(lines, { checkContent: true, splitBytes: 5000 })
    expect(await toEnd(cut())).toBe(715)
  })

  it('A10: a file that vanishes while it is read fails the run even where unreadable ones are left out', async () => {
    const { file, open } = await listed(lines, { unreadable: 'skip' })
    const reader = open()
    const { position } = await reader.read(10)
    rmSync(file)
    await expect(toEnd(reader)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' })
    // Nor is it left out where reading goes on in it after a restart.
    expect(() => open(position)).toThrow(expect.objectContaining({ code: 'SOURCE_UNREADABLE' }))
  })

  it('A6: a file that stays as it is reads to its end', async () => {
    const { open } = await listed(lines)
    expect(await toEnd(open())).toBe(1000)
  })
})
