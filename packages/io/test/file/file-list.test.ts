/**
 * Which files paths name.
 */
import { linkSync, symlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { listFiles, pathTexts } from '../../src/file/file-list.ts'
import { scratchFolder } from '../scratch-folder.ts'

const files = {
  'b.txt': 'b',
  'a.txt': 'a',
  'x/c.txt': 'c',
  'x/y/d.txt': 'd',
  'x/e.log': 'e',
  '.hidden': 'h',
  'f.txt.1-1.tmp': '',
}

const options = (mayBeEmpty: boolean) => ({ mayBeEmpty, unreadable: 'fail', sameContent: 'read' }) as const

const list = (folder: string, ...paths: readonly string[]) =>
  listFiles(
    paths.map((path) => join(folder, path)),
    options(false),
  ).files.map(({ path }) => relative(folder, path))

describe('listFiles', () => {
  it('names one file', () => {
    expect(list(scratchFolder(files), 'x/e.log')).toEqual(['x/e.log'])
  })

  it('gives the files of a folder at any depth, sorted, without hidden and unfinished ones', () => {
    expect(list(scratchFolder(files), '.')).toEqual(['a.txt', 'b.txt', 'x/c.txt', 'x/e.log', 'x/y/d.txt'])
  })

  it('matches a pattern in one folder', () => {
    expect(list(scratchFolder(files), '*.txt')).toEqual(['a.txt', 'b.txt'])
    expect(list(scratchFolder(files), '*/*.txt')).toEqual(['x/c.txt'])
  })

  it('matches any number of folders at two stars, none included', () => {
    expect(list(scratchFolder(files), '**/*.txt')).toEqual(['a.txt', 'b.txt', 'x/c.txt', 'x/y/d.txt'])
    expect(list(scratchFolder(files), 'x/**')).toEqual(['x/c.txt', 'x/e.log', 'x/y/d.txt'])
  })

  it('sorts over all paths and lists no file twice', () => {
    expect(list(scratchFolder(files), 'x/c.txt', '*.txt', '**/c.txt')).toEqual(['a.txt', 'b.txt', 'x/c.txt'])
  })

  it('takes a symbolic and a hard link for the file they lead to', () => {
    const folder = scratchFolder(files)
    symlinkSync(join(folder, 'b.txt'), join(folder, 'y-link.txt'))
    linkSync(join(folder, 'b.txt'), join(folder, 'z-link.txt'))
    expect(list(folder, '*.txt')).toEqual(['a.txt', 'b.txt'])
  })

  it('does not follow links to folders below a pattern, so circles do no harm', () => {
    const folder = scratchFolder(files)
    symlinkSync(folder, join(folder, 'x/again'))
    expect(list(folder, '**/*.txt')).toEqual(['a.txt', 'b.txt', 'x/c.txt', 'x/y/d.txt'])
  })

  it('takes a path that exists as it stands, whatever its characters', () => {
    const folder = scratchFolder({ 'a[1].txt': '', 'a1.txt': '' })
    expect(list(folder, 'a[1].txt')).toEqual(['a[1].txt'])
  })

  it('takes file URLs', () => {
    const folder = scratchFolder(files)
    expect(pathTexts(pathToFileURL(join(folder, 'a.txt')))).toEqual([join(folder, 'a.txt')])
  })

  it('refuses a path that is not there and names it', () => {
    const folder = scratchFolder()
    expect(() => list(folder, 'gone.txt')).toThrow(expect.objectContaining({ code: 'SOURCE_UNREADABLE' }))
    expect(() => list(folder, 'gone.txt')).toThrow(/gone\.txt/)
  })

  it('refuses a link that leads nowhere instead of leaving it out', () => {
    const folder = scratchFolder({ 'a.txt': 'a' })
    symlinkSync(join(folder, 'gone'), join(folder, 'b.txt'))
    expect(() => list(folder, '*.txt')).toThrow(expect.objectContaining({ code: 'SOURCE_UNREADABLE' }))
  })

  it('refuses a pattern without a match, unless it may be empty', () => {
    const folder = scratchFolder()
    expect(() => list(folder, '*.csv')).toThrow(expect.objectContaining({ code: 'NO_FILES' }))
    expect(() => list(folder, 'nowhere/*.csv')).toThrow(expect.objectContaining({ code: 'NO_FILES' }))
    expect(listFiles([join(folder, '*.csv'), folder], options(true)).files).toEqual([])
  })
})
