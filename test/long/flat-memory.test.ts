/**
 * Joins and transforms forget: over a thousand hours of event time, what they keep does not grow with what has gone by.
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { JOINS, run } from './endless-joins.ts'
import type { Mark } from './endless-run.ts'
import { runTransform, TRANSFORMS } from './endless-transforms.ts'

const ELEMENTS = 200_000
const program = fileURLToPath(new URL('flat-memory.ts', import.meta.url))
const names = Object.keys(JOINS)

type Run = typeof run

function growthOf(run: Run, name: string) {
  const marks: Mark[] = []
  run(name, 40_000, (mark) => marks.push(mark))
  const states = marks.slice(0, -1).map(({ state }) => state)
  const { waiting, rows } = marks.at(-1)!
  return { name, grows: Math.max(...states) > 1.5 * states[0]!, waiting, emits: rows > 1000 }
}

// All that comes out has come out, and nothing waits for an end that has come.
const flat = (name: string): ReturnType<typeof growthOf> => ({ name, grows: false, waiting: 0, emits: true })

describe('a join over a thousand hours', () => {
  // Mutation: packages/runners/src/execution/join/interval-schedule.ts: `watermark >= MAX_TIMESTAMP ? Infinity : watermark` → `watermark >= MAX_TIMESTAMP ? Infinity : 0`
  it('keeps no more in the end than it did after the first hundred', () => {
    expect(names.map((name) => growthOf(run, name))).toEqual(names.map(flat))
  })

  it.each(names)('has as much memory in the end as after the first hundred (%s, 200,000 elements)', async (name) => {
    const flags = ['--expose-gc', '--conditions=@tidemark/source', '--import', 'tsx']
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, program, name, String(ELEMENTS)])
    const heaps = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { readonly heap: number }).heap)
    expect(heaps).toHaveLength(10)
    // Elements alone, were they kept as three numbers each, would be more than twice that; it moves by a tenth of it.
    for (const heap of heaps) expect(heap - heaps[0]!).toBeLessThan(2)
  })
})

describe('a transform over a thousand hours', () => {
  // Mutation: packages/transforms/src/dedupe/deduplicate-by-id.ts: `if (call.state.kept.read() === undefined) {` → `if (call.state.kept.read() !== undefined) {`
  it('forgets: it keeps no more in the end than after the first hundred', () => {
    const transforms = Object.keys(TRANSFORMS)
    expect(transforms.map((name) => growthOf(runTransform, name))).toEqual(transforms.map(flat))
  })
})
