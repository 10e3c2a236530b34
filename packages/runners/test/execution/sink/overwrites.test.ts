/**
 * A sink that takes overwrites is handed, for each pane, all that stands for its step, key and window.
 */
import {
  afterCount,
  combinePerKey,
  filter,
  fixedWindows,
  flatMap,
  flatten,
  groupByKey,
  map,
  milliseconds,
  parDo,
  sessions,
  windowInto,
  write,
  type PCollection,
  type PipelineError,
  type Root,
} from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { sum } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { Engine } from '../../../src/execution/engine.ts'
import { numbers } from '../scripted.ts'
import { taking, TakingRun } from './taking-run.ts'
import { panesOf } from './windowed-counts.ts'

const perTen = fixedWindows(milliseconds(10))
const perGap = sessions(milliseconds(10))
const overwrites = (pipeline: (root: Root) => PCollection<unknown>) =>
  new TakingRun(pipeline, { takes: ['overwrites'] })

describe.each(['accumulating', 'retracting'] as const)('overwrites of %s panes', (mode) => {
  it('hold the elements of the latest pane under step, key and window', () => {
    const run = overwrites(panesOf(perTen, mode))
    run.offer([[1, 'a', 1], [1, 'b', 1]]).offer([[2, 'a', 1]]) // prettier-ignore
    expect(run.take('overwrites')).toEqual([
      'Count a [0,10): 1 (early)',
      'Count b [0,10): 1 (early)',
      'Count a [0,10): 2 (early)',
    ])
    expect(run.complete().counters('overwrites').waiting).toBe(0)
  })

  it('hold nothing where a pane passes nothing on, so that what stood there goes', () => {
    const run = overwrites((root) => panesOf(perTen, mode)(root).pipe(filter(([, n]) => n < 2)))
    run.offer([[1, 'a', 1]]).offer([[2, 'a', 1]])
    expect(run.take('overwrites')).toEqual(['Count a [0,10): 1 (early)', 'Count a [0,10): nothing (early)'])
  })

  it('hold all elements that a pane has become', () => {
    const run = overwrites((root) => panesOf(perTen, mode)(root).pipe(flatMap(([key, n]) => [[key, n] as const, [key, -n] as const]))) // prettier-ignore
    expect(run.offer([[1, 'a', 1]]).take('overwrites')).toEqual(['Count a [0,10): 1, -1 (early)'])
  })

  it('empty the place of a session that has become part of another', () => {
    const run = overwrites(panesOf(perGap, mode))
    run.offer([[0, 'a', 1]]).offer([[15, 'a', 1]]).offer([[8, 'a', 1]]) // prettier-ignore
    expect(run.take('overwrites').slice(2)).toEqual([
      'Count a [0,10): nothing (unknown)',
      'Count a [15,25): nothing (unknown)',
      'Count a [0,25): 3 (early)',
    ])
  })

  it('hold what came by every way', () => {
    const run = overwrites((root) => {
      const counts = panesOf(perTen, mode)(root)
      return flatten([counts.pipe(filter(([, n]) => n !== 2)), counts.pipe(map(([key, n]) => [key, 10 * n] as const))])
    })
    expect(
      run
        .offer([[1, 'a', 1]])
        .take('overwrites')
        .at(-1),
    ).toBe('Count a [0,10): 1, 10 (early)')
    expect(run.offer([[2, 'a', 1]]).take('overwrites')).toEqual([
      'Count a [0,10): 10 (early)',
      'Count a [0,10): 20 (early)',
    ])
  })
})

