import { describe, expect, it } from 'vitest'
import {
  afterCount,
  afterWatermark,
  coGroupByKey,
  combineGlobally,
  combinePerKey,
  filter,
  fixedWindows,
  flatten,
  groupByKey,
  map,
  repeatedly,
  seconds,
  sessions,
  slidingWindows,
  windowInto,
} from '@tidemark/core'
import { count, max, sum } from '@tidemark/transforms'
import { evaluated, items, settled, timestamps } from './scenario.ts'

describe('windows', () => {
  it('put the element at the end of a window into the next one', () => {
    const answer = evaluated((root) =>
      items(
        [0, 'a', 1],
        [9, 'a', 2],
        [10, 'a', 4],
        [-1, 'a', 8],
      )(root).pipe(windowInto(fixedWindows(seconds(10))), combinePerKey('Sum', sum())),
    )
    // [-10, 0): 8 · [0, 10): 1 + 2 · [10, 20): 4
    expect(settled(answer)).toEqual([
      [-10, 0, ['a', 8]],
      [0, 10, ['a', 3]],
      [10, 20, ['a', 4]],
    ])
    expect(timestamps(answer)).toEqual([-0.001, 9.999, 19.999])
  })

  it('of sliding kind take an element once each', () => {
    const answer = evaluated((root) =>
      items(
        [3, 'a', 1],
        [7, 'a', 2],
      )(root).pipe(windowInto(slidingWindows(seconds(10), seconds(5))), combinePerKey('Sum', sum())),
    )
    // 3 lies in [-5, 5) and [0, 10); 7 in [0, 10) and [5, 15).
    expect(settled(answer)).toEqual([
      [-5, 5, ['a', 1]],
      [0, 10, ['a', 3]],
      [5, 15, ['a', 2]],
    ])
  })

  it('with gaps between them leave an element in a gap to the ledger', () => {
    const answer = evaluated((root) =>
      items(
        [1, 'a', 1],
        [7, 'a', 2],
      )(root).pipe(windowInto(slidingWindows(seconds(5), seconds(10))), combinePerKey('Sum', sum())),
    )
    expect(settled(answer)).toEqual([[0, 5, ['a', 1]]])
    expect(answer.ledger).toEqual([
      { reason: 'no-window', step: 'WindowInto', element: ['a', 2], timestamp: 7000, window: undefined },
    ])
  })

  it('of sessions merge through an element that bridges two, wherever it stands in the input', () => {
    const sums = windowInto<readonly [string, number]>(sessions(seconds(10)))
    const apart = evaluated((root) => items([0, 'a', 1], [15, 'a', 2])(root).pipe(sums, combinePerKey('Sum', sum())))
    const joined = evaluated((root) =>
      items([0, 'a', 1], [15, 'a', 2], [8, 'a', 4])(root).pipe(sums, combinePerKey('Sum', sum())),
    )
    expect(settled(apart)).toEqual([
      [0, 10, ['a', 1]],
      [15, 25, ['a', 2]],
    ])
    // [0, 10), [8, 18) and [15, 25) overlap one after the other.
    expect(settled(joined)).toEqual([[0, 25, ['a', 7]]])
  })

  it('of sessions stay apart when two elements are exactly the gap apart, and when keys differ', () => {
    const answer = evaluated((root) =>
      items(
        [0, 'a', 1],
        [10, 'a', 2],
        [5, 'b', 4],
      )(root).pipe(windowInto(sessions(seconds(10))), combinePerKey('Sum', sum())),
    )
    expect(settled(answer)).toEqual([
      [0, 10, ['a', 1]],
      [5, 15, ['b', 4]],
      [10, 20, ['a', 2]],
    ])
  })

  it('that have merged do not merge at the next grouping, but do when they are assigned anew', () => {
    const perKey = items([0, 'a', 1], [5, 'b', 2])
    const first = windowInto<readonly [string, number]>(sessions(seconds(10)))
    const once = evaluated((root) =>
      perKey(root).pipe(first, combinePerKey('Sum', sum()), combineGlobally('Keys', count())),
    )
    // a has [0, 10), b [5, 15): they overlap, but sessions are per key and the second grouping takes them as they are.
    expect(settled(once)).toEqual([
      [0, 10, 1],
      [5, 15, 1],
    ])
    const anew = evaluated((root) =>
      perKey(root).pipe(
        first,
        combinePerKey('Sum', sum()),
        windowInto(sessions(seconds(10))),
        combineGlobally('Keys', count()),
      ),
    )
    // Results stand at 9.999 and 14.999, the ends of their sessions: [9.999, 19.999) and [14.999, 24.999) merge.
    expect(settled(anew)).toEqual([[9.999, 24.999, 2]])
  })
})

