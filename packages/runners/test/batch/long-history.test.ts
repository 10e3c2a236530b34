/**
 * A batch run seen from outside: its memory, and what it leaves behind when it is killed.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { scratch } from './scratch.ts'

const program = fileURLToPath(new URL('long-history.ts', import.meta.url))
const args = (...own: readonly string[]) => ['--conditions=@tidemark/source', '--import', 'tsx', program, ...own]

describe('a batch run in a process of its own', () => {
  it('keeps its memory flat over a long history whose order is promised', () => {
    const file = join(scratch(), 'out.ndjson')
    // A small young generation, so that what is measured is what is kept and not what has yet to be collected.
    const small = ['--max-semi-space-size=2', '--max-old-space-size=60']
    const child = [...small, ...args('3000000', 'promised', file)]
    const figures = execFileSync(process.execPath, child, { encoding: 'utf8' })
    const { grown } = JSON.parse(figures) as { readonly grown: number }
    expect(grown).toBeLessThan(64 * 1024 * 1024)
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(50 * 1000 + 1)
  })

  it('leaves no output file when it is killed in the middle', async () => {
    const file = join(scratch(), 'out.ndjson')
    const child = spawn(process.execPath, args('1000000', 'promised', file, '500000'))
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(existsSync(file)).toBe(false)
  })
})