describe('overwrites of discarding panes', () => {
  it('hold what all panes have added so far, as one element where outputs merge', () => {
    const run = overwrites(panesOf(perTen, 'discarding'))
    run.offer([[1, 'a', 1]]).offer([[2, 'a', 1]])
    expect(run.take('overwrites')).toEqual(['Count a [0,10): 1 (early)', 'Count a [0,10): 2 (early)'])
    const plain = overwrites((root) => panesOf(perTen, 'discarding')(root).pipe(map(([key, n]) => [key, n] as const)))
    plain.offer([[1, 'a', 1]]).offer([[2, 'a', 1]])
    expect(plain.take('overwrites')).toEqual(['Count a [0,10): 1 (early)', 'Count a [0,10): 1, 1 (early)'])
  })

  it('go with the session that theirs has become part of', () => {
    const run = overwrites(panesOf(perGap, 'discarding'))
    run.offer([[0, 'a', 1]]).offer([[8, 'a', 1]])
    expect(run.take('overwrites')).toEqual([
      'Count a [0,10): 1 (early)',
      'Count a [0,10): nothing (unknown)',
      'Count a [0,18): 1 (unknown)',
      'Count a [0,18): 2 (early)',
    ])
  })
})

describe('a place', () => {
  // Mutation: packages/runners/src/execution/sink/overwrites-step.ts: `return severalWays || beginsAnew` → `return severalWays`
  it('has what its window has emitted before and after it began anew', () => {
    const run = overwrites((root) =>
      numbers(root).pipe(
        windowInto(perGap, { trigger: afterCount(2), allowedLateness: milliseconds(5), accumulationMode: 'accumulating', mayLoseData: true }),
        groupByKey('Lists'),
      ),
    ) // prettier-ignore
    run.offer([[0, 'a', 1]]).offer([[5, 'a', 2]]).offer([[0, 'a', 3]]).offer([[5, 'a', 4]]) // prettier-ignore
    expect(run.complete().take('overwrites')).toEqual([
      'Lists a [0,15): [1,2] (early)',
      'Lists a [0,15): [1,2], [3,4] (early)',
    ])
  })
})

describe('a sink that takes overwrites', () => {
  const into = taking('overwrites')
  const refused = (pipeline: (root: Root) => PCollection<unknown>): PipelineError => {
    const graph = buildGraph((root) => {
      pipeline(root).pipe(write('Store', into))
      return {}
    })
    let error: unknown
    try {
      error = new Engine(graph)
    } catch (thrown) {
      error = thrown
    }
    return error as PipelineError
  }
  const sums = (root: Root) => numbers(root).pipe(windowInto(perTen), combinePerKey('Sum', sum()))

  // Mutation: packages/core/src/primitives/write.ts: `takes === 'overwrites' && ref` → `takes === 'final' && ref`
  it('is refused at construction where elements come from no grouping', () => {
    expect(() =>
      buildGraph((root) => {
        numbers(root).pipe(write('Store', into))
        return {}
      }),
    ).toThrow(expect.objectContaining({ code: 'NOTHING_TO_OVERWRITE', step: 'Store' }))
  })

  // Mutation: packages/runners/src/execution/sink/write-operator.ts: `if (other === undefined) return` → `if (other?.id !== 1e9) return`
  it('is refused before anything is read where some elements come from no grouping, and says from where', () => {
    const mixed = refused((root) => flatten([sums(root), numbers(root, {}, 'More').pipe(windowInto(perTen))]))
    expect(mixed).toMatchObject({ code: 'NOTHING_TO_OVERWRITE', step: 'Store' })
    expect(mixed.message).toContain('"More" (read)')
    const bundled = parDo({
      *process(pair: readonly [string, number]) {
        yield pair
      },
      finishBundle: () => [],
    })
    expect(refused((root) => sums(root).pipe(bundled)).message).toContain('"ParDo" (parDo)')
  })

  it('takes what comes through steps without state', () => {
    const pipeline = (root: Root) => sums(root).pipe(map((pair) => pair), filter(() => true), windowInto(perTen)) // prettier-ignore
    expect(
      overwrites(pipeline)
        .offer([[1, 'a', 1]])
        .complete()
        .take('overwrites'),
    ).toEqual(['Sum a [0,10): 1 (on-time)'])
  })
})
