/**
 * A sink that takes changes is handed what comes to stand and what no longer does.
 */
import {
  filter,
  fixedWindows,
  map,
  milliseconds,
  sessions,
  windowInto,
  type PCollection,
  type Root,
} from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import { numbers } from '../scripted.ts'
import { TakingRun } from './taking-run.ts'
import { panesOf } from './windowed-counts.ts'

const perTen = fixedWindows(milliseconds(10))
const perGap = sessions(milliseconds(10))
const changes = (pipeline: (root: Root) => PCollection<unknown>) => new TakingRun(pipeline, { takes: ['changes'] })

describe('changes', () => {
  it('are elements as they come, where there are no panes', () => {
    const run = changes((root) => numbers(root).pipe(windowInto(perTen)))
    expect(run.offer([[1, 'a', 1]]).take('changes')).toEqual(['[0,10) a=1 @1'])
  })

  // Mutation: packages/runners/src/execution/sink/changes-step.ts: `for (const row of before) this.give(changeOf(row, -1, info))` → `void before`
  it('of accumulating panes take back the pane before, as part of the pane that does so', () => {
    const run = changes(panesOf(perTen, 'accumulating'))
    expect(run.offer([[1, 'a', 1]]).take('changes')).toEqual(['[0,10) a=1 early#0'])
    expect(run.offer([[2, 'a', 1]]).take('changes')).toEqual(['-[0,10) a=1 early#1', '[0,10) a=2 early#1'])
    run.watermark(12).offer([[3, 'a', 1]])
    expect(run.take('changes')).toEqual(['-[0,10) a=2 late#2', '[0,10) a=3 late#2'])
    expect(run.complete().take('changes')).toEqual([])
    expect(run.counters('changes')).toEqual({ in: 3, withOutput: 3, withoutOutput: 0, waiting: 0 })
  })

  it('of retracting panes are those of the grouping', () => {
    const run = changes(panesOf(perTen, 'retracting'))
    run.offer([[1, 'a', 1]]).offer([[2, 'a', 1]])
    expect(run.take('changes')).toEqual(['[0,10) a=1 early#0', '-[0,10) a=1 early#1', '[0,10) a=2 early#1'])
  })

  it('take back what an early pane passed and a later one does not', () => {
    for (const mode of ['accumulating', 'retracting'] as const) {
      const run = changes((root) => panesOf(perTen, mode)(root).pipe(filter(([, n]) => n !== 2), map(([key]) => key))) // prettier-ignore
      run.offer([[1, 'a', 1]]).offer([[2, 'a', 1]]).offer([[3, 'a', 1]]) // prettier-ignore
      expect(run.take('changes')).toEqual(['[0,10) "a" early#0', '-[0,10) "a" early#1', '[0,10) "a" early#2'])
    }
  })

  // Mutation: packages/runners/src/execution/sink/changes-step.ts: `this.#say(gone, [], pane)` → `void gone`
  it('take back what a session has emitted that has become part of another', () => {
    for (const mode of ['accumulating', 'retracting'] as const) {
      const run = changes(panesOf(perGap, mode))
      run.offer([[0, 'a', 1]]).offer([[15, 'a', 1]])
      expect(run.take('changes')).toEqual(['[0,10) a=1 early#0', '[15,25) a=1 early#0'])
      run.offer([[8, 'a', 1]])
      expect(run.take('changes')).toEqual(['-[0,10) a=1', '-[15,25) a=1', '[0,25) a=3 early#0'])
    }
  })

  it('of discarding panes are what each adds, where outputs do not merge', () => {
    const run = changes((root) => panesOf(perTen, 'discarding')(root).pipe(map(([key, n]) => `${key}${n}`)))
    run.offer([[1, 'a', 1]]).offer([[2, 'a', 1], [3, 'a', 1]]) // prettier-ignore
    expect(run.take('changes')).toEqual(['[0,10) "a1" early#0', '[0,10) "a2" early#1'])
  })

  // Mutation: packages/runners/src/execution/sink/inflow.ts: `return mergeOutputs && {` → `return undefined && {`
  it('of discarding panes whose outputs merge take back what was merged so far: their net is the settled result', () => {
    const run = changes(panesOf(perTen, 'discarding'))
    run.offer([[1, 'a', 1]]).offer([[2, 'a', 1], [3, 'a', 1]]) // prettier-ignore
    expect(run.take('changes')).toEqual(['[0,10) a=1 early#0', '-[0,10) a=1 early#1', '[0,10) a=3 early#1'])
  })

  it('of discarding panes move with the window that theirs has become part of', () => {
    const run = changes((root) => panesOf(perGap, 'discarding')(root).pipe(map(([key, n]) => `${key}${n}`)))
    run.offer([[0, 'a', 1]]).offer([[8, 'a', 1]])
    expect(run.take('changes')).toEqual([
      '[0,10) "a1" early#0',
      '-[0,10) "a1"',
      '[0,18) "a1" @9',
      '[0,18) "a1" early#0',
    ])
  })
})
