/**
 * countDistinctApprox: as near as it says, at any number of values.
 */
import { countDistinct, countDistinctApprox, countDistinctApproxOf } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { accumulate, combine, stored } from '../fold.ts'
import { seeded } from './seeded.ts'

const CARDINALITIES = [1, 3, 10, 50, 200, 1000, 10_000, 50_000, 200_000, 1_000_000]

/** Different values of one kind, as they occur: ids that count up, and texts that look random. */
const KINDS: Readonly<Record<string, (index: number, salt: number) => unknown>> = {
  numbers: (index, salt) => salt * 10_000_000 + index,
  texts: (index, salt) => `${salt}-${index.toString(36)}.example`,
  fractions: (index, salt) => (index + 1) / (salt + 7),
}

function errorAt(cardinality: number, precision: number, value: (index: number) => unknown): number {
  const approx = countDistinctApprox({ precision })
  const accumulator = approx.createAccumulator()
  for (let index = 0; index < cardinality; index += 1) approx.addInput(accumulator, value(index))
  return approx.extractOutput(accumulator) / cardinality - 1
}

describe('countDistinctApprox', () => {
  for (const cardinality of CARDINALITIES) {
    it(`is within three standard errors of ${cardinality}, for numbers and for text`, () => {
      for (const value of Object.values(KINDS)) {
        const error = errorAt(cardinality, 14, (index) => value(index, 1))
        expect(Math.abs(error)).toBeLessThanOrEqual(3 * (1.04 / Math.sqrt(2 ** 14)))
      }
    })
  }

  // Mutation: packages/transforms/src/sketch/hyper-log-log.ts: `sum += total * sigma(counts[0]! / total)` → `sum += counts[0]!`
  it('has the standard error that it says, and no bias, over many sets of each size', () => {
    for (const precision of [6, 10]) {
      const bound = 1.04 / Math.sqrt(2 ** precision)
      for (const cardinality of [10, 100, 300, 1000, 3000, 10_000]) {
        const sets = 150
        const errors = Array.from({ length: sets }, (_, salt) =>
          errorAt(cardinality, precision, (index) => KINDS['texts']!(index, salt)),
        )
        const deviation = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / sets)
        const bias = errors.reduce((sum, error) => sum + error, 0) / sets
        // Of 150 draws the deviation is known to 6 %, their mean to a twelfth of the deviation: three times that is allowed.
        expect(deviation, `${cardinality} at ${precision}`).toBeLessThan(1.18 * bound)
        expect(Math.abs(bias), `${cardinality} at ${precision}`).toBeLessThan(0.25 * bound + 0.5 / cardinality)
      }
    }
  })

  it('counts each value once, as countDistinct does', () => {
    const random = seeded(7)
    const values = Array.from({ length: 5000 }, () => Math.floor(random() * 400))
    expect(combine(countDistinctApprox(), [])).toBe(0)
    expect(combine(countDistinctApprox(), [1, '1', 1n, true, null, [1], { a: 1 }])).toBe(7)
    expect(combine(countDistinctApprox(), [0, -0, { a: 1, b: 2 }, { b: 2, a: 1 }])).toBe(2)
    const exact = combine(countDistinct(), values)
    expect(Math.abs(combine(countDistinctApprox(), values) - exact)).toBeLessThanOrEqual(0.03 * exact)
    expect(
      combine(
        countDistinctApproxOf((visit: { user: string }) => visit.user),
        [{ user: 'ann' }, { user: 'ann' }],
      ),
    ).toBe(1)
  })

  // Mutation: packages/transforms/src/sketch/hyper-log-log.ts: `if (few.size <= (1 << precision) >> FEW) return` → `if (few.size < 0) return`
  it('is kept in as many bytes as there are registers, and in fewer while there are few values', () => {
    const few = accumulate(countDistinctApprox(), ['a', 'b', 'c'])
    expect(few.registers).toBeNull()
    expect(few.few?.size).toBe(3)
    expect(countDistinctApprox().accumulatorCoder?.encode(few).length).toBeLessThan(40)
    const many = accumulate(
      countDistinctApprox(),
      Array.from({ length: 5000 }, (_, index) => index),
    )
    expect(many.few).toBeNull()
    expect(many.registers?.length).toBe(2 ** 14)
  })

  it('has one accumulator for one set, in memory and in bytes, whatever the order, repetition and grouping', () => {
    const approx = countDistinctApprox({ precision: 8 })
    // Around the size at which the form changes: eight of 256 registers.
    for (const size of [0, 1, 7, 8, 9, 10, 12, 40]) {
      const values = Array.from({ length: size }, (_, index) => `v${index}`)
      const whole = accumulate(approx, values)
      const again = accumulate(approx, [...values.toReversed(), ...values])
      const parts = approx.mergeAccumulators(
        accumulate(approx, values.slice(0, size >> 1)),
        accumulate(approx, values.slice(size >> 2)),
      )
      expect(again).toEqual(whole)
      expect(parts).toEqual(whole)
      expect(approx.accumulatorCoder?.encode(parts)).toEqual(stored(approx, values))
      expect(approx.accumulatorCoder?.decode(stored(approx, values)!)).toEqual(whole)
    }
  })

  it('refuses what cannot be a key, and a precision that it cannot have', () => {
    expect(() => combine(countDistinctApprox(), [Number.NaN])).toThrow('NaN')
    expect(() => combine(countDistinctApprox(), ['\ud800'])).toThrow('surrogate')
    expect(() => combine(countDistinctApprox(), [undefined])).toThrow('undefined')
    for (const precision of [3, 19, 10.5, Number.NaN]) {
      expect(() => countDistinctApprox({ precision })).toThrow(expect.objectContaining({ code: 'BAD_PRECISION' }))
    }
    // @ts-expect-error a name that is not known
    expect(() => countDistinctApprox({ precission: 12 })).toThrow('Did you mean "precision"?')
  })
})
