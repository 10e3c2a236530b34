/**
 * countDistinct and distinctValues: equality is that of keys.
 */
import { countDistinct, countDistinctOf, distinctValues } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { accumulate, combine, stored, subtract } from './fold.ts'

describe('countDistinct', () => {
  it('counts values that differ as keys do', () => {
    expect(combine(countDistinct(), [])).toBe(0)
    expect(combine(countDistinct(), ['a', 'b', 'a'])).toBe(2)
    expect(combine(countDistinct(), [1, '1', 1n, true, null, '\u00001'])).toBe(6)
    expect(combine(countDistinct(), [0, -0])).toBe(1)
    expect(combine(countDistinct(), [{ a: 1, b: 2 }, { b: 2, a: 1 }, [1, 2], [2, 1]])).toBe(3)
    expect(
      combine(
        countDistinctOf((visit: { user: string }) => visit.user),
        [{ user: 'ann' }, { user: 'ann' }],
      ),
    ).toBe(1)
  })

  it('counts a value until its last occurrence is taken back', () => {
    const inputs = ['a', 'b', 'a', [1], [1]]
    const left = subtract(countDistinct(), accumulate(countDistinct(), inputs), ['a', 'b', [1]])
    expect(countDistinct().extractOutput(left)).toBe(2)
    expect(countDistinct().accumulatorCoder?.encode(left)).toEqual(stored(countDistinct(), [[1], 'a']))
  })

  it('refuses what cannot be a key', () => {
    expect(() => combine(countDistinct(), [Number.NaN])).toThrow('NaN')
    expect(() => combine(countDistinct(), ['\ud800'])).toThrow('surrogate')
    expect(() => combine(countDistinct(), [undefined])).toThrow('undefined')
  })
})

describe('distinctValues', () => {
  it('lists values once, in the order of keys', () => {
    expect(combine(distinctValues<unknown>(), [10, 9, 'b', 'a', 9, null, [2]])).toEqual([null, 9, 10, 'a', 'b', [2]])
  })

  it('lists the same form of equal values whichever came first', () => {
    expect(combine(distinctValues<number[]>(), [[-0], [0]])).toEqual([[0]])
    expect(combine(distinctValues<number>(), [-0])).toEqual([0])
  })
})
