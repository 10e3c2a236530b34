/**
 * sum, sumOf: exactness, and the rules for values that are no real numbers.
 */
import { sum, sumBigInt, sumBigIntOf, sumOf } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { accumulate, combine, stored, subtract } from './fold.ts'

const { MAX_VALUE, NEGATIVE_INFINITY, POSITIVE_INFINITY } = Number

describe('sum', () => {
  it('is 0 for nothing', () => {
    expect(combine(sum(), [])).toBe(0)
  })

  it('is the real sum, rounded once', () => {
    expect(
      combine(
        sum(),
        Array.from({ length: 10 }, () => 0.1),
      ),
    ).toBe(1)
    expect(combine(sum(), [1e100, 1, -1e100])).toBe(1)
    expect(combine(sum(), [1e300, 1e-300, 1, -1e300, -1])).toBe(1e-300)
  })

  it('rounds half way to even, and up when anything follows', () => {
    expect(combine(sum(), [2 ** 53, 1])).toBe(2 ** 53)
    expect(combine(sum(), [2 ** 53 + 2, 1])).toBe(2 ** 53 + 4)
    expect(combine(sum(), [2 ** 53, 1, 5e-324])).toBe(2 ** 53 + 2)
    expect(combine(sum(), [2 ** 53, 1, 2 ** -80, -(2 ** -200)])).toBe(2 ** 53 + 2)
    expect(combine(sum(), [2 ** 53, 1, -5e-324])).toBe(2 ** 53)
  })

  it('does not overflow on the way', () => {
    expect(combine(sum(), [1.7e308, 1.7e308, -1.7e308])).toBe(1.7e308)
    expect(combine(sum(), [MAX_VALUE, MAX_VALUE, -MAX_VALUE, -MAX_VALUE, 5e-324])).toBe(5e-324)
  })

  it('is infinite where the rounded result is out of range, and only there', () => {
    expect(combine(sum(), [MAX_VALUE, MAX_VALUE])).toBe(POSITIVE_INFINITY)
    expect(combine(sum(), [-MAX_VALUE, -MAX_VALUE])).toBe(NEGATIVE_INFINITY)
    expect(combine(sum(), [MAX_VALUE, 2 ** 969])).toBe(MAX_VALUE)
    expect(combine(sum(), [MAX_VALUE, 2 ** 970])).toBe(POSITIVE_INFINITY)
    expect(combine(sum(), [MAX_VALUE, 2 ** 970, -5e-324])).toBe(MAX_VALUE)
  })

  it('is +0 when it is zero, whatever the signs of the zeros', () => {
    expect(combine(sum(), [-0, -0])).toBe(0)
    expect(combine(sum(), [0.1, -0.1])).toBe(0)
    expect(combine(sum(), [-1e300, 1e300])).toBe(0)
  })

  it('is NaN for a NaN or two infinities of different sign, else the infinity', () => {
    expect(combine(sum(), [1, Number.NaN, POSITIVE_INFINITY])).toBeNaN()
    expect(combine(sum(), [POSITIVE_INFINITY, NEGATIVE_INFINITY])).toBeNaN()
    expect(combine(sum(), [POSITIVE_INFINITY, -MAX_VALUE])).toBe(POSITIVE_INFINITY)
    expect(combine(sum(), [NEGATIVE_INFINITY, 1])).toBe(NEGATIVE_INFINITY)
  })

  it('forgets what is taken back, NaN and infinities too', () => {
    const inputs = [0.1, Number.NaN, POSITIVE_INFINITY, 1e300, 0.2]
    const left = subtract(sum(), accumulate(sum(), inputs), [1e300, Number.NaN, POSITIVE_INFINITY])
    expect(sum().extractOutput(left)).toBe(0.1 + 0.2)
    expect(sum().accumulatorCoder?.encode(left)).toEqual(stored(sum(), [0.2, 0.1]))
  })

  it('stores the same inputs as the same bytes, few for the usual sum', () => {
    const inputs = [1e16, 3.3, -1e-16, 2 ** 60, 7e-120, -3e250, MAX_VALUE]
    expect(stored(sum(), inputs)).toEqual(stored(sum(), inputs.toReversed()))
    expect(stored(sum(), [1, 2, 3])?.length).toBeLessThanOrEqual(10)
  })

  it('takes a number of each element with sumOf', () => {
    const orders = [{ amount: 12.5 }, { amount: 0.25 }]
    expect(
      combine(
        sumOf((order: { amount: number }) => order.amount),
        orders,
      ),
    ).toBe(12.75)
  })
})

describe('sumBigInt', () => {
  it('is exact beyond doubles, and 0n for nothing', () => {
    expect(combine(sumBigInt(), [9_007_199_254_740_993n, 2n, -1n])).toBe(9_007_199_254_740_994n)
    expect(combine(sumBigInt(), [])).toBe(0n)
    expect(
      combine(
        sumBigIntOf((order: { cents: bigint }) => order.cents),
        [{ cents: 3n }, { cents: 4n }],
      ),
    ).toBe(7n)
  })
})
