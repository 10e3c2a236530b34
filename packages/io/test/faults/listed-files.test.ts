/**
 * Faults A7, A8 and A10: files that stand there twice, have little in them, or cannot be read.
 */
import { chmodSync, linkSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { readCsv } from '@tidemark/io/csv'
import { readNdjson } from '@tidemark/io/ndjson'
import { readText, type FileOptions } from '@tidemark/io/text'
import { readTsv } from '@tidemark/io/tsv'
import { streamingRunner } from '@tidemark/runners/streaming'
import { describe, expect, it } from 'vitest'
import { scratchFolder } from '../scratch-folder.ts'
import { ownProcess } from './own-process.ts'
import { failureOf, runFiles, timestamp } from './run-files.ts'

describe('a file that is listed twice', () => {
  it('A7: a symbolic and a hard link are the file they lead to: read once, the others counted in the ledger', async () => {
    const folder = scratchFolder({ 'b.txt': 'one\ntwo\n', 'a.txt': 'other\n' })
    symlinkSync(join(folder, 'b.txt'), join(folder, 'y-link.txt'))
    linkSync(join(folder, 'b.txt'), join(folder, 'z-link.txt'))
    const { elements, ledger, raw, counted } = await runFiles(readText('Lines', join(folder, '*.txt'), { timestamp }))
    expect(elements).toEqual(['other', 'one', 'two'])
    expect(raw).toEqual([join(folder, 'y-link.txt'), join(folder, 'z-link.txt')])
    expect(ledger).toEqual(
      Array(2).fill(`0 DUPLICATE_FILE: the file is ${folder}/b.txt under another name, and is read once`),
    )
    expect(counted).toBe(2)
  })

  it('A7: a file that several patterns name is read once, and nothing is left out', async () => {
    const folder = scratchFolder({ 'a.txt': 'a\n' })
    const paths = [join(folder, '*.txt'), `${folder}/a.txt`, `${folder}/./a.txt`]
    expect(await runFiles(readText('Lines', paths, { timestamp }))).toMatchObject({ elements: ['a'], counted: 0 })
  })

  it('A7: the same content under two names is read twice, as two hosts may have written it, or once when asked', async () => {
    const folder = scratchFolder({ 'a.txt': 'x\n', 'b.txt': 'x\n', 'c.txt': 'y\n', 'd.txt': '', 'e.txt': '' })
    const read = (options: FileOptions) => runFiles(readText('Lines', folder, { timestamp, ...options }))
    expect(await read({})).toMatchObject({ elements: ['x', 'x', 'y'], counted: 0 })
    const { elements, ledger, raw, counted } = await read({ sameContent: 'skip' })
    expect([elements, counted]).toEqual([['x', 'y'], 1])
    expect(raw).toEqual([join(folder, 'b.txt')])
    expect(ledger).toEqual([`0 DUPLICATE_FILE: the file has the same content as ${folder}/a.txt, and is read once`])
  })

  it('A7: a live run counts a link as a batch run does', async () => {
    const folder = scratchFolder({ 'a.txt': 'a\n' })
    symlinkSync(join(folder, 'a.txt'), join(folder, 'b.txt'))
    const job = streamingRunner().run((root) => ({ all: root.pipe(readText('Lines', folder, { timestamp })) }))
    const elements: string[] = []
    job.outputs.all.subscribe(({ value }) => elements.push(value))
    await job.done
    expect(elements).toEqual(['a'])
    expect([...job.ledgerCounts]).toEqual([['Lines duplicate', 1]])
  })
})

describe('a file with little in it', () => {
  it('A8: an empty file gives nothing', async () => {
    const file = join(scratchFolder({ a: '' }), 'a')
    const nothing = { elements: [], counted: 0 }
    expect(await runFiles(readText('Records', file, { timestamp }))).toMatchObject(nothing)
    expect(await runFiles(readNdjson('Records', file, { timestamp }))).toMatchObject(nothing)
    expect(await runFiles(readCsv('Records', file, { timestamp }))).toMatchObject(nothing)
    expect(await runFiles(readTsv('Records', file, { timestamp }))).toMatchObject(nothing)
    const packed = join(scratchFolder({ a: gzipSync('') }), 'a')
    expect(await runFiles(readText('Records', packed, { timestamp }))).toMatchObject(nothing)
  })

  it('A8: a file with only a header gives nothing', async () => {
    const file = join(scratchFolder({ a: 'x\n' }), 'a')
    expect(await runFiles(readCsv('Records', file, { timestamp }))).toMatchObject({ elements: [], counted: 0 })
    expect(await runFiles(readTsv('Records', file, { timestamp }))).toMatchObject({ elements: [], counted: 0 })
  })

  it('A8: the last record needs no line end', async () => {
    const file = join(scratchFolder({ a: '1\n2' }), 'a')
    expect((await runFiles(readText('Records', file, { timestamp }))).elements).toEqual(['1', '2'])
    expect((await runFiles(readNdjson('Records', file, { timestamp }))).elements).toEqual([1, 2])
    expect((await runFiles(readCsv('Records', file, { timestamp }))).elements).toEqual([{ 1: '2' }])
    expect((await runFiles(readTsv('Records', file, { timestamp }))).elements).toEqual([{ 1: '2' }])
  })
})

describe('a file that cannot be read', () => {
  it('A10: a file without permission fails the run and is named, or is left out and counted', () => {
    const folder = scratchFolder({ 'a.txt': 'a\n', 'b.txt': 'b\n', 'c/d.txt': 'd\n' })
    chmodSync(folder, 0o755)
    chmodSync(join(folder, 'b.txt'), 0)
    chmodSync(join(folder, 'c'), 0)
    expect(ownProcess(new URL('unprivileged.ts', import.meta.url), [folder])).toEqual({
      file: `SOURCE_UNREADABLE ${folder}/b.txt`,
      folder: `SOURCE_UNREADABLE ${folder}/c`,
      skipped: {
        elements: ['a'],
        counted: 2,
        raw: [join(folder, 'b.txt'), join(folder, 'c')],
        ledger: [
          `0 SOURCE_UNREADABLE: the file is left out: EACCES: permission denied, open '${folder}/b.txt'`,
          `0 SOURCE_UNREADABLE: the file is left out: EACCES: permission denied, scandir '${folder}/c'`,
        ],
      },
    })
  })

  it('A10: a file that vanishes between being listed and being opened is named, or left out and counted', async () => {
    const vanishing = (unreadable: 'fail' | 'skip') => {
      const folder = scratchFolder({ 'a.txt': 'a\n', 'b.txt': 'b\n' })
      const gone = join(folder, 'b.txt')
      const parse = (line: string) => {
        rmSync(gone, { force: true })
        return line
      }
      return { gone, reader: readText('Lines', folder, { timestamp, unreadable, parse }) }
    }
    const named = vanishing('fail')
    const failure = await failureOf(named.reader)
    expect(failure).toMatchObject({ code: 'SOURCE_UNREADABLE', isPublished: false })
    expect(failure.message).toContain(named.gone)
    const skipped = vanishing('skip')
    const { elements, ledger, raw, counted } = await runFiles(skipped.reader)
    expect([elements, raw, counted]).toEqual([['a'], [skipped.gone], 1])
    expect(ledger[0]).toMatch(/^0 SOURCE_UNREADABLE: the file is left out: ENOENT/)
  })

  it('A10: links that lead nowhere or to themselves are unreadable, and a path that is not there too', async () => {
    const folder = scratchFolder({ 'a.txt': 'a\n' })
    symlinkSync(join(folder, 'gone'), join(folder, 'b.txt'))
    symlinkSync(join(folder, 'c.txt'), join(folder, 'c.txt'))
    const paths = [folder, join(folder, 'no.txt')]
    expect(await failureOf(readText('Lines', folder, { timestamp }))).toMatchObject({
      code: 'SOURCE_UNREADABLE',
      message: expect.stringContaining('b.txt'),
    })
    const { elements, raw, counted } = await runFiles(readText('Lines', paths, { timestamp, unreadable: 'skip' }))
    expect([elements, counted]).toEqual([['a'], 3])
    expect(raw).toEqual(['b.txt', 'c.txt', 'no.txt'].map((name) => join(folder, name)))
  })
})
