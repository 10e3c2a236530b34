/**
 * variance, standardDeviation: the real value, rounded once.
 */
import { standardDeviation, standardDeviationOf, variance, varianceOf } from '@tidemark/transforms'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { finiteDouble } from '../doubles.ts'
import { accumulate, combine, stored, subtract } from '../fold.ts'
import { nearestDeviation, nearestVariance } from '../rational.ts'

const population = { of: 'population' } as const
const sample = { of: 'sample' } as const

describe('variance', () => {
  it('is the mean squared distance from the mean, of a population or from a sample', () => {
    const values = [2, 4, 4, 4, 5, 5, 7, 9]
    expect(combine(variance(population), values)).toBe(4)
    expect(combine(variance(sample), values)).toBe(32 / 7)
    expect(combine(standardDeviation(population), values)).toBe(2)
    expect(combine(standardDeviation(sample), values)).toBe(Math.sqrt(32 / 7))
  })

  it('keeps what the usual formula loses to cancellation', () => {
    // Squares of these differ in the last digits only: in doubles, the difference of the two terms is noise.
    expect(combine(variance(population), [1e15 + 1, 1e15 + 2, 1e15 + 3, 1e15 + 6])).toBe(3.5)
    expect(
      combine(
        variance(population),
        Array.from({ length: 10 }, () => 0.1),
      ),
    ).toBe(0)
  })

  it('is NaN where there is none: of nothing, of a sample of one, with NaN or an infinity', () => {
    expect(combine(variance(population), [])).toBeNaN()
    expect(combine(variance(population), [5])).toBe(0)
    expect(combine(variance(sample), [5])).toBeNaN()
    expect(combine(variance(population), [1, Number.NaN])).toBeNaN()
    expect(combine(standardDeviation(population), [1, Number.POSITIVE_INFINITY])).toBeNaN()
    expect(combine(standardDeviation(sample), [Number.NEGATIVE_INFINITY, 1, 2])).toBeNaN()
  })

  // Mutation: packages/transforms/src/combiners/standard-deviation.ts: `return spread('standard-deviation', options, roundRoot)` → `return spread('standard-deviation', options, ({ dividend, divisor }) => Math.sqrt(roundQuotient(dividend, divisor)))`
  it('has a root also where it has itself no double', () => {
    expect(combine(variance(population), [5e-324, -5e-324])).toBe(0)
    expect(combine(standardDeviation(population), [5e-324, -5e-324])).toBe(5e-324)
    expect(combine(variance(population), [1e300, -1e300])).toBe(Number.POSITIVE_INFINITY)
    expect(combine(standardDeviation(population), [1e300, -1e300])).toBe(1e300)
    expect(combine(standardDeviation(sample), [Number.MAX_VALUE, -Number.MAX_VALUE])).toBe(Number.POSITIVE_INFINITY)
  })

  // Mutation: packages/transforms/src/combiners/exact-squares.ts: `subtractExact(squares.usual, lostInSquare(value, square))` → ``
  it('forgets what is taken back: large, small, NaN and infinities', () => {
    const gone = [1e300, 5e-324, 0.1, 1e16, Number.NaN, Number.POSITIVE_INFINITY, 1e-160]
    const left = subtract(variance(population), accumulate(variance(population), [0.3, ...gone, 0.7]), gone)
    expect(variance(population).accumulatorCoder?.encode(left)).toEqual(stored(variance(population), [0.7, 0.3]))
    expect(variance(population).extractOutput(left)).toBe(nearestVariance([0.3, 0.7], 2))
  })

  it('stores in few bytes what is usual', () => {
    expect(stored(variance(population), [1, 2, 3])?.length).toBeLessThanOrEqual(50)
  })

  it('asks what the inputs are', () => {
    for (const options of [{}, { of: undefined }, { of: 'half' }, { of: 'sample', ddof: 1 }, undefined]) {
      expect(() => variance(options as never)).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }))
      expect(() => standardDeviation(options as never)).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }))
    }
    expect(() => variance({} as never)).toThrow(/Give \{ of: 'population' \} or \{ of: 'sample' \}/u)
  })

  it('takes a number of each element', () => {
    const calls = [{ millis: 1 }, { millis: 3 }]
    const millis = (call: { millis: number }): number => call.millis
    expect(combine(varianceOf(millis, sample), calls)).toBe(2)
    expect(combine(standardDeviationOf(millis, population), calls)).toBe(1)
  })
})

describe('of any doubles, variance and deviation', () => {
  const agree = (values: readonly number[]): void => {
    expect(combine(variance(population), values)).toBe(nearestVariance(values, values.length))
    expect(combine(standardDeviation(population), values)).toBe(nearestDeviation(values, values.length))
    if (values.length < 2) return
    expect(combine(variance(sample), values)).toBe(nearestVariance(values, values.length - 1))
    expect(combine(standardDeviation(sample), values)).toBe(nearestDeviation(values, values.length - 1))
  }

  // Mutation: packages/transforms/src/combiners/exact-squares.ts: `addExact(squares.usual, lostInSquare(value, square))` → ``
  it('are the nearest doubles to the real ones', () => {
    fc.assert(fc.property(fc.array(finiteDouble, { minLength: 1, maxLength: 12 }), agree), { numRuns: 300, seed: 6020 })
  })

  it('are so where squares come near the ends of the range', () => {
    const edges = fc.constantFrom(
      2 ** 440,
      2 ** -480,
      2 ** 439.7,
      2 ** -479.7,
      2 ** -537,
      2 ** 511.5,
      2 ** 450,
      2 ** -538,
    )
    const near = fc.tuple(edges, fc.double({ min: -3, max: 3, noNaN: true })).map(([edge, factor]) => edge * factor)
    fc.assert(fc.property(fc.array(near, { minLength: 1, maxLength: 8 }), agree), { numRuns: 300, seed: 6021 })
  })

  // Mutation: packages/transforms/src/combiners/standard-deviation.ts: `2n * root + (exact ? 0n : 1n)` → `2n * root`
  it('are so for whole numbers, where roots are often half way or nearly', () => {
    const whole = fc.oneof(
      fc.integer({ min: -4, max: 4 }),
      fc.integer({ min: 2 ** 52, max: 2 ** 53 }),
      fc.maxSafeInteger(),
    )
    fc.assert(fc.property(fc.array(whole, { minLength: 1, maxLength: 4 }), agree), { numRuns: 300, seed: 6022 })
    // The deviation of ±x is |x|: half way between doubles where x is the mean of two neighbours.
    agree([2 ** 53 + 2, -(2 ** 53), 0])
    agree([2 ** 53, -(2 ** 53) - 2])
    agree([2 ** 53, -(2 ** 53) - 2, 5e-324])
  })
})
