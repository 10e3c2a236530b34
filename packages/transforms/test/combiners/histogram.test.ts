/**
 * histogram: every number in one cell, and nothing left out.
 */
import { histogram, histogramOf } from '@tidemark/transforms'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyDouble } from '../doubles.ts'
import { combine } from '../fold.ts'

describe('histogram', () => {
  // Mutation: packages/transforms/src/combiners/histogram.ts: `value < (edges[middle] as number)` → `value <= (edges[middle] as number)`
  it('counts a number on a bound in the cell above it', () => {
    expect(combine(histogram([0, 10, 20]), [-1, 0, 9.99, 10, 20, 21, -0])).toEqual({
      below: 1,
      buckets: [
        { from: 0, to: 10, count: 3 },
        { from: 10, to: 20, count: 1 },
      ],
      above: 2,
      nan: 0,
    })
  })

  it('counts infinities at the ends and NaN apart', () => {
    const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 5]
    expect(combine(histogram([5]), values)).toEqual({ below: 1, buckets: [], above: 2, nan: 2 })
  })

  it('lists cells that are empty, and of nothing all of them', () => {
    const empty = { from: 0, to: 1, count: 0 }
    expect(combine(histogram([-0, 1]), [])).toEqual({ below: 0, buckets: [empty], above: 0, nan: 0 })
  })

  it.each([
    [[]],
    [[0, 0]],
    [[1, 0]],
    [[0, Number.NaN]],
    [[0, Number.POSITIVE_INFINITY]],
    [[-0, 0]],
    [undefined],
    [['0']],
  ])('refuses the bounds %j, which do not rise', (bounds) => {
    expect(() => histogram(bounds as number[])).toThrow(expect.objectContaining({ code: 'BAD_BOUNDS' }))
  })

  it('does not mind bounds that are changed afterwards', () => {
    const bounds = [0, 1]
    const counted = histogram(bounds)
    bounds[0] = 100
    expect(combine(counted, [0.5]).buckets).toEqual([{ from: 0, to: 1, count: 1 }])
  })

  it('counts as a search from end to end does', () => {
    const bounds = fc.uniqueArray(fc.double({ noNaN: true, min: -1e3, max: 1e3 }), {
      minLength: 1,
      maxLength: 9,
      // -0 and 0 are one bound.
      comparator: (a, b) => a === b,
    })
    fc.assert(
      fc.property(bounds, fc.array(anyDouble), (unsorted, values) => {
        const edges = unsorted.toSorted((a, b) => a - b)
        const { below, buckets, above, nan } = combine(
          histogramOf((value: number) => value, edges),
          values,
        )
        const between = (from: number, to: number): number =>
          values.filter((value) => from <= value && value < to).length
        expect(below).toBe(values.filter((value) => value < (edges[0] ?? 0)).length)
        expect(above).toBe(values.filter((value) => value >= (edges.at(-1) ?? 0)).length)
        expect(buckets.map(({ from, to, count }) => count - between(from, to))).toEqual(buckets.map(() => 0))
        expect(below + above + nan + buckets.reduce((sum, { count }) => sum + count, 0)).toBe(values.length)
      }),
      { seed: 6030 },
    )
  })
})
