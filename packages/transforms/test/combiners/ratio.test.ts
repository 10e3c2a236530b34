/**
 * ratio, where, countIf: shares that recombine.
 */
import {
  count,
  countIf,
  max,
  mean,
  ratio,
  sum,
  sumBigInt,
  sumBigIntOf,
  sumMoneyIn,
  sumMoneyInOf,
  sumOf,
  top,
  where,
  type Money,
} from '@tidemark/transforms'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { finiteDouble } from '../doubles.ts'
import { accumulate, combine, subtract } from '../fold.ts'
import { nearestQuotient } from '../rational.ts'

interface Order {
  readonly paid: boolean
  readonly price: Money<'USD'>
}

const order = (paid: boolean, cents: number): Order => ({ paid, price: { amount: cents, currency: 'USD' } })
const paidShare = ratio({ numerator: countIf((of: Order) => of.paid), denominator: count() })

describe('ratio', () => {
  it('keeps numerator and denominator beside the value', () => {
    const orders = [order(true, 5), order(false, 5), order(true, 5)]
    expect(combine(paidShare, orders)).toEqual({ numerator: 2, denominator: 3, value: 2 / 3 })
  })

  // Mutation: packages/transforms/src/combiners/ratio.ts: `if (below === 0 || below === 0n) return null` → `if (below === 0n) return null`
  it('has no value where the denominator is zero: missing is not zero', () => {
    expect(combine(paidShare, [])).toEqual({ numerator: 0, denominator: 0, value: null })
    const bigs = ratio({ numerator: sumBigInt(), denominator: sumBigInt() })
    expect(combine(bigs, [5n, -5n])).toEqual({ numerator: 0n, denominator: 0n, value: null })
    expect(combine(ratio({ numerator: count(), denominator: sum() }), [0.1, -0.1]).value).toBeNull()
  })

  it('recombines parts, and does not average them', () => {
    const small = combine(paidShare, [order(true, 1)])
    const large = combine(paidShare, [order(false, 1), order(false, 1), order(false, 1)])
    expect(paidShare.mergeOutputs?.(small, large)).toEqual({ numerator: 1, denominator: 4, value: 0.25 })
  })

  it('subtracts and merges outputs where both parts do, and only there', () => {
    expect(paidShare.subtractInput).toBeTypeOf('function')
    const ofSums = ratio({ numerator: sumOf((of: Order) => Number(of.price.amount)), denominator: count() })
    expect(ofSums.mergeOutputs).toBeUndefined()
    expect(ofSums.subtractInput).toBeTypeOf('function')
  })

  it('divides money by a count, and by money of its currency', () => {
    const perOrder = ratio({ numerator: sumMoneyInOf('USD', (of: Order) => of.price), denominator: count() })
    expect(combine(perOrder, [order(true, 100), order(true, 101)])).toEqual({
      numerator: { currency: 'USD', amount: 201n },
      denominator: 2,
      value: 100.5,
    })
    const paid = where(
      (of: Order) => of.paid,
      sumMoneyInOf('USD', (of: Order) => of.price),
    )
    const paidMoney = ratio({ numerator: paid, denominator: sumMoneyInOf('USD', (of: Order) => of.price) })
    expect(combine(paidMoney, [order(true, 30), order(false, 10)]).value).toBe(0.75)
  })

  it('refuses money of two currencies, and parts that make no quantity', () => {
    const [dollars, euros] = [sumMoneyIn<string>('USD'), sumMoneyIn<string>('EUR')]
    expect(() => ratio({ numerator: dollars, denominator: euros })).toThrow(
      expect.objectContaining({ code: 'MIXED_CURRENCIES' }),
    )
    for (const part of [max(), top<number>(1)]) {
      expect(() => ratio({ numerator: part as never, denominator: count() })).toThrow(
        expect.objectContaining({ code: 'BAD_RATIO' }),
      )
    }
    expect(() => ratio({ numerator: count() } as never)).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }))
    expect(() => ratio({ numerator: count(), denominator: count(), by: 1 } as never)).toThrow(/no option "by"/u)
  })

  it('follows doubles for NaN, and gives no -0', () => {
    expect(combine(ratio({ numerator: mean(), denominator: count() }), [Number.NaN]).value).toBeNaN()
    expect(Object.is(combine(ratio({ numerator: sum(), denominator: sum() }), [-5]).value, 1)).toBe(true)
    const zero = combine(ratio({ numerator: sumBigIntOf(() => 0n), denominator: sumBigIntOf(() => -3n) }), [1])
    expect(Object.is(zero.value, 0)).toBe(true)
  })

  // Mutation: packages/transforms/src/combiners/ratio.ts: `sign * a.digits` → `a.digits`
  it('is rounded once, for numbers beyond doubles and below zero too', () => {
    const above = fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n })
    const below = above.filter((value) => value !== 0n)
    const divided = ratio({
      numerator: sumBigIntOf((of: readonly [bigint, bigint]) => of[0]),
      denominator: sumBigIntOf((of: readonly [bigint, bigint]) => of[1]),
    })
    fc.assert(
      fc.property(above, below, (numerator, denominator) => {
        const [sign, divisor] = denominator < 0n ? [-1, -denominator] : [1, denominator]
        // The oracle divides a sum of doubles, so the bigint comes as two of them.
        const parts = [sign * 2 ** 48 * Number(numerator >> 48n), sign * Number(numerator & 0xffff_ffff_ffffn)]
        expect(combine(divided, [[numerator, denominator]]).value).toBe(nearestQuotient(parts, divisor) + 0)
      }),
      { seed: 6040 },
    )
  })

  it('divides a double by a bigint exactly', () => {
    const mixed = ratio({ numerator: sumOf((of: number) => of), denominator: sumBigIntOf(() => 3n) })
    fc.assert(
      fc.property(finiteDouble, (above) => {
        expect(combine(mixed, [above]).value).toBe(nearestQuotient([above], 3))
      }),
      { seed: 6041 },
    )
  })
})

describe('where', () => {
  it('combines what meets the condition, as if the rest were not there', () => {
    const large = where((value: number) => value > 2, sum())
    expect(combine(large, [1, 2, 3, 4])).toBe(7)
    expect(combine(large, [1, 2])).toBe(0)
    expect(large.name).toBe('where(sum)')
    const left = subtract(large, accumulate(large, [1, 3, 5]), [1, 5])
    expect(large.extractOutput(left)).toBe(3)
  })
})
