/**
 * sumDecimalMoney: currencies apart, every digit kept, and what is refused.
 */
import { sumDecimalMoney, type DecimalMoney } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { accumulate, combine, subtract } from '../fold.ts'

const of = (currency: string, amount: string): DecimalMoney => ({ amount, currency })

describe('sumDecimalMoney', () => {
  // Mutation: packages/transforms/src/combiners/sum-decimal-money.ts: `cells[at]!.currency < currency` → `cells[at]!.currency > currency`
  it('keeps a total for each currency, sorted by code, with every digit', () => {
    const fees = [of('USD', '0.1'), of('EUR', '12.345'), of('USD', '0.20'), of('JPY', '900719925474099300000007')]
    const totals = [of('EUR', '12.345'), of('JPY', '900719925474099300000007'), of('USD', '0.3')]
    expect(combine(sumDecimalMoney(), fees)).toEqual(totals)
    expect(combine(sumDecimalMoney(), fees.toReversed())).toEqual(totals)
    expect(combine(sumDecimalMoney(), [])).toEqual([])
  })

  // Mutation: packages/transforms/src/combiners/sum-decimal-money.ts: `cell.count === 0 && cell.amount.digits === 0n` → `cell.amount.digits === 0n`
  it('lists a currency whose amounts cancel, and not one whose inputs were all taken back', () => {
    expect(combine(sumDecimalMoney(), [of('USD', '5.5'), of('USD', '-5.50')])).toEqual([of('USD', '0')])
    const left = subtract(sumDecimalMoney(), accumulate(sumDecimalMoney(), [of('USD', '5.5'), of('EUR', '1')]), [
      of('USD', '5.50'),
    ])
    expect(sumDecimalMoney().extractOutput(left)).toEqual([of('EUR', '1')])
  })

  it('refuses amounts that are no decimal text, and currencies that are no codes', () => {
    const add = (money: unknown) => () => combine(sumDecimalMoney(), [money as DecimalMoney])
    for (const amount of [12.5, 5n, '1e3', '', ' 1', null])
      expect(add({ amount, currency: 'USD' })).toThrow(expect.objectContaining({ code: 'BAD_DECIMAL' }))
    expect(add(of('usd', '1'))).toThrow(expect.objectContaining({ code: 'BAD_CURRENCY' }))
  })
})
