/**
 * Verdicts, funnels and cohorts forget: over a thousand hours of event time, what they keep does not grow with what has gone by.
 */
import { describe, expect, it } from 'vitest'
import type { Mark } from './endless-run.ts'
import { runVerdicts, VERDICTS } from './endless-verdicts.ts'

const names = Object.keys(VERDICTS)

describe('over a thousand hours, with keys that come and go', () => {
  // Mutation: packages/transforms/src/anomaly/judge-by-season.ts: `gone < hour; gone += 1` → `gone < 0; gone += 1`
  it('verdicts, funnels and cohorts keep no more in the end than after the first three hundred', () => {
    const grown = names.map((name) => {
      const marks: Mark[] = []
      runVerdicts(name, 40_000, (mark) => marks.push(mark))
      const states = marks.slice(2, -1).map(({ state }) => state)
      const { rows, waiting } = marks.at(-1)!
      return { name, grows: Math.max(...states) > 1.2 * states[0]!, waiting, emits: rows > 50 }
    })
    expect(grown).toEqual(names.map((name) => ({ name, grows: false, waiting: 0, emits: true })))
  })
})
