/**
 * sumDecimalMoney: money as decimal text, each currency apart.
 *
 * Where a source writes '12.345', as per-query prices and exchange houses do, there is no smallest unit to count in. Digits add as whole
 * numbers, a currency is a cell of its own, and a cell counts its inputs, for the reasons that sumMoney has.
 */
import { canonicalCoder, type Coder, type CombineFn } from '@tidemark/core'
import { addDecimal, formatDecimal, parseDecimal, type Decimal } from './decimal.ts'
import { requireCurrency } from './money.ts'
import { over } from './over.ts'

/** An amount of one currency in decimal text, such as `'12.345'`: as it comes in, and, in its one canonical form, as a total. */
export interface DecimalMoney<out C extends string = string> {
  readonly amount: string
  /** Its ISO 4217 code: three capital letters. */
  readonly currency: C
}

/** What is known of one currency; below zero where a partial takes back what another has. */
export interface DecimalMoneyCell {
  readonly currency: string
  count: number
  readonly amount: Decimal
}

const NAME = 'sum-decimal-money'

/**
 * Sums decimal money per currency: one total for each currency that occurs, sorted by code, with as many digits behind the point as it
 * needs. The sum of nothing is no total.
 *
 * **Contract** — Exact at any size. Trailing zeros say nothing. An amount that is no decimal text is an error (`BAD_DECIMAL`), numbers
 * too, and so is a currency that is not three capital letters (`BAD_CURRENCY`).
 *
 * **State** — one cell per currency.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = sumDecimalMoney()
 * const fees = [{ amount: '0.1', currency: 'USD' }, { amount: '0.20', currency: 'USD' }, { amount: '7', currency: 'JPY' }]
 * const cells = fees.reduce(addInput, createAccumulator())
 * extractOutput(cells) // => [{ currency: 'JPY', amount: '7' }, { currency: 'USD', amount: '0.3' }]
 * ```
 */
export function sumDecimalMoney<C extends string = string>(): CombineFn<
  DecimalMoney<C>,
  DecimalMoneyCell[],
  readonly DecimalMoney<C>[]
> {
  const take = (cells: DecimalMoneyCell[], { amount, currency }: DecimalMoney, sign: 1 | -1): DecimalMoneyCell[] =>
    add(cells, currency, sign, parseDecimal(amount, NAME), sign)
  return {
    name: NAME,
    orderFree: true,
    createAccumulator: () => [],
    addInput: (cells, money) => take(cells, money, 1),
    mergeAccumulators: (cells, others) =>
      others.reduce((into, { currency, count, amount }) => add(into, currency, count, amount, 1), cells),
    extractOutput: totals,
    subtractInput: (cells, money) => take(cells, money, -1),
    mergeOutputs: (a, b) => totals([...a, ...b].reduce((into: DecimalMoneyCell[], money) => take(into, money, 1), [])),
    accumulatorCoder: cellsCoder,
  }
}

/**
 * Sums decimal money of each element per currency, as {@link sumDecimalMoney} does.
 *
 * ```ts
 * const { createAccumulator, addInput, extractOutput } = sumDecimalMoneyOf((row: { fee: DecimalMoney }) => row.fee)
 * const cells = addInput(createAccumulator(), { fee: { amount: '0.50', currency: 'USD' } })
 * extractOutput(cells) // => [{ currency: 'USD', amount: '0.5' }]
 * ```
 */
export function sumDecimalMoneyOf<T, C extends string = string>(
  select: (element: T) => DecimalMoney<C>,
): CombineFn<T, DecimalMoneyCell[], readonly DecimalMoney<C>[]> {
  return over(select, sumDecimalMoney<C>())
}

function add(
  cells: DecimalMoneyCell[],
  currency: string,
  count: number,
  amount: Decimal,
  sign: 1 | -1,
): DecimalMoneyCell[] {
  let at = 0
  // There are few currencies, and cells in order are the same bytes whichever came first.
  while (at < cells.length && cells[at]!.currency < currency) at += 1
  if (cells[at]?.currency !== currency) {
    cells.splice(at, 0, { currency: requireCurrency(currency, NAME), count: 0, amount: { digits: 0n, scale: 0 } })
  }
  const cell = cells[at]!
  cell.count += count
  addDecimal(cell.amount, amount, BigInt(sign))
  // With a count of zero alone, something else may have been taken back than what is in this partial.
  if (cell.count === 0 && cell.amount.digits === 0n) cells.splice(at, 1)
  return cells
}

function totals<C extends string>(cells: readonly DecimalMoneyCell[]): readonly DecimalMoney<C>[] {
  return cells.flatMap(({ currency, count, amount }) =>
    count > 0 ? [{ currency: currency as C, amount: formatDecimal(amount) }] : [],
  )
}

type CellData = readonly [currency: string, count: number, amount: string]

/** Stores amounts as canonical text: equal sums are equal bytes, however they were reached. */
const cellsCoder: Coder<DecimalMoneyCell[]> = {
  id: 'decimal-money/1',
  encode: (cells) =>
    canonicalCoder<readonly CellData[]>().encode(
      cells.map(({ currency, count, amount }) => [currency, count, formatDecimal(amount)]),
    ),
  decode: (bytes) =>
    canonicalCoder<readonly CellData[]>()
      .decode(bytes)
      .map(([currency, count, amount]) => ({ currency, count, amount: parseDecimal(amount, 'a stored sum') })),
}
