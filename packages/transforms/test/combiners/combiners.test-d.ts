/**
 * What does not compile: sums over two currencies, money where numbers belong, and parts of a ratio that cannot be divided.
 */
import type { CombineFn, KV, PCollection, PTransform } from '@tidemark/core'
import {
  collect,
  count,
  countIf,
  firstBy,
  histogramOf,
  lastBy,
  max,
  ratio,
  standardDeviationOf,
  sumDecimalOf,
  sumMoney,
  sumMoneyIn,
  sumMoneyInOf,
  sumMoneyOf,
  sumOf,
  varianceOf,
  where,
  type Histogram,
  type Money,
  type MoneyTotal,
  type Ratio,
} from '@tidemark/transforms'
import { expectTypeOf } from 'vitest'

interface Sale {
  readonly id: string
  readonly at: number
  readonly paid: boolean
  readonly price: Money<'EUR' | 'USD'>
  readonly dollars: Money<'USD'>
  readonly any: Money
  readonly fee: string
}

declare const sales: PCollection<KV<string, Sale>>
declare const euros: PCollection<KV<string, { readonly currency: 'EUR'; readonly amount: bigint }>>
declare const either: PCollection<KV<string, Money<'EUR' | 'USD'>>>
declare const untold: PCollection<KV<string, Money>>
declare function combinePerKey<K, V, Acc, Out>(
  combineFn: CombineFn<V, Acc, Out>,
): PTransform<PCollection<KV<K, V>>, PCollection<KV<K, Out>>>

// The element comes from the collection, and the currency goes through to the output.
expectTypeOf(sales.pipe(combinePerKey(sumMoneyOf((sale) => sale.price)))).toEqualTypeOf<
  PCollection<KV<string, readonly MoneyTotal<'EUR' | 'USD'>[]>>
>()
expectTypeOf(sales.pipe(combinePerKey(sumMoneyInOf('USD', (sale) => sale.dollars)))).toEqualTypeOf<
  PCollection<KV<string, MoneyTotal<'USD'>>>
>()
expectTypeOf(euros.pipe(combinePerKey(sumMoneyIn('EUR')))).toEqualTypeOf<PCollection<KV<string, MoneyTotal<'EUR'>>>>()
expectTypeOf(either.pipe(combinePerKey(sumMoney()))).toEqualTypeOf<
  PCollection<KV<string, readonly MoneyTotal<'EUR' | 'USD'>[]>>
>()
expectTypeOf(sales.pipe(combinePerKey(firstBy((sale) => sale.at)))).toEqualTypeOf<
  PCollection<KV<string, Sale | null>>
>()
expectTypeOf(sales.pipe(combinePerKey(lastBy((sale) => sale.at)))).toEqualTypeOf<PCollection<KV<string, Sale | null>>>()
expectTypeOf(sales.pipe(combinePerKey(varianceOf((sale) => sale.at, { of: 'sample' })))).toEqualTypeOf<
  PCollection<KV<string, number>>
>()
expectTypeOf(sales.pipe(combinePerKey(histogramOf((sale) => sale.at, [0, 1])))).toEqualTypeOf<
  PCollection<KV<string, Histogram>>
>()
expectTypeOf(sales.pipe(combinePerKey(collect()))).toEqualTypeOf<PCollection<KV<string, readonly Sale[]>>>()
expectTypeOf(sales.pipe(combinePerKey(countIf((sale) => sale.paid)))).toEqualTypeOf<PCollection<KV<string, number>>>()
expectTypeOf(
  sales.pipe(
    combinePerKey(
      where(
        (sale) => sale.paid,
        sumMoneyOf((sale) => sale.price),
      ),
    ),
  ),
).toEqualTypeOf<PCollection<KV<string, readonly MoneyTotal<'EUR' | 'USD'>[]>>>()
expectTypeOf(
  sales.pipe(combinePerKey(ratio({ numerator: countIf((sale) => sale.paid), denominator: count() }))),
).toEqualTypeOf<PCollection<KV<string, Ratio<number, number>>>>()
expectTypeOf(
  sales.pipe(combinePerKey(ratio({ numerator: sumMoneyInOf('USD', (sale) => sale.dollars), denominator: count() }))),
).toEqualTypeOf<PCollection<KV<string, Ratio<MoneyTotal<'USD'>, number>>>>()
// A currency of type string is looked at for each element.
expectTypeOf(sales.pipe(combinePerKey(sumMoneyInOf('USD', (sale) => sale.any)))).toEqualTypeOf<
  PCollection<KV<string, MoneyTotal<'USD'>>>
>()

// @ts-expect-error euros are no dollars
euros.pipe(combinePerKey(sumMoneyIn('USD')))
// @ts-expect-error what may be euros is not all dollars
either.pipe(combinePerKey(sumMoneyIn('USD')))
// @ts-expect-error the type does not tell the currency: that is for sumMoneyInOf
untold.pipe(combinePerKey(sumMoneyIn('USD')))
// @ts-expect-error euros are no dollars
sumMoneyInOf('USD', (sale: Sale) => ({ currency: 'EUR', amount: BigInt(sale.at) }))
// @ts-expect-error what may be euros is not all dollars
sumMoneyInOf('USD', (sale: Sale) => sale.price)
// @ts-expect-error money is no number: its currency would be lost
sumOf((sale: Sale) => sale.price)
// @ts-expect-error decimal text is no amount of smallest units
sumMoneyOf((sale: Sale) => ({ currency: 'USD', amount: sale.fee }))
// @ts-expect-error a number may have lost digits: decimals are text
sumDecimalOf((sale: Sale) => sale.at)
// @ts-expect-error a population or a sample?
standardDeviationOf((sale: Sale) => sale.at, {})
// @ts-expect-error euros into dollars do not go
ratio({ numerator: sumMoneyIn('USD'), denominator: sumMoneyIn('EUR') })
// @ts-expect-error totals of several currencies are no quantity
ratio({ numerator: sumMoney(), denominator: count() })
// @ts-expect-error the largest of nothing is no quantity
ratio({ numerator: max(), denominator: count() })
ratio({
  numerator: sumMoneyInOf('USD', (of: Sale) => of.dollars),
  denominator: sumMoneyInOf('USD', (of: Sale) => of.any),
})
// @ts-expect-error the time of an element is a number
firstBy((sale: Sale) => sale.id)
