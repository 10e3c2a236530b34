/**
 * sumMoney: money, each currency apart.
 *
 * Bigints add exactly, and a currency is a cell of its own: there is no way to a sum over several. A cell counts its inputs too, so
 * that a currency whose amounts cancel is still listed, and one whose inputs were all taken back is not.
 */
import type { CombineFn } from '@tidemark/core'
import { requireCurrency, wholeUnits, type Money, type MoneyTotal } from './money.ts'
import { over } from './over.ts'

/** What is known of one currency; below zero where a partial takes back what another has. */
export interface MoneyCell {
  readonly currency: string
  count: number
  amount: bigint
}

/**
 * Sums money per currency: one total for each currency that occurs, sorted by code. The sum of nothing is no total.
 *
 * **Contract** — Exact at any size. A total of zero is listed when its amounts cancel, and not when there were none. An amount that is
 * not whole is an error (`MONEY_NOT_WHOLE`), and so is a currency that is not three capital letters (`BAD_CURRENCY`).
 *
 * **State** — one cell per currency.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = sumMoney()
 * const paid = [{ amount: 1250, currency: 'USD' }, { amount: 999n, currency: 'EUR' }, { amount: -250, currency: 'USD' }]
 * const cells = paid.reduce(addInput, createAccumulator())
 * extractOutput(cells) // => [{ currency: 'EUR', amount: 999n }, { currency: 'USD', amount: 1000n }]
 * ```
 */
export function sumMoney<C extends string = string>(): CombineFn<Money<C>, MoneyCell[], readonly MoneyTotal<C>[]> {
  return {
    name: NAME,
    orderFree: true,
    createAccumulator: () => [],
    addInput: (cells, money) => add(cells, money.currency, 1, wholeUnits(money, NAME)),
    mergeAccumulators: (cells, others) =>
      others.reduce((into, { currency, count, amount }) => add(into, currency, count, amount), cells),
    extractOutput: totals,
    subtractInput: (cells, money) => add(cells, money.currency, -1, -wholeUnits(money, NAME)),
    mergeOutputs: (a, b) =>
      totals([...a, ...b].reduce((into: MoneyCell[], { currency, amount }) => add(into, currency, 1, amount), [])),
  }
}

/**
 * Sums money of each element per currency, as {@link sumMoney} does.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = sumMoneyOf((order: { price: Money }) => order.price)
 * const cells = addInput(createAccumulator(), { price: { amount: 1250, currency: 'USD' } })
 * extractOutput(cells) // => [{ currency: 'USD', amount: 1250n }]
 * ```
 */
export function sumMoneyOf<T, C extends string = string>(
  select: (element: T) => Money<C>,
): CombineFn<T, MoneyCell[], readonly MoneyTotal<C>[]> {
  return over(select, sumMoney<C>())
}

const NAME = 'sum-money'

function add(cells: MoneyCell[], currency: string, count: number, amount: bigint): MoneyCell[] {
  let at = 0
  // There are few currencies, and cells in order are the same bytes whichever came first.
  while (at < cells.length && (cells[at] as MoneyCell).currency < currency) at += 1
  const cell = cells[at]
  if (cell?.currency === currency) {
    cell.count += count
    cell.amount += amount
    // With a count of zero alone, something else may have been taken back than what is in this partial.
    if (cell.count === 0 && cell.amount === 0n) cells.splice(at, 1)
  } else {
    cells.splice(at, 0, { currency: requireCurrency(currency, NAME), count, amount })
  }
  return cells
}

function totals<C extends string>(cells: readonly MoneyCell[]): readonly MoneyTotal<C>[] {
  return cells.flatMap(({ currency, count, amount }) => (count > 0 ? [{ currency: currency as C, amount }] : []))
}
