/**
 * What an as-of join means, reckoned by hand.
 */
import { asOfJoin, create, flatMap, seconds, type AsOfJoinOptions, type KV, type Root } from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import type { DroppedElement } from '../../../src/testing/evaluator/without.ts'
import { evaluated, settled, type Item } from './scenario.ts'

type Options = AsOfJoinOptions<string, number, number, 'inner' | 'left'>

const side = (root: Root, name: string, list: readonly Item[]) =>
  root.pipe(
    create(name, list, { timestamp: ([second]) => second * 1000 }),
    flatMap(([, key, number]): readonly KV<string, number>[] => [[key, number]]),
  )

function joined(
  left: readonly Item[],
  rows: readonly Item[],
  options: Options = {},
  without: readonly DroppedElement[] = [],
) {
  return evaluated(
    (root) => asOfJoin('AsOf', { left: side(root, 'Left', left), right: side(root, 'Rows', rows) }, options),
    without,
  )
}

/** The answers as `key left=right @second`. */
function answers(...given: Parameters<typeof joined>): readonly string[] {
  return joined(...given).rows['out']!.map(({ value, timestamp }) => {
    const [key, { left, right }] = value as KV<string, { readonly left: number; readonly right: number | null }>
    return `${key} ${left}=${right ?? '-'} @${timestamp / 1000}`
  })
}

const ROWS: readonly Item[] = [
  [20, 'a', 2],
  [10, 'a', 1],
  [15, 'b', 9],
]

describe('an as-of join', () => {
  it('answers with the latest row of the key that is not after the element', () => {
    const left: readonly Item[] = [
      [9, 'a', 90],
      [10, 'a', 100],
      [19, 'a', 190],
      [20, 'a', 200],
      [16, 'b', 160],
      [16, 'c', 161],
    ]
    const expected = ['a 90=- @9', 'a 100=1 @10', 'a 190=1 @19', 'a 200=2 @20', 'b 160=9 @16', 'c 161=- @16']
    for (const lateRows of ['wait', 'restate', 'freeze'] as const)
      expect(answers(left, ROWS, { lateRows })).toEqual(expected)
    expect(answers(left, ROWS, { type: 'inner' })).toEqual(expected.filter((answer) => !answer.includes('-')))
    expect(settled(joined(left.slice(1, 2), ROWS))).toEqual([['all', ['a', { left: 100, right: 1 }]]])
  })

  it('takes no row that is older than the largest age, whatever lies before it', () => {
    expect(
      answers(
        [
          [25, 'a', 1],
          [26, 'a', 2],
        ],
        ROWS,
        { maxAge: seconds(5) },
      ),
    ).toEqual(['a 1=2 @25', 'a 2=- @26'])
  })

  it('goes by orderBy, then bytes, where rows are of one instant, and notes the others once', () => {
    const rows: readonly Item[] = [
      [10, 'a', 5],
      [10, 'a', 3],
      [10, 'a', 5],
      [10, 'a', 4],
    ]
    const least = joined([[11, 'a', 1]], rows, { orderBy: (row) => -row })
    expect(least.rows['out']![0]!.value).toEqual(['a', { left: 1, right: 3 }])
    expect(least.ledger).toEqual([
      { reason: 'same-instant', step: 'AsOf', element: ['a', 5], timestamp: 10_000, window: undefined },
      { reason: 'same-instant', step: 'AsOf', element: ['a', 4], timestamp: 10_000, window: undefined },
    ])
    expect(answers([[11, 'a', 1]], rows)).toEqual(['a 1=5 @11'])
  })

  it('sees of rows with known-at times those that were known by then, the latest valid first', () => {
    // Row n is known at second n.
    const rows: readonly Item[] = [
      [1, 'a', 1],
      [1, 'a', 6],
      [3, 'a', 9],
      [4, 'a', 5],
    ]
    const at = [0, 1, 4, 5, 6, 9].map((second): Item => [second, 'a', second])
    expect(answers(at, rows, { lateRows: 'freeze', knownAt: (row) => row * 1000 })).toEqual([
      'a 0=- @0',
      'a 1=1 @1',
      'a 4=1 @4',
      'a 5=5 @5',
      'a 6=5 @6',
      'a 9=5 @9',
    ])
  })

  it('leaves out what a run dropped, of the side that the entry names', () => {
    const both: readonly Item[] = [
      [10, 'a', 1],
      [20, 'a', 2],
    ]
    const drop = (detail: string): DroppedElement => ({
      step: 'AsOf',
      element: ['a', 2],
      timestamp: 20_000,
      window: undefined,
      detail,
    })
    expect(answers(both, both, {}, [drop('the left side takes elements until …')])).toEqual(['a 1=1 @10'])
    expect(answers(both, both, {}, [drop('the right side takes elements until …')])).toEqual(['a 1=1 @10', 'a 2=1 @20'])
  })
})
