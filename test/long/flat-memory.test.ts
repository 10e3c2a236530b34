/**
 * Joins forget: over a thousand hours of event time, what they keep does not grow with what has gone by.
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { JOINS, run, type Mark } from './endless-joins.ts'

const ELEMENTS = 200_000
const program = fileURLToPath(new URL('flat-memory.ts', import.meta.url))
const names = Object.keys(JOINS)

function marksOf(name: string, elements: number): readonly Mark[] {
  const marks: Mark[] = []
  run(name, elements, (mark) => marks.push(mark))
  return marks
}

describe('a join over a thousand hours', () => {
  // Mutation: packages/runners/src/execution/join/interval-schedule.ts: `watermark >= MAX_TIMESTAMP ? Infinity : watermark` → `watermark >= MAX_TIMESTAMP ? Infinity : 0`
  it('keeps no more in the end than it did after the first hundred', () => {
    const growth = names.map((name) => {
      const marks = marksOf(name, 40_000)
      const states = marks.slice(0, -1).map(({ state }) => state)
      const { waiting, rows } = marks.at(-1)!
      return { name, grows: Math.max(...states) > 1.5 * states[0]!, waiting, joins: rows > 1000 }
    })
    // All that comes out has come out, and nothing waits for an end that has come.
    expect(growth).toEqual(names.map((name) => ({ name, grows: false, waiting: 0, joins: true })))
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