describe('groupings', () => {
  it('give the timestamp that the combiner says, never after the window', () => {
    const timestampsWith = (timestampCombiner: 'earliest' | 'latest'): readonly number[] =>
      timestamps(
        evaluated((root) =>
          items(
            [2, 'a', 1],
            [7, 'a', 2],
            [4, 'b', 3],
          )(root).pipe(windowInto(fixedWindows(seconds(10)), { timestampCombiner }), combinePerKey('Sum', sum())),
        ),
      )
    expect(timestampsWith('earliest')).toEqual([2, 4])
    expect(timestampsWith('latest')).toEqual([4, 7])
  })

  it('in series take the results of one another', () => {
    const answer = evaluated((root) =>
      items(
        [1, 'a', 1],
        [2, 'a', 2],
        [3, 'b', 5],
        [12, 'b', 7],
      )(root).pipe(
        windowInto(fixedWindows(seconds(10))),
        combinePerKey('Sum', sum()),
        map(([, total]) => total),
        combineGlobally('Largest', max()),
        map((largest) => largest ?? 0),
        windowInto(fixedWindows(seconds(60))),
        combineGlobally('Total', sum()),
      ),
    )
    // [0, 10): a 3, b 5, largest 5 · [10, 20): b 7 · in the minute 5 + 7
    expect(settled(answer)).toEqual([[0, 60, 12]])
  })

  it('list values by timestamp, then by canonical bytes', () => {
    const answer = evaluated((root) =>
      items(
        [5, 'a', 3],
        [1, 'a', 9],
        [5, 'a', -3],
        [5, 'a', 3],
      )(root).pipe(windowInto(fixedWindows(seconds(10))), groupByKey('List')),
    )
    expect(settled(answer)).toEqual([[0, 10, ['a', [9, -3, 3, 3]]]])
  })

  it('know keys by their bytes and name one of equal keys', () => {
    const answer = evaluated((root) =>
      items(
        [1, 'a', -0],
        [2, 'a', 0],
        [3, 'b', 1],
        [4, '1', 1],
      )(root).pipe(
        map(([name, number]) => [name === '1' ? name : number, 1] as const),
        combinePerKey('Count', count()),
      ),
    )
    // -0 and 0 are one key, named 0; 1 and '1' are two.
    expect(settled(answer)).toEqual([
      ['all', [0, 2]],
      ['all', [1, 1]],
      ['all', ['1', 1]],
    ])
    expect(Object.is((settled(answer)[0] as [string, [number, number]])[1][0], 0)).toBe(true)
  })

  it('without keys give the result of nothing in the global window and nowhere else', () => {
    const global = evaluated((root) => items()(root).pipe(combineGlobally('Count', count())))
    const fixed = evaluated((root) =>
      items()(root).pipe(windowInto(fixedWindows(seconds(10))), combineGlobally('Count', count())),
    )
    expect(settled(global)).toEqual([['all', 0]])
    expect(settled(fixed)).toEqual([])
  })

  it('settle on the same whichever panes they would emit on the way, a filter below included', () => {
    const withMode = (accumulationMode: 'accumulating' | 'retracting'): readonly unknown[] =>
      settled(
        evaluated((root) =>
          items(
            [1, 'a', 1],
            [2, 'a', 2],
            [3, 'b', 1],
          )(root).pipe(
            windowInto(fixedWindows(seconds(10)), {
              trigger: afterWatermark({ early: afterCount(1), late: repeatedly(afterCount(1)) }),
              allowedLateness: seconds(5),
              accumulationMode,
            }),
            combinePerKey('Sum', sum()),
            filter(([, total]) => total < 2),
          ),
        ),
      )
    // An early pane a=1 would pass the filter; what remains of a is 3, and it does not.
    expect(withMode('accumulating')).toEqual([[0, 10, ['b', 1]]])
    expect(withMode('retracting')).toEqual([[0, 10, ['b', 1]]])
  })

  it('over several collections keep apart what came from which', () => {
    const answer = evaluated((root) => {
      const all = items([1, 'a', 1], [2, 'b', 2], [3, 'a', 3])(root).pipe(windowInto(fixedWindows(seconds(10))))
      const odd = all.pipe(filter(([, number]) => number === 3))
      return coGroupByKey('Both', { all, odd })
    })
    expect(settled(answer)).toEqual([
      [0, 10, ['a', { all: [1, 3], odd: [3] }]],
      [0, 10, ['b', { all: [2], odd: [] }]],
    ])
  })

  it('count an element that reaches them on two ways twice', () => {
    const answer = evaluated((root) => {
      const all = items([1, 'a', 1], [2, 'a', 2])(root)
      return flatten([all, all]).pipe(combinePerKey('Sum', sum()))
    })
    expect(settled(answer)).toEqual([['all', ['a', 6]]])
  })
})
