/**
 * Bundles: what a row is, whichever columns are there.
 */
import { GLOBAL_WINDOW, NO_FIRING, type Window } from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import { elementAt, positionAt, signAt, windowAt, type Bundle } from '../../../src/execution/bundle/bundle.ts'
import { NumberColumn, RowNumbers } from '../../../src/execution/bundle/number-column.ts'
import type { Pane } from '../../../src/execution/bundle/pane.ts'

const window: Window = { start: 0, end: 10 }
const origin = { id: '1/0', step: 1, key: 'a', window }
const pane: Pane = { info: NO_FIRING, origin, effect: 'replace', absorbedBy: undefined }
const bundle: Bundle = {
  length: 3,
  keys: undefined,
  values: ['a', 'b', 'c'],
  timestamps: [1, 2, 3],
  windows: undefined,
  signs: [1, -1, 1],
  panes: [pane],
  paneOf: [0, 0, 0],
  watermarks: [10, 20, 30],
  positions: { split: 'file', unit: 'line', offsets: [7, 8, 9] },
}

describe('a row', () => {
  it('is an element with a window and a sign, those that all share where there is no column', () => {
    const keyed = { ...bundle, keys: ['k', 'k', 'k'], windows: [window, window, window] }
    expect([elementAt(bundle, 1), windowAt(bundle, 1), signAt(bundle, 1)]).toEqual(['b', GLOBAL_WINDOW, -1])
    expect([elementAt(keyed, 1), windowAt(keyed, 1), signAt({ ...keyed, signs: undefined }, 1)]).toEqual([
      ['k', 'b'],
      window,
      1,
    ])
  })

  it('has the place that it came from, unless it came from a grouping', () => {
    expect(positionAt(bundle, 2)).toEqual({ split: 'file', offset: 9, unit: 'line' })
    expect(positionAt({ ...bundle, positions: undefined }, 2)).toBeUndefined()
  })
})

describe('a column of numbers', () => {
  it('is gathered by rows, of any kind of list', () => {
    const column = new NumberColumn()
    expect([...column.gather([5, 6, 7], [2, 0], 2)]).toEqual([7, 5])
    expect([...column.gather(Float64Array.of(5, 6, 7), Int32Array.of(1, 1, 0, 9), 3)]).toEqual([6, 6, 5])
  })

  it('can be gathered from the one made before, and is written over by the one after the next', () => {
    // mutation: one buffer instead of two
    const column = new NumberColumn()
    const first = column.gather([1, 2, 3, 4], [3, 2, 1, 0], 4)
    const second = column.gather(first, [1, 0, 3, 2], 4)
    expect([[...first], [...second]]).toEqual([
      [4, 3, 2, 1],
      [3, 4, 1, 2],
    ])
    expect(column.make(4).buffer).toBe(first.buffer)
  })

  it('is as long as was asked for, whatever memory it has', () => {
    const column = new NumberColumn()
    expect([5, 3, 100, 0].map((length) => column.make(length).length)).toEqual([5, 3, 100, 0])
  })
})

describe('row numbers', () => {
  it('leave those made before alone', () => {
    const rows = new RowNumbers()
    const first = rows.make(2)
    first.set([4, 5])
    rows.make(2).set([6, 7])
    expect([first[0], first[1], rows.make(3).length >= 3]).toEqual([4, 5, true])
  })
})
