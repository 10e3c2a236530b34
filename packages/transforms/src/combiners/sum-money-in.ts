/**
 * sumMoneyIn: money of one currency.
 *
 * The currency is said once and stands in the type of the input and of the output. Other currencies do not compile where the type
 * tells them, and stop the run where only the data does.
 */
import { type CombineFn } from '@tidemark/core'
import { mixedCurrencies, requireCurrency, wholeUnits, type Money, type MoneyTotal } from './money.ts'
import { over } from './over.ts'

/** Asks for nothing when money of currency G may be of currency C: G is C, or is no more than text; else for the impossible. */
export type OfCurrency<C extends string, G extends string> = string extends G
  ? unknown
  : [G] extends [C]
    ? unknown
    : { readonly currency: C }

/**
 * Sums money of one currency. The sum of nothing is an amount of 0n.
 *
 * **Contract** — Exact at any size. Money of another currency does not compile, and is an error at run time (`MIXED_CURRENCIES`); so is
 * an amount that is not whole (`MONEY_NOT_WHOLE`). Where the type of the currency is plain text, use {@link sumMoneyInOf}.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = sumMoneyIn('USD')
 * extractOutput(addInput(createAccumulator(), { amount: 1250, currency: 'USD' })) // => { currency: 'USD', amount: 1250n }
 * ```
 */
export function sumMoneyIn<C extends string>(currency: C): CombineFn<Money<C>, bigint, MoneyTotal<C>> {
  const name = `sum-money(${requireCurrency(currency, 'sumMoneyIn')})`
  const unitsOf = (money: Money): bigint => {
    if (money.currency !== currency) throw mixedCurrencies(name, money.currency, currency)
    return wholeUnits(money, name)
  }
  return {
    name,
    orderFree: true,
    createAccumulator: () => 0n,
    addInput: (units, money) => units + unitsOf(money),
    mergeAccumulators: (units, others) => units + others,
    extractOutput: (units) => ({ currency, amount: units }),
    subtractInput: (units, money) => units - unitsOf(money),
    mergeOutputs: (a, b) => ({ currency, amount: unitsOf(a) + unitsOf(b) }),
  }
}

/**
 * Sums money of each element, as {@link sumMoneyIn} does. What `select` returns may have a currency of type `string`: then it is
 * looked at for each element.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = sumMoneyInOf('USD', (order: { price: Money }) => order.price)
 * const units = addInput(createAccumulator(), { price: { amount: 1250, currency: 'USD' } })
 * extractOutput(units) // => { currency: 'USD', amount: 1250n }
 * ```
 */
export function sumMoneyInOf<T, C extends string, G extends string>(
  currency: C,
  select: (element: T) => Money<G> & OfCurrency<NoInfer<C>, NoInfer<G>>,
): CombineFn<T, bigint, MoneyTotal<C>> {
  return over<T, Money, bigint, MoneyTotal<C>>(select, sumMoneyIn(currency) as CombineFn<Money, bigint, MoneyTotal<C>>)
}
