/**
 * Blocks: which rows and columns are left when stages have changed some of them.
 */
import { NO_FIRING, type Window } from '@tidemark/core'
import { describe, expect, it } from 'vitest'
import type { Bundle } from '../../../src/execution/bundle/bundle.ts'
import type { Pane } from '../../../src/execution/bundle/pane.ts'
import { Block } from '../../../src/execution/stateless/block.ts'

const window: Window = { start: 0, end: 10 }
const origin = { id: '1/0', step: 1, key: 'a', window }
const panes: readonly Pane[] = ['early', 'late'].map((timing) => ({
  info: { ...NO_FIRING, timing: timing as 'early' | 'late' },
  origin,
  effect: 'replace',
  absorbedBy: undefined,
}))
const source: Bundle = {
  length: 3,
  keys: ['k', 'l', 'm'],
  values: ['a', 'b', 'c'],
  timestamps: [1, 2, 3],
  windows: [window, { start: 10, end: 20 }, window],
  signs: [1, -1, 1],
  panes,
  paneOf: [0, 0, 1],
  watermarks: [10, 20, 30],
  positions: { split: 'file', unit: 'line', offsets: [7, 8, 9] },
}

function blockOf(bundle: Bundle): Block {
  const block = new Block()
  block.begin(bundle)
  return block
}

describe('a block', () => {
  it('is the bundle itself until a stage changes something, and then only what that changes', () => {
    const block = blockOf(source)
    expect(block.bundle()).toEqual(source)
    block.replace(['x', 'y', 'z'], undefined)
    const { values, keys, ...others } = block.bundle()
    expect([values, keys]).toEqual([['x', 'y', 'z'], undefined])
    for (const [name, column] of Object.entries(others)) expect(column).toBe(source[name as keyof Bundle])
  })

  it('keeps every column of the rows that are selected, in their order, also when it is done twice', () => {
    const block = blockOf(source)
    block.select([2, 1, 0, 99], 3)
    block.select([0, 2, 2], 3)
    expect(plain(block.bundle())).toEqual({
      length: 3,
      keys: ['m', 'k', 'k'],
      values: ['c', 'a', 'a'],
      timestamps: [3, 1, 1],
      windows: [window, window, window],
      signs: [1, 1, 1],
      panes,
      paneOf: [1, 0, 0],
      watermarks: [30, 10, 10],
      positions: { split: 'file', unit: 'line', offsets: [9, 7, 7] },
    })
    expect([block.fromAt(0), block.paneAt(0).timing, block.paneAt(1).timing]).toEqual([2, 'late', 'early'])
  })

  it('gives values the timestamp, window and origin of the row that they came from', () => {
    const block = blockOf(source)
    block.spread(['x', 'y', 'z', 'u'], [1, 1, 2, 2])
    expect(plain(block.bundle())).toMatchObject({
      length: 4,
      keys: undefined,
      values: ['x', 'y', 'z', 'u'],
      timestamps: [2, 2, 3, 3],
      signs: [-1, -1, 1, 1],
      watermarks: [20, 20, 30, 30],
    })
  })

  it('gives each of several outputs its own values and stays as it is', () => {
    const block = blockOf(source)
    block.select([2, 0], 2)
    const first = plain(block.branch(['x'], [1]))
    const second = plain(block.branch(['y', 'z'], [0, 1]))
    expect([first, second]).toMatchObject([
      { length: 1, keys: undefined, values: ['x'], timestamps: [1], watermarks: [10] },
      { length: 2, keys: undefined, values: ['y', 'z'], timestamps: [3, 1], watermarks: [30, 10] },
    ])
    expect([block.length, block.values]).toEqual([2, ['c', 'a']])
  })

  it('never writes into the columns of the bundle', () => {
    const frozen = Object.freeze({
      ...source,
      keys: Object.freeze(['k', 'l', 'm']),
      values: Object.freeze(['a', 'b', 'c']),
    })
    const block = blockOf(frozen)
    expect(block.newValues()).not.toBe(frozen.values)
    const timestamps = block.ownTimestamps()
    expect([...timestamps]).toEqual([1, 2, 3])
    timestamps[0] = 99
    expect([source.timestamps[0], block.timestamps[0]]).toEqual([1, 99])
  })

  it('writes over values of its own only', () => {
    const block = blockOf(source)
    const values = ['x', 'y', 'z']
    block.replace(values, undefined)
    expect(block.newValues()).toBe(values)
    block.begin(source)
    expect(block.newValues()).not.toBe(values)
  })

  it('holds nothing of a bundle that has gone through', () => {
    const block = blockOf(source)
    block.select([0], 1)
    block.end()
    expect([block.length, block.keys, block.values, block.windows, block.bundle().panes]).toEqual([
      0,
      undefined,
      [],
      undefined,
      [],
    ])
  })
})

function plain(bundle: Bundle): object {
  const list = <T>(column: ArrayLike<T> | undefined): readonly T[] | undefined => column && Array.from(column)
  return {
    ...bundle,
    timestamps: list(bundle.timestamps),
    signs: list(bundle.signs),
    paneOf: list(bundle.paneOf),
    watermarks: list(bundle.watermarks),
    positions: bundle.positions && { ...bundle.positions, offsets: list(bundle.positions.offsets) },
  }
}
