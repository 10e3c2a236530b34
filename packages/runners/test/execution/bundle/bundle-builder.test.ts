/**
 * Bundles: what a step passes on, with the columns of the rows it came from.
 */
import { GLOBAL_WINDOW, NO_FIRING, type Window } from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import { BundleBuilder } from '../../../src/execution/bundle/bundle-builder.ts'
import { elementAt, signAt, windowAt, type Bundle } from '../../../src/execution/bundle/bundle.ts'
import type { Pane } from '../../../src/execution/bundle/pane.ts'

const window: Window = { start: 0, end: 10 }
const pane: Pane = {
  info: NO_FIRING,
  origin: { id: '0:0', step: 1, key: 'a', window },
  effect: 'replace',
  absorbedBy: undefined,
}
const source: Bundle = {
  length: 3,
  keys: undefined,
  values: ['a', 'b', 'c'],
  timestamps: [1, 2, 3],
  windows: undefined,
  signs: [1, -1, 1],
  panes: [pane, pane],
  paneOf: [0, 0, 1],
  watermarks: [10, 20, 30],
  positions: { split: 'file', unit: 'line', offsets: [7, 8, 9] },
}

describe('a bundle builder', () => {
  it('takes the other columns from the rows that its own came from', () => {
    // mutation: column[row] for column[rows[row]] in gather
    const builder = new BundleBuilder()
    builder.begin(false)
    builder.add(undefined, 'x', 3, GLOBAL_WINDOW, 2)
    builder.add(undefined, 'y', 2, GLOBAL_WINDOW, 1)
    builder.add(undefined, 'z', 2, GLOBAL_WINDOW, 1)
    expect(plain(builder.take(source))).toEqual({
      length: 3,
      keys: undefined,
      values: ['x', 'y', 'z'],
      timestamps: [3, 2, 2],
      windows: undefined,
      signs: [1, -1, -1],
      panes: [pane, pane],
      paneOf: [1, 0, 0],
      watermarks: [30, 20, 20],
      positions: { split: 'file', unit: 'line', offsets: [9, 8, 8] },
    })
  })

  it('hands the columns on as they are when every row gave one', () => {
    const builder = new BundleBuilder()
    builder.begin(false)
    for (let row = 0; row < 3; row++) builder.add(undefined, row, row, GLOBAL_WINDOW, row)
    const bundle = builder.take(source)
    expect([bundle.signs, bundle.paneOf, bundle.watermarks, bundle.positions]).toEqual([
      source.signs,
      source.paneOf,
      source.watermarks,
      source.positions,
    ])
    expect(bundle.signs).toBe(source.signs)
  })

  it('does not take a shorter bundle for an unchanged one', () => {
    const builder = new BundleBuilder()
    builder.begin(false)
    builder.add(undefined, 'a', 1, GLOBAL_WINDOW, 0)
    const bundle = builder.take(source)
    expect([bundle.length, [...(bundle.signs as Float64Array)], bundle.positions?.offsets.length]).toEqual([1, [1], 1])
  })

  it('keeps keys in a column of their own when asked to', () => {
    const builder = new BundleBuilder()
    builder.begin(true)
    builder.add('k', 1, 1, GLOBAL_WINDOW, 0)
    expect(builder.take(source).keys).toEqual(['k'])
    builder.begin(false)
    builder.add('k', 1, 1, GLOBAL_WINDOW, 0)
    expect(builder.take(source).keys).toBeUndefined()
  })

  it('has windows from the first row that is not in the global one', () => {
    const builder = new BundleBuilder()
    builder.begin(false)
    builder.add(undefined, 1, 1, GLOBAL_WINDOW, 0)
    builder.add(undefined, 2, 2, window, 1)
    builder.add(undefined, 3, 3, GLOBAL_WINDOW, 2)
    expect(builder.take(source).windows).toEqual([GLOBAL_WINDOW, window, GLOBAL_WINDOW])
    builder.begin(false)
    builder.add(undefined, 1, 1, GLOBAL_WINDOW, 0)
    expect(builder.take(source).windows).toBeUndefined()
  })

  it('starts anew after each bundle and leaves those it has made alone, however many rows they have', () => {
    const builder = new BundleBuilder()
    const fill = (from: number, rows: number): Bundle => {
      builder.begin(false)
      for (let row = 0; row < rows; row++) builder.add(undefined, from + row, from + row, window, 0)
      return builder.take(source)
    }
    const first = fill(0, 200)
    const second = fill(1000, 100)
    expect([first.length, first.values[199], first.timestamps[199], first.timestamps.length]).toEqual([
      200, 199, 199, 200,
    ])
    expect([second.length, second.values[99], second.timestamps[0], second.timestamps.length]).toEqual([
      100, 1099, 1000, 100,
    ])
    expect(first.timestamps[0]).toBe(0)
  })
})

describe('a row', () => {
  it('is an element with a window and a sign, those that all share where there is no column', () => {
    const keyed = { ...source, keys: ['k', 'k', 'k'], windows: [window, window, window] }
    expect([elementAt(source, 1), windowAt(source, 1), signAt(source, 1)]).toEqual(['b', GLOBAL_WINDOW, -1])
    expect([elementAt(keyed, 1), windowAt(keyed, 1), signAt({ ...keyed, signs: undefined }, 1)]).toEqual([
      ['k', 'b'],
      window,
      1,
    ])
  })
})

function plain(bundle: Bundle): object {
  const list = (column: ArrayLike<number> | undefined): readonly number[] | undefined => column && Array.from(column)
  return {
    ...bundle,
    timestamps: list(bundle.timestamps),
    signs: list(bundle.signs),
    paneOf: list(bundle.paneOf),
    watermarks: list(bundle.watermarks),
    positions: bundle.positions && { ...bundle.positions, offsets: list(bundle.positions.offsets) },
  }
}
