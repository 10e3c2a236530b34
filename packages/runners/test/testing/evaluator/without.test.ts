import { describe, expect, it } from 'vitest'
import { combinePerKey, fixedWindows, read, seconds, slidingWindows, windowInto, type PullSource } from '@tidemark/core'
import { buildGraph } from '@tidemark/core/graph'
import { sum } from '@tidemark/transforms'
import { evaluate } from '../../../src/testing/evaluator/evaluate.ts'
import { evaluated, items, settled } from './scenario.ts'

describe('leaving out', () => {
  it('takes an element out of one of its windows and leaves it in the other', () => {
    const answer = evaluated(
      (root) =>
        items(
          [3, 'a', 1],
          [4, 'a', 2],
        )(root).pipe(windowInto(slidingWindows(seconds(10), seconds(5))), combinePerKey('Sum', sum())),
      [{ step: 'Sum', element: ['a', 1], timestamp: 3000, window: { start: -5000, end: 5000 } }],
    )
    expect(settled(answer)).toEqual([
      [-5, 5, ['a', 2]],
      [0, 10, ['a', 3]],
    ])
  })

  it('takes one of equal elements for each time it is listed, and refuses one that is not there', () => {
    const dropped = { step: 'Sum', element: ['a', 1], timestamp: 3000, window: { start: 0, end: 10_000 } }
    const sums = (times: number): readonly unknown[] =>
      settled(
        evaluated(
          (root) =>
            items(
              [3, 'a', 1],
              [3, 'a', 1],
            )(root).pipe(windowInto(fixedWindows(seconds(10))), combinePerKey('Sum', sum())),
          Array.from({ length: times }, () => dropped),
        ),
      )
    expect(sums(1)).toEqual([[0, 10, ['a', 1]]])
    expect(sums(2)).toEqual([])
    expect(() => sums(3)).toThrow(/is not among the step's inputs/)
  })
})

describe('sources', () => {
  const source: PullSource<readonly [number, string]> = {
    mode: 'pull',
    description: 'a list',
    bounded: true,
    unit: 'element',
    splits: () => Promise.resolve([]),
    open: () => {
      throw new Error('The evaluator does not read.')
    },
  }
  const graph = buildGraph((root) => ({
    out: root.pipe(
      read('Visits', source, { timestamp: ([at]) => at * 1000, arrival: () => 5000, maxFuture: seconds(1) }),
      windowInto(fixedWindows(seconds(10))),
    ),
  }))

  it('give the elements they are said to read, without those that have no time or are ahead of their arrival', () => {
    const answer = evaluate(graph, {
      Visits: [
        [1, 'x'],
        [0.0001, 'no time'],
        [6, 'just in time'],
        [6.001, 'ahead'],
      ],
    })
    expect(settled(answer)).toEqual([
      [0, 10, [1, 'x']],
      [0, 10, [6, 'just in time']],
    ])
    expect(answer.ledger.map(({ reason, element }) => [reason, element])).toEqual([
      ['dead-letter', [0.0001, 'no time']],
      ['future', [6.001, 'ahead']],
    ])
  })

  it('lose what a run dropped there', () => {
    const dropped = { step: 'Visits', element: [1, 'x'], timestamp: 1000, window: undefined }
    expect(settled(evaluate(graph, { Visits: [[1, 'x']] }, [dropped]))).toEqual([])
  })

  it('are not asked twice for what is ahead of its own arrival', () => {
    const dropped = { step: 'Visits', element: [7, 'ahead'], timestamp: 7000, window: undefined }
    const answer = evaluate(
      graph,
      {
        Visits: [
          [1, 'x'],
          [7, 'ahead'],
        ],
      },
      [dropped],
    )
    expect(settled(answer)).toEqual([[0, 10, [1, 'x']]])
  })

  it('must be given', () => {
    expect(() => evaluate(graph, {})).toThrow(/no entry "Visits"/)
  })
})
