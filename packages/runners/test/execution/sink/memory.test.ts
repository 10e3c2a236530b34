/**
 * What a write step keeps is freed as event time goes on.
 */
import { fixedWindows, flatten, map, milliseconds, sessions, type PCollection, type Root } from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import { TAKES, TakingRun } from './taking-run.ts'
import { panesOf } from './windowed-counts.ts'

const WINDOWS = 120
const modes = ['accumulating', 'discarding', 'retracting'] as const

/** Sizes of the snapshot at the same place of every tenth window, when some panes stand and others have gone. */
function sizesOf(pipeline: (root: Root) => PCollection<unknown>, takes: (typeof TAKES)[number]): readonly number[] {
  const run = new TakingRun(pipeline, { takes: [takes], settled: false })
  const sizes: number[] = []
  for (let window = 0; window < WINDOWS; window++) {
    const at = 1_000 + 20 * window
    run.offer([0, 1, 2].map((n) => [at, `key${(3 * window + n) % 1_000}`, 1])).offer([[at + 1, 'always', 1]])
    run.watermark(at + 5)
    run.taken[takes].length = 0
    if (window % 10 === 9) sizes.push(run.engine.snapshot().length)
  }
  return sizes
}

describe('a write step', () => {
  // Mutation: packages/runners/src/execution/sink/standing-panes.ts: `this.remove(pane.origin)` → `void pane`
  // Mutation: packages/runners/src/execution/sink/changes-step.ts: `return this.standing.takeDue(watermark) !== undefined` → `return watermark < 0`
  it('keeps what may still change and nothing else, over any number of windows', () => {
    const twoWays = (root: Root, mode: (typeof modes)[number]) => {
      const counts = panesOf(sessions(milliseconds(10)), mode)(root)
      return flatten([counts, counts.pipe(map(([key, n]) => [key, -n] as const))])
    }
    for (const mode of modes) {
      for (const takes of TAKES) {
        for (const pipeline of [panesOf(fixedWindows(milliseconds(10)), mode), (root: Root) => twoWays(root, mode)]) {
          const sizes = sizesOf(pipeline, takes)
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThan(500)
        }
      }
    }
  })
})
