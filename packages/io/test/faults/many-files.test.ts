/**
 * Fault A9: a folder with more files than a process may open.
 */
import { describe, expect, it } from 'vitest'
import { ownProcess } from './own-process.ts'

describe('a folder of many files', () => {
  it('A9: 100,000 files are listed and read with 20 descriptors left and in bounded memory', () => {
    const { growth, ...found } = ownProcess(new URL('many-files.ts', import.meta.url), ['100000', '2000', '20'], {
      ulimit: '-n 1024',
      // A small young generation, so that what is measured is what is kept and not what has yet to be collected.
      flags: ['--max-semi-space-size=2'],
    }) as {
      readonly growth: number
    }
    expect(found).toEqual({ batch: 100_000, found: ['0'], live: 2000 })
    // The list itself: path, identity and split of each file.
    expect(growth).toBeLessThan(256 * 1024 * 1024)
  })
})
