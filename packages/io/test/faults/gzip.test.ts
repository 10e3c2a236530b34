/**
 * Fault B16: compressed files that are made to do harm, cut short, damaged, or put together of several.
 */
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { readCsv } from '@tidemark/io/csv'
import { readText, type FileOptions } from '@tidemark/io/text'
import { describe, expect, it } from 'vitest'
import { readAll } from '../read-all.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { ownProcess } from './own-process.ts'
import { failureOf, runFiles, timestamp } from './run-files.ts'

const MEBIBYTE = 1024 * 1024
const packed = gzipSync(Array.from({ length: 2000 }, (_, i) => `line ${i}\n`).join(''))

const fileOf = (content: Uint8Array) => join(scratchFolder({ 'a.gz': content }), 'a.gz')
const reader = (content: Uint8Array, options: FileOptions = {}) =>
  readText('Lines', fileOf(content), { timestamp, ...options })

describe('a gzip bomb', () => {
  const bomb = gzipSync(Buffer.alloc(30_000_000, `${'a'.repeat(999_999)}\n`))

  it('B16: fails the run for its ratio, and publishes nothing', async () => {
    const failure = await failureOf(reader(bomb))
    expect(failure).toMatchObject({ code: 'BOMB', isPublished: false })
    expect(failure.message).toMatch(/a\.gz grows beyond its limit: \d+ bytes from \d+ \(maxExpansion is 500\)/)
  })

  it('B16: fails the run for its size where that is limited', async () => {
    expect(await failureOf(reader(bomb, { maxExpansion: Infinity, maxExpandedBytes: MEBIBYTE }))).toMatchObject({
      code: 'BOMB',
      message: expect.stringContaining('maxExpandedBytes is 1048576'),
      isPublished: false,
    })
  })

  it('B16: is read where it is meant', async () => {
    expect((await readAll(reader(bomb, { maxExpansion: 2000 }))).elements).toHaveLength(30)
  })

  for (const [what, found] of [
    ['a bomb of 400 MB', { elements: 0, rejected: [expect.stringMatching(/^TOO_LARGE 1024 419430400 bytes/)] }],
    ['a bomb of 400 MB in lines', { elements: 409_600, rejected: [] }],
  ] as const) {
    it(`B16: memory stays flat over ${what}`, () => {
      const { grown, ...others } = (
        ownProcess(new URL('memory-figures.ts', import.meta.url), [what]) as Record<
          typeof what,
          { readonly grown: number }
        >
      )[what]
      expect(others).toEqual(found)
      expect(grown).toBeLessThan(96 * MEBIBYTE)
    })
  }
})

describe('a gzip file that is not whole', () => {
  it('B16: fails the run wherever it is cut short, and publishes nothing', async () => {
    for (const length of [0, 1, 2, 5, 10, 100, packed.length - 9, packed.length - 8, packed.length - 1]) {
      const failure = await failureOf(reader(packed.subarray(0, length)))
      expect(failure).toMatchObject({ code: 'TRUNCATED', isPublished: false })
      expect(failure.message).toMatch(/The compressed file \S+a\.gz ends too early/)
    }
  })

  it('B16: fails the run when a second member is cut short', async () => {
    const cut = Buffer.concat([packed, packed.subarray(0, 50)])
    expect(await failureOf(reader(cut))).toMatchObject({ code: 'TRUNCATED', isPublished: false })
  })

  it('B16: fails the run when its bytes were changed, or something else follows', async () => {
    const damaged = Buffer.from(packed)
    damaged[packed.length - 6] = (damaged[packed.length - 6] ?? 0) ^ 1
    for (const content of [damaged, Buffer.concat([packed, Buffer.from('rubbish')])]) {
      expect(await failureOf(reader(content))).toMatchObject({ code: 'GZIP_CORRUPT', isPublished: false })
    }
  })
})

describe('members of one gzip file', () => {
  it('B16: are read in turn, as if they were one', async () => {
    const three = Buffer.concat([gzipSync('one\ntw'), gzipSync(''), gzipSync('o\n'), gzipSync('three\n')])
    expect(await runFiles(reader(three))).toMatchObject({ elements: ['one', 'two', 'three'], counted: 0 })
  })

  it('B16: may end exactly where a piece of reading does', async () => {
    const PIECE = 256 * 1024
    const stored = (length: number) => gzipSync('x'.repeat(length - 1) + '\n', { level: 0 })
    // Five bytes for each block of stored text, and eighteen around them.
    let length = PIECE - 18 - 5 * 4
    while (stored(length).length > PIECE) length--
    while (stored(length).length < PIECE) length++
    expect(stored(length)).toHaveLength(PIECE)
    const two = Buffer.concat([stored(length), gzipSync('next\n'), stored(length), gzipSync('last\n')])
    const { elements } = await readAll(reader(two))
    expect(elements.map((line) => line.length)).toEqual([length - 1, 4, length - 1, 4])
  })
})

describe('what is compressed in another way', () => {
  it('B16: twice, or as an archive, fails the run as a whole instead of filling the ledger', async () => {
    const zip = Buffer.from('504b0304140000000800', 'hex')
    const zstd = Buffer.from('28b52ffd0458110000', 'hex')
    for (const [content, what] of [
      [gzipSync(packed), 'compressed twice'],
      [zip, 'a ZIP archive'],
      [gzipSync(zip), 'a ZIP archive'],
      [zstd, 'compressed with zstd'],
    ] as const) {
      const file = join(scratchFolder({ 'a.txt': content }), 'a.txt')
      expect(await failureOf(readText('Lines', file, { timestamp }))).toMatchObject({
        code: 'ENCODING',
        message: expect.stringContaining(what),
        isPublished: false,
      })
    }
  })
})

describe('a compressed file', () => {
  it('B16: gives the places of the text in it, not of its bytes on the disk', async () => {
    const { ledger } = await runFiles(reader(gzipSync(Buffer.from('ok\nb\xffd\n', 'latin1'))))
    expect(ledger).toEqual(['2 BAD_UTF8: the byte 0xff at byte 4 of the file is not UTF-8 (line 2, byte 3)'])
  })

  it('B16: is known by its first bytes, whatever its name, and counts its bytes as they are stored', async () => {
    const file = join(scratchFolder({ 'a.txt': packed }), 'a.txt')
    const { elements, bytes, splits } = await readAll(readText('Lines', file, { timestamp, splitBytes: 100 }))
    expect([elements.length, bytes, splits.length, splits[0]?.bytes]).toEqual([2000, packed.length, 1, packed.length])
  })

  it('B16: reads as CSV too, with the same limits', async () => {
    const file = fileOf(gzipSync('a,b\n' + `1,${'x'.repeat(5000)}\n`.repeat(4000)))
    expect(await failureOf(readCsv('Rows', file, { timestamp, maxExpansion: 100 }))).toMatchObject({ code: 'BOMB' })
  })
})
