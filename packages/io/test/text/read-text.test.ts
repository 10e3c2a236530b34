/**
 * Lines of files: where they end, and what becomes of those that are none.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readText } from '../../src/text/read-text.ts'
import type { FileOptions } from '../../src/file/file-options.ts'
import { readAll } from '../read-all.ts'
import { scratchFolder } from '../scratch-folder.ts'

const read = (content: string | Uint8Array, options: FileOptions = {}) =>
  readAll(readText('Lines', join(scratchFolder({ 'a.txt': content }), 'a.txt'), { timestamp: () => 0, ...options }))

const lines = async (content: string | Uint8Array, options?: FileOptions) => (await read(content, options)).elements

describe('readText', () => {
  it('ends lines at LF and CRLF and keeps a lone CR', async () => {
    expect(await lines('a\nb\r\nc\rd\r\n')).toEqual(['a', 'b', 'c\rd'])
    expect(await lines('a\r\r\nb\u2028c\n')).toEqual(['a\r', 'b\u2028c'])
  })

  it('reads a last line without an end', async () => {
    expect(await lines('a\nb')).toEqual(['a', 'b'])
    expect(await lines('a\nb\r')).toEqual(['a', 'b\r'])
  })

  it('gives blank lines, and nothing for an empty file', async () => {
    expect(await lines('\n\na\n')).toEqual(['', '', 'a'])
    expect(await lines('')).toEqual([])
  })

  it('counts lines from 1', async () => {
    expect((await read('a\nb\nc')).offsets).toEqual([1, 2, 3])
  })

  it('leaves out a byte order mark at the start only', async () => {
    expect(await lines('\ufeffa\n\ufeffb\n')).toEqual(['a', '\ufeffb'])
    expect(await lines('\ufeff')).toEqual([])
    expect(await lines('\ufeffa', { chunkBytes: 1 })).toEqual(['a'])
  })

  it('refuses UTF-16', async () => {
    await expect(read(Buffer.from('\ufeffa\n', 'utf16le'))).rejects.toMatchObject({ code: 'ENCODING' })
  })

  it('rejects a line that is not UTF-8, with the byte, and reads on', async () => {
    const { elements, rejected } = await read(Buffer.from('ok\nb\xffd\nü\n'.replace('ü', '\xc3\xbc'), 'latin1'))
    expect(elements).toEqual(['ok', 'ü'])
    expect(rejected).toEqual([
      {
        offset: 2,
        raw: String.raw`b\xffd`,
        code: 'BAD_UTF8',
        detail: 'the byte 0xff at byte 4 of the file is not UTF-8 (line 2, byte 3)',
      },
    ])
  })

  it('rejects a line that is too long with its beginning, length and hash', async () => {
    const long = 'x'.repeat(5000)
    const hash = createHash('sha256').update(long).digest('hex')
    for (const chunkBytes of [1, 2, 100, 1000, 100_000]) {
      const { elements, offsets, rejected } = await read(`a\n${long}\r\nb\n`, { maxRecordBytes: 2000, chunkBytes })
      expect(elements).toEqual(['a', 'b'])
      expect(offsets).toEqual([1, 3])
      expect(rejected).toHaveLength(1)
      expect(rejected[0]).toMatchObject({ offset: 2, raw: 'x'.repeat(1024), code: 'TOO_LARGE' })
      expect(rejected[0]?.detail).toBe(`5000 bytes, more than maxRecordBytes (2000); sha256 ${hash} (line 2, byte 2)`)
    }
  })

  it('tells the hash of a long last line without an end', async () => {
    const long = 'y'.repeat(5000)
    const hash = createHash('sha256').update(long).digest('hex')
    for (const chunkBytes of [1, 100, 2001, 5000, 100_000]) {
      const { elements, rejected } = await read(`a\n${long}`, { maxRecordBytes: 2000, chunkBytes })
      expect(elements).toEqual(['a'])
      expect(rejected.map(({ detail }) => detail)).toEqual([
        `5000 bytes, more than maxRecordBytes (2000); sha256 ${hash} (line 2, byte 2)`,
      ])
    }
  })

  it('accepts a line of exactly the longest length, CRLF not counted', async () => {
    const line = 'z'.repeat(2000)
    for (const chunkBytes of [1, 1999, 2000, 2001, 4000]) {
      expect(await lines(`${line}\r\n${line}\n${line}`, { maxRecordBytes: 2000, chunkBytes })).toEqual([
        line,
        line,
        line,
      ])
    }
  })

  it('reads files in the order of their paths, as a split each', async () => {
    const folder = scratchFolder({ 'b.txt': 'b\n', 'a.txt': 'a\n', 'c.txt': '' })
    const { splits, elements, bytes } = await readAll(readText('Lines', join(folder, '*.txt'), { timestamp: () => 0 }))
    expect(splits.map(({ id, bytes: size }) => [id.slice(folder.length + 1), size])).toEqual([
      ['a.txt', 2],
      ['b.txt', 2],
      ['c.txt', 0],
    ])
    expect(elements).toEqual(['a', 'b'])
    expect(bytes).toBe(4)
  })

  it('refuses sizes that are none', () => {
    for (const options of [
      { maxRecordBytes: 0 },
      { chunkBytes: 1.5 },
      { splitBytes: -1 },
      { maxRecordBytes: Infinity },
    ]) {
      expect(() => readText('Lines', 'a', { timestamp: () => 0, ...options })).toThrow(
        expect.objectContaining({ code: 'BAD_OPTION' }),
      )
    }
  })

  it('refuses a policy that is none', () => {
    for (const wrong of [{ unreadable: 'ignore' }, { sameContent: true }] as unknown as readonly FileOptions[]) {
      expect(() => readText('Lines', 'a', { timestamp: () => 0, ...wrong })).toThrow(/which is none of/)
    }
  })
})
