import { describe, expect, it } from 'vitest'
import { formatDifferences, settledDifferences, settledResult } from '../../src/settled/settled-result.ts'

const early = { start: 0, end: 10 }
const late = { start: 5, end: 15 }

describe('a settled result', () => {
  it('is a multiset sorted by window and canonical bytes', () => {
    const { entries } = settledResult([
      { window: late, value: 'a' },
      { window: early, value: 'b' },
      { window: early, value: 2 },
      { window: early, value: 'b' },
    ])
    expect(entries.map(({ window, value, count }) => [window.end, value, count])).toEqual([
      [10, 2, 1],
      [10, 'b', 2],
      [15, 'a', 1],
    ])
  })

  it('does not hold what was taken back as often as it was given', () => {
    const items = [
      { window: early, value: 'a', count: -1 },
      { window: early, value: 'b' },
      { window: early, value: 'a' },
    ]
    expect(settledResult(items).entries.map(({ value }) => value)).toEqual(['b'])
  })

  it('cannot be made when more is taken back than was given', () => {
    expect(() => settledResult([{ window: early, value: { n: 1n }, count: -2 }])).toThrow(
      '{"n":"1n"} was taken back 2 times too often in window [1970-01-01T00:00:00.000Z, 1970-01-01T00:00:00.010Z)',
    )
  })

  it('tells apart what canonical bytes tell apart', () => {
    const { entries } = settledResult([0, -0, '0', 0n, NaN, NaN].map((value) => ({ window: early, value })))
    expect(entries.map(({ count }) => count)).toEqual([1, 1, 2, 1, 1])
  })
})

describe('differences', () => {
  it('are none between equal results, however they were made', () => {
    const a = settledResult([{ window: early, value: 'a', count: 2 }])
    const b = settledResult([
      { window: early, value: 'a' },
      { window: { ...early }, value: 'a' },
    ])
    expect(settledDifferences(a, b)).toEqual([])
  })

  it('name window, element and both counts, in order', () => {
    const a = settledResult([
      { window: early, value: 'both' },
      { window: early, value: 'left' },
      { window: late, value: 'more', count: 3 },
    ])
    const b = settledResult([
      { window: early, value: 'both' },
      { window: early, value: -0 },
      { window: late, value: 'more' },
    ])
    const differences = settledDifferences(a, b)
    expect(differences).toEqual([
      { window: early, value: -0, left: 0, right: 1 },
      { window: early, value: 'left', left: 1, right: 0 },
      { window: late, value: 'more', left: 3, right: 1 },
    ])
    expect(formatDifferences(differences).split('\n')[0]).toBe(
      '[1970-01-01T00:00:00.000Z, 1970-01-01T00:00:00.010Z) "-0": 0 against 1',
    )
  })
})
