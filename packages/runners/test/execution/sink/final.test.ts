/**
 * A sink that takes what is final is handed each element once, when nothing can change it any more.
 */
import {
  afterCount,
  afterWatermark,
  combinePerKey,
  filter,
  fixedWindows,
  flatMap,
  flatten,
  groupByKey,
  map,
  milliseconds,
  repeatedly,
  sessions,
  statefulParDo,
  windowInto,
  type KV,
  type PCollection,
  type Root,
} from '@tidemark/core'
import { mean, sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { numbers } from '../scripted.ts'
import { TakingRun } from './taking-run.ts'
import { panesOf } from './windowed-counts.ts'

const perTen = fixedWindows(milliseconds(10))
const perGap = sessions(milliseconds(10))
const finals = (pipeline: (root: Root) => PCollection<unknown>) => new TakingRun(pipeline, { takes: ['final'] })

describe('elements without panes', () => {
  it('are final as they come, from a source and from a step with state', () => {
    const run = finals((root) => {
      const elements = numbers(root).pipe(windowInto(perTen))
      const counted = elements.pipe(
        statefulParDo('Doubled', { state: {}, order: 'arrival', *process({ key, value }) { yield [key, 2 * value] as const } }),
      ) // prettier-ignore
      return flatten([elements, counted])
    })
    run.offer([[1, 'a', 1], [2, 'b', 2]]) // prettier-ignore
    expect(run.take('final').toSorted()).toEqual(['[0,10) a=1 @1', '[0,10) a=2 @1', '[0,10) b=2 @2', '[0,10) b=4 @2'])
    expect(run.complete().counters('final')).toEqual({ in: 4, withOutput: 4, withoutOutput: 0, waiting: 0 })
  })
})

describe('a single pane', () => {
  it('is final as it comes: it needs no wait for the lateness of another grouping', () => {
    const run = finals((root) =>
      numbers(root).pipe(windowInto(perTen), combinePerKey('Sum', sum()), windowInto(perTen, { allowedLateness: milliseconds(50), accumulationMode: 'accumulating' })),
    ) // prettier-ignore
    run.offer([[1, 'a', 1], [2, 'a', 2]]).watermark(10) // prettier-ignore
    expect(run.take('final')).toEqual(['[0,10) a=3 on-time#0 last'])
  })
})

describe('panes that replace one another, or take one another back,', () => {
  // Mutation: packages/runners/src/execution/sink/standing-panes.ts: `return expiryOf(window,` → `return -1 + 0 * expiryOf(window,`
  // Mutation: packages/runners/src/execution/sink/standing-panes.ts: `if (this.nextDue() >= watermark)` → `if (this.nextDue() > watermark)`
  it('are final once the watermark has passed the end of their window and the lateness', () => {
    for (const mode of ['accumulating', 'retracting'] as const) {
      const run = finals(panesOf(perTen, mode))
      run.offer([[1, 'a', 1]]).offer([[2, 'a', 1], [3, 'b', 1]]).watermark(12).offer([[4, 'a', 1]]) // prettier-ignore
      expect(run.counters('final').waiting).toBe(2)
      // The last moment at which [0,10) takes elements is 9 + 5.
      expect(run.watermark(14).take('final')).toEqual([])
      expect(run.watermark(15).take('final')).toEqual(['[0,10) a=3 late#2', '[0,10) b=1 early#0'])
      run.offer([[5, 'a', 1]])
      expect(run.complete().take('final')).toEqual([])
      const taken = mode === 'retracting' ? 6 : 4
      expect(run.counters('final')).toEqual({ in: taken, withOutput: 2, withoutOutput: taken - 2, waiting: 0 })
    }
  })

  // Mutation: packages/runners/src/execution/sink/final-step.ts: `if (info.isLast) this` → `if (info.index < 0) this`
  it('are final at once when they are the last', () => {
    for (const accumulationMode of ['accumulating', 'retracting'] as const) {
      const finishing = { trigger: afterCount(2), allowedLateness: milliseconds(5), accumulationMode, mayLoseData: true } as const // prettier-ignore
      const run = finals((root) => {
        const sums = numbers(root).pipe(windowInto(perTen, finishing), combinePerKey('Sum', sum()))
        return sums.pipe(flatMap(([key, total]) => [key, `${key}${total}`]))
      })
      run.offer([[1, 'a', 1]])
      expect(run.take('final')).toEqual([])
      expect(run.offer([[2, 'a', 2]]).take('final')).toEqual(['[0,10) "a" early#0 last', '[0,10) "a3" early#0 last'])
    }
  })

  it('leave nothing of what an early pane passed and the last did not', () => {
    for (const mode of ['accumulating', 'retracting'] as const) {
      const run = finals((root) => panesOf(perTen, mode)(root).pipe(filter(([, n]) => n < 2), map(([key]) => key))) // prettier-ignore
      run.offer([[1, 'a', 1], [1, 'b', 1]]).offer([[2, 'a', 1]]) // prettier-ignore
      expect(run.complete().take('final')).toEqual(['[0,10) "b" early#0'])
    }
  })

  // Mutation: packages/runners/src/execution/sink/final-step.ts: `const gone = this.standing.remove(origin)` → `const gone = this.standing.rowsOf(origin)`
  it('of a session that has become part of another are not written', () => {
    for (const mode of ['accumulating', 'retracting'] as const) {
      const run = finals(panesOf(perGap, mode))
      run.offer([[0, 'a', 1]]).offer([[15, 'a', 1]]).offer([[8, 'a', 1]]) // prettier-ignore
      expect(run.complete().take('final')).toEqual(['[0,25) a=3 early#0'])
    }
  })

  it('of two ways are two elements', () => {
    for (const mode of ['accumulating', 'retracting'] as const) {
      const run = finals((root) => {
        const counts = panesOf(perTen, mode)(root)
        return flatten([counts, counts.pipe(filter(([, n]) => n > 1))])
      })
      run.offer([[1, 'a', 1], [1, 'b', 1]]).offer([[2, 'a', 1]]) // prettier-ignore
      expect(run.complete().take('final').toSorted()).toEqual([
        '[0,10) a=2 early#1',
        '[0,10) a=2 early#1',
        '[0,10) b=1 early#0',
      ])
    }
  })
})

describe('discarding panes', () => {
  it('are one element where outputs merge, and every output where they do not', () => {
    const run = finals(panesOf(perTen, 'discarding'))
    run.offer([[1, 'a', 1]]).offer([[2, 'a', 1], [3, 'a', 1]]) // prettier-ignore
    expect(run.counters('final')).toEqual({ in: 2, withOutput: 1, withoutOutput: 0, waiting: 1 })
    expect(run.complete().take('final')).toEqual(['[0,10) a=3 early#1'])

    const means = finals((root) =>
      numbers(root).pipe(
        windowInto(perTen, { trigger: repeatedly(afterCount(1)), allowedLateness: milliseconds(5), accumulationMode: 'discarding', onTime: 'if-non-empty' }),
        combinePerKey('Mean', mean()),
      ),
    ) // prettier-ignore
    means.offer([[1, 'a', 1]]).offer([[2, 'a', 3]])
    expect(means.complete().take('final')).toEqual(['[0,10) a=1 early#0', '[0,10) a=3 early#1'])
  })

  it('move to the session that theirs has become part of', () => {
    const run = finals(panesOf(perGap, 'discarding'))
    run.offer([[0, 'a', 1]]).offer([[15, 'a', 1]]).offer([[8, 'a', 1]]) // prettier-ignore
    expect(run.complete().take('final')).toEqual(['[0,25) a=3 early#0'])
  })
})

describe('a window that begins anew', () => {
  it('has what it had emitted before its trigger finished as well', () => {
    const run = finals((root) =>
      numbers(root).pipe(
        windowInto(perGap, { trigger: afterCount(2), allowedLateness: milliseconds(5), accumulationMode: 'accumulating', mayLoseData: true }),
        groupByKey('Lists'),
      ),
    ) // prettier-ignore
    // Two elements finish the trigger of [0,15); two more come to a session of the same bounds.
    run.offer([[0, 'a', 1]]).offer([[5, 'a', 2]]).offer([[0, 'a', 3]]).offer([[5, 'a', 4]]) // prettier-ignore
    expect(run.complete().take('final')).toEqual(['[0,15) a=[1,2] early#0 last', '[0,15) a=[3,4] early#0 last'])
  })
})

describe('a grouping that was silent', () => {
  it('has panes behind the watermark of the sink, and they are final when it moves on', () => {
    const late = { trigger: afterWatermark({ early: afterCount(1), late: afterCount(1) }), allowedLateness: milliseconds(5), accumulationMode: 'accumulating', onTime: 'if-non-empty' } as const // prettier-ignore
    const sums = (root: Root, name: string): PCollection<KV<string, number>> =>
      numbers(root, {}, name).pipe(windowInto(perTen, late), combinePerKey(`${name}Sum`, sum()))
    const run = finals((root) => flatten([sums(root, 'A'), sums(root, 'B')]))
    run.input('A').markIdle('0')
    run.watermark(100, 'B')
    run.offer([[1, 'a', 1]], 'A').offer([[2, 'a', 2]], 'A')
    expect(run.take('final')).toEqual([])
    run.watermark(50, 'A')
    expect(run.take('final')).toEqual([])
    expect(run.watermark(120, 'A').watermark(120, 'B').take('final')).toEqual(['[0,10) a=3 early#1'])
  })
})
