/**
 * Timing and indexes of panes (statements 42-46).
 */
import { describe, expect, it } from 'vitest'
import { freshGroup, type Group } from '../../../src/execution/grouping/group.ts'
import { describePane, recordPane } from '../../../src/execution/grouping/pane-tracker.ts'

const group = (last?: Group['lastTiming']): Group => ({
  ...freshGroup('a', { start: 0, end: 10 }, 9, undefined),
  lastTiming: last,
})

describe('the timing of a pane', () => {
  it.each([
    // last pane, input watermark, output watermark, timing
    [undefined, 9, 0, 'early'],
    ['early', 9, 9, 'early'],
    [undefined, 10, 9, 'on-time'],
    ['early', 10, 9, 'on-time'],
    [undefined, 10, 10, 'late'],
    ['early', 10, 10, 'late'],
    ['on-time', 10, 9, 'late'],
    ['late', 10, 9, 'late'],
    ['on-time', 9, 0, 'late'],
  ] as const)('after %s at input watermark %i and output watermark %i is %s', (last, input, output, timing) => {
    // mutation: inputWatermark < last for <= last
    expect(describePane(group(last), input, output, false).timing).toBe(timing)
  })
})

describe('the indexes of panes', () => {
  it('count all from 0, and from 0 again from the first that is not early', () => {
    const panes = group()
    const seen = [
      [5, 0],
      [5, 0],
      [10, 9],
      [11, 10],
    ].map(([input, output]) => {
      const info = describePane(panes, input!, output!, false)
      recordPane(panes, info)
      return [info.timing, info.index, info.nonSpeculativeIndex, info.isFirst]
    })
    expect(seen).toEqual([
      ['early', 0, -1, true],
      ['early', 1, -1, false],
      ['on-time', 2, 0, false],
      ['late', 3, 1, false],
    ])
  })

  it('do not move before the pane is recorded', () => {
    const panes = group()
    expect(describePane(panes, 5, 0, true)).toEqual({
      timing: 'early',
      index: 0,
      nonSpeculativeIndex: -1,
      isFirst: true,
      isLast: true,
    })
    expect(describePane(panes, 5, 0, false)).toMatchObject({ index: 0, isLast: false })
  })
})
