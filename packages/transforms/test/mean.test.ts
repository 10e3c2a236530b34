/**
 * mean, meanOf: one rounding of the real quotient.
 */
import { mean, meanOf } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { accumulate, combine, subtract } from './fold.ts'

describe('mean', () => {
  it('is NaN for nothing, also when everything was taken back', () => {
    expect(combine(mean(), [])).toBeNaN()
    expect(mean().extractOutput(subtract(mean(), accumulate(mean(), [0.1, 1e300]), [1e300, 0.1]))).toBeNaN()
  })

  it('is rounded once: the sum is not rounded before the division', () => {
    // The sum is 2^53 + 1 and would round to 2^53.
    expect(combine(mean(), [2 ** 53, 1, 0])).toBe(3_002_399_751_580_331)
    expect(
      combine(
        mean(),
        Array.from({ length: 10 }, () => 0.1),
      ),
    ).toBe(0.1)
  })

  it('is finite where the sum is not', () => {
    expect(combine(mean(), [Number.MAX_VALUE, Number.MAX_VALUE])).toBe(Number.MAX_VALUE)
  })

  it('is +0 where it rounds to zero', () => {
    expect(combine(mean(), [-5e-324, 0, 0])).toBe(0)
    expect(combine(mean(), [5e-324, 5e-324, -5e-324])).toBe(0)
    expect(combine(mean(), [5e-324, 0])).toBe(0)
    expect(combine(mean(), [1e-323, 5e-324])).toBe(1e-323)
  })

  it('follows sum for NaN and infinities', () => {
    expect(combine(mean(), [Number.NaN, 1])).toBeNaN()
    expect(combine(mean(), [Number.NEGATIVE_INFINITY, 1])).toBe(Number.NEGATIVE_INFINITY)
  })

  it('takes a number of each element with meanOf', () => {
    expect(
      combine(
        meanOf((text: string) => text.length),
        ['tide', 'mark', ''],
      ),
    ).toBe(8 / 3)
  })
})
