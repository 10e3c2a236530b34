/**
 * top: the first n of a total order.
 */
import { top } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { accumulate, combine } from './fold.ts'

describe('top', () => {
  it('lists the n largest, best first, and fewer when there are fewer', () => {
    expect(combine(top<number>(3), [4, 1, 9, 7, 9])).toEqual([9, 9, 7])
    expect(combine(top<number>(3), [4])).toEqual([4])
    expect(combine(top<number>(3), [])).toEqual([])
  })

  it('lists the n smallest with order: smallest', () => {
    expect(combine(top<number>(2, { order: 'smallest' }), [4, 1, 9])).toEqual([1, 4])
  })

  it('orders elements of equal rank by their canonical bytes, whichever came first', () => {
    const byLength = top(2, { by: (text: string) => text.length })
    expect(combine(byLength, ['bb', 'cc', 'aa', 'd'])).toEqual(['aa', 'bb'])
    expect(combine(byLength, ['d', 'aa', 'cc', 'bb'])).toEqual(['aa', 'bb'])
  })

  it('puts NaN last in both orders', () => {
    expect(combine(top<number>(3), [Number.NaN, 1, 2])).toEqual([2, 1, Number.NaN])
    expect(combine(top<number>(3, { order: 'smallest' }), [Number.NaN, 1, 2])).toEqual([1, 2, Number.NaN])
  })

  it('keeps no more than n elements', () => {
    expect(
      accumulate(
        top<number>(2),
        Array.from({ length: 50 }, (_, i) => (i * 7) % 50),
      ),
    ).toHaveLength(2)
  })

  it('refuses a number that is no count', () => {
    expect(() => top(0)).toThrow('top(0)')
    expect(() => top(1.5)).toThrow('top(1.5)')
  })
})
