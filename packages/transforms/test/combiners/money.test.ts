/**
 * sumMoney, sumMoneyIn: currencies apart, whole units, and what is refused.
 */
import { encodeValue } from '@tidemark/core'
import { requireMoney, sumMoney, sumMoneyIn, sumMoneyInOf, sumMoneyOf, type Money } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'
import { accumulate, combine, subtract } from '../fold.ts'

const usd = (amount: bigint | number): Money<'USD'> => ({ amount, currency: 'USD' })
const eur = (amount: bigint | number): Money<'EUR'> => ({ amount, currency: 'EUR' })
const refused = (code: string): unknown => expect.objectContaining({ code })

describe('sumMoney', () => {
  // Mutation: packages/transforms/src/combiners/sum-money.ts: `(cells[at] as MoneyCell).currency < currency` → `(cells[at] as MoneyCell).currency > currency`
  it('keeps a total for each currency, sorted by code, whatever the order', () => {
    const paid = [usd(1000), eur(999n), usd(99), { amount: 5, currency: 'CHF' }]
    const totals = [
      { currency: 'CHF', amount: 5n },
      { currency: 'EUR', amount: 999n },
      { currency: 'USD', amount: 1099n },
    ]
    expect(combine(sumMoney(), paid)).toEqual(totals)
    expect(combine(sumMoney(), paid.toReversed())).toEqual(totals)
    expect(combine(sumMoney(), [])).toEqual([])
  })

  it('is exact beyond doubles', () => {
    expect(combine(sumMoney(), [usd(Number.MAX_SAFE_INTEGER), usd(Number.MAX_SAFE_INTEGER), usd(1n)])).toEqual([
      { currency: 'USD', amount: 18_014_398_509_481_983n },
    ])
  })

  // Mutation: packages/transforms/src/combiners/sum-money.ts: `cell.count === 0 && cell.amount === 0n` → `cell.amount === 0n`
  it('lists a currency whose amounts cancel, and not one whose inputs were all taken back', () => {
    expect(combine(sumMoney(), [usd(500), usd(-500)])).toEqual([{ currency: 'USD', amount: 0n }])
    const left = subtract(sumMoney(), accumulate(sumMoney(), [usd(500), eur(1)]), [usd(500)])
    expect(sumMoney().extractOutput(left)).toEqual([{ currency: 'EUR', amount: 1n }])
    expect(encodeValue(left)).toEqual(encodeValue(accumulate(sumMoney(), [eur(1)])))
  })

  // Mutation: packages/transforms/src/combiners/sum-money.ts: `cell.count === 0 && cell.amount === 0n` → `cell.count === 0`
  it('keeps what a partial owes when as many inputs came as were taken back', () => {
    const owing = sumMoney().addInput(subtract(sumMoney(), sumMoney().createAccumulator(), [usd(5)]), usd(7))
    const whole = sumMoney().mergeAccumulators(owing, accumulate(sumMoney(), [usd(5)]))
    expect(sumMoney().extractOutput(whole)).toEqual([{ currency: 'USD', amount: 7n }])
  })

  it.each([12.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '12', null, undefined])(
    'refuses the amount %s, which is not whole',
    (amount) => {
      const bad = { amount, currency: 'USD' } as Money<'USD'>
      for (const fn of [sumMoney(), sumMoneyIn('USD')]) {
        const add = fn.addInput as (accumulator: unknown, money: Money<'USD'>) => unknown
        expect(() => add(fn.createAccumulator(), bad)).toThrow(refused('MONEY_NOT_WHOLE'))
      }
      expect(() => requireMoney(bad)).toThrow(refused('MONEY_NOT_WHOLE'))
    },
  )

  it.each(['usd', 'US', 'USDT', '', 'US1', null, 840])(
    'refuses the currency %s, which is no ISO 4217 code',
    (currency) => {
      expect(() => combine(sumMoney(), [{ amount: 1, currency: currency as string }])).toThrow(refused('BAD_CURRENCY'))
      expect(() => sumMoneyIn(currency as string)).toThrow(refused('BAD_CURRENCY'))
      expect(() => requireMoney({ amount: 1, currency: currency as string })).toThrow(refused('BAD_CURRENCY'))
    },
  )

  it('says what is wrong with the amount, why, and what to do', () => {
    expect(() => combine(sumMoney(), [usd(12.5)])).toThrow(
      /the amount 12\.5 of "USD".*whole smallest units.*Give 1250 or 1250n for 12\.50/u,
    )
  })

  it('takes money of each element with sumMoneyOf', () => {
    const orders = [{ price: usd(3) }, { price: eur(4) }, { price: usd(5) }]
    expect(
      combine(
        sumMoneyOf((order: { price: Money }) => order.price),
        orders,
      ),
    ).toEqual([
      { currency: 'EUR', amount: 4n },
      { currency: 'USD', amount: 8n },
    ])
  })
})

describe('sumMoneyIn', () => {
  it('gives an amount of its currency, of nothing too', () => {
    expect(combine(sumMoneyIn('USD'), [usd(1000n), usd(99)])).toEqual({ currency: 'USD', amount: 1099n })
    expect(combine(sumMoneyIn('JPY'), [])).toEqual({ currency: 'JPY', amount: 0n })
  })

  // Mutation: packages/transforms/src/combiners/sum-money-in.ts: `if (money.currency !== currency) throw` → `if (false) throw`
  it('refuses money of another currency, where only the data tells', () => {
    const inDollars = sumMoneyInOf('USD', (money: Money) => money)
    expect(() => combine(inDollars, [usd(1), eur(1)])).toThrow(refused('MIXED_CURRENCIES'))
    expect(() => inDollars.mergeOutputs?.({ currency: 'EUR', amount: 1n } as never, combine(inDollars, []))).toThrow(
      refused('MIXED_CURRENCIES'),
    )
    expect(() => subtract(inDollars, 5n, [eur(1)])).toThrow(/was given "EUR" where it adds "USD"/u)
  })
})
