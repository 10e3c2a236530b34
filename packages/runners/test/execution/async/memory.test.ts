/**
 * What calls cost in memory: what waits, and nothing of what has left.
 */
import { milliseconds } from '@tidemark/core'
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { Answered, throughCalls } from './answered.ts'

const program = fileURLToPath(new URL('long-calls.ts', import.meta.url))

/** Runs the program with a small young generation, so that what is measured is what is kept and not what has yet to be collected. */
function figuresOf(...args: readonly string[]): {
  readonly grown: number
  readonly left: number
  readonly ahead: number
} {
  const small = ['--max-semi-space-size=2', '--max-old-space-size=60']
  const own = [...small, '--conditions=@tidemark/source', '--import', 'tsx', program, ...args]
  return JSON.parse(execFileSync(process.execPath, own, { encoding: 'utf8' })) as ReturnType<typeof figuresOf>
}

describe('many elements', () => {
  it('leave memory flat in history, with no more of them ahead than may wait and a bundle', () => {
    const { grown, left, ahead } = figuresOf('100000', 'batch', 'any')
    expect(left).toBe(100_000)
    expect(grown).toBeLessThan(48 * 1024 * 1024)
    expect(ahead).toBeLessThanOrEqual(4 * 50 + 500)
  })

  it('leave memory flat live, too', () => {
    const { grown, left, ahead } = figuresOf('100000', 'live', 'input')
    expect(left).toBe(100_000)
    expect(grown).toBeLessThan(48 * 1024 * 1024)
    // One bundle is at hand while another is on its way.
    expect(ahead).toBeLessThanOrEqual(4 * 50 + 2 * 500)
  })

  it('leave nothing in a snapshot once they have left', () => {
    const run = new Answered(throughCalls({ cache: { key: ([key]) => key, expiresAfter: milliseconds(5) } }), {
      settled: false,
    })
    let time = 0
    const sizes = [1000, 9000].map((count) => {
      for (let next = 0; next < count; next++) {
        const at = (time += 10)
        run.offer([at, 'a', next], [at, 'b', next])
        const [first] = run.calls.takeRequests(1)
        const [second] = run.calls.takeRequests(1)
        run.calls.complete(second!.id, { ok: true, answer: 2 })
        run.calls.complete(first!.id, { ok: true, answer: 1 })
        run.watermark(at)
        run.take()
      }
      return run.engine.snapshot().length
    })
    expect(Math.abs(sizes[1]! - sizes[0]!)).toBeLessThan(64)
    expect(run.calls.cached).toBeLessThanOrEqual(4)
  })
})
