/**
 * Memory does not depend on what a file holds: measured in a process of its own.
 */
import { execFileSync } from 'node:child_process'
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { scratchFolder } from '../scratch-folder.ts'

const MEBIBYTE = 1024 * 1024
const program = fileURLToPath(new URL('memory-figures.ts', import.meta.url))

interface Figures {
  readonly elements: number
  readonly rejected: readonly string[]
  readonly grown: number
}

function figuresOf(file: string): Figures {
  const args = ['--conditions=@tidemark/source', '--import', 'tsx', program, file]
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Figures
}

describe('memory stays flat', () => {
  it('over a line of 100 MB', () => {
    const file = join(scratchFolder({ 'a.txt': 'first\n' }), 'a.txt')
    const handle = openSync(file, 'a')
    for (let i = 0; i < 100; i++) writeSync(handle, Buffer.alloc(MEBIBYTE, 'x'))
    writeSync(handle, '\nlast\n')
    closeSync(handle)
    const { elements, rejected, grown } = figuresOf(file)
    expect(elements).toBe(2)
    expect(rejected).toEqual([
      expect.stringMatching(/^TOO_LARGE 1024 104857600 bytes, .*; sha256 [0-9a-f]{64} \(line 2, byte 6\)$/),
    ])
    expect(grown).toBeLessThan(48 * MEBIBYTE)
  })

  it('over a compressed file of 400 MB without a line end', () => {
    const file = join(scratchFolder({ 'a.gz': bomb(400) }), 'a.gz')
    const { elements, rejected, grown } = figuresOf(file)
    expect(elements).toBe(0)
    expect(rejected).toEqual([expect.stringContaining('419430400 bytes')])
    expect(grown).toBeLessThan(64 * MEBIBYTE)
  })

  it('over a file of 100 MB in lines', () => {
    const file = join(scratchFolder(), 'a.txt')
    const handle = openSync(file, 'w')
    for (let i = 0; i < 100; i++) writeSync(handle, 'a line of some length, with an end\n'.repeat(30_000))
    closeSync(handle)
    const { elements, grown } = figuresOf(file)
    expect(elements).toBe(3_000_000)
    expect(grown).toBeLessThan(96 * MEBIBYTE)
  })
})

/** So many mebibytes of one letter, as members of one mebibyte each. */
function bomb(mebibytes: number): Buffer {
  const member = gzipSync(Buffer.alloc(MEBIBYTE, 'x'))
  return Buffer.concat(Array.from({ length: mebibytes }, () => member))
}
