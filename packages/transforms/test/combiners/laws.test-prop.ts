/**
 * Every combiner of the door keeps the laws, on inputs made to break them; and the page says of each what it can do.
 */
import { compareBytes, encodeValue, type CombineFn } from '@tidemark/core'
import { checkCombineFnLaws } from '@tidemark/core/testing'
import {
  collect,
  combineAll,
  count,
  countDistinct,
  countDistinctOf,
  countIf,
  distinctValues,
  firstBy,
  histogram,
  histogramOf,
  lastBy,
  max,
  maxBy,
  maxOf,
  mean,
  meanDecimal,
  meanDecimalOf,
  meanOf,
  min,
  minBy,
  minOf,
  over,
  ratio,
  standardDeviation,
  standardDeviationOf,
  sum,
  sumBigInt,
  sumBigIntOf,
  sumDecimal,
  sumDecimalOf,
  sumDecimalMoney,
  sumDecimalMoneyOf,
  sumMoney,
  sumMoneyIn,
  sumMoneyInOf,
  sumMoneyOf,
  sumOf,
  top,
  variance,
  varianceOf,
  where,
  type Money,
} from '@tidemark/transforms'
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { anyDouble } from '../doubles.ts'
import { accumulate } from '../fold.ts'

interface Sale {
  readonly id: string
  readonly at: number
  readonly size: number
  readonly price: Money<'EUR' | 'USD'>
  readonly fee: string
}

const wholeUnits = fc.oneof(fc.integer({ min: -300, max: 300 }), fc.maxSafeInteger(), fc.bigInt())
const money = fc.record({ amount: wholeUnits, currency: fc.constantFrom('EUR', 'USD') })
const dollars = wholeUnits.map((amount) => ({ amount, currency: 'USD' as const }))
const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 12 }))
  .map(([digits, places]) => {
    const text = String(digits < 0n ? -digits : digits).padStart(places + 1, '0')
    const sign = digits < 0n ? '-' : ''
    return places === 0 ? sign + text : `${sign}${text.slice(0, -places)}.${text.slice(-places)}`
  })
const decimalMoney = fc.record({ amount: decimal, currency: fc.constantFrom('EUR', 'USD') })
const cents = fc.integer().map((units) => (units / 100).toFixed(2))
// Few ids and times, so that elements tie.
const sale: fc.Arbitrary<Sale> = fc.record({
  id: fc.constantFrom('a', 'b', 'c'),
  at: fc.integer({ min: 0, max: 3 }),
  size: anyDouble,
  price: money,
  fee: decimal,
})
const finiteKey = anyDouble.map((double) => (Number.isNaN(double) ? 0 : double))

interface Row {
  /** The exported function. */
  readonly name: string
  readonly title: string
  readonly subtracts: boolean
  readonly merges: boolean
  readonly keepsTheLaws: () => void
  readonly isStoredCanonically: () => void
}

function row<In, Acc, Out>(name: string, combineFn: CombineFn<In, Acc, Out>, input: fc.Arbitrary<In>): Row {
  return {
    name,
    title: `${name}: ${combineFn.name}`,
    subtracts: combineFn.subtractInput !== undefined,
    merges: combineFn.mergeOutputs !== undefined,
    keepsTheLaws() {
      fc.assert(
        fc.property(fc.array(input, { maxLength: 10 }), (inputs) => {
          expect(checkCombineFnLaws(combineFn, inputs)).toEqual([])
        }),
        { numRuns: 60, seed: 6001 },
      )
    },
    isStoredCanonically() {
      const store = combineFn.accumulatorCoder?.encode ?? encodeValue
      fc.assert(
        fc.property(fc.array(input, { maxLength: 20 }), (inputs) => {
          const sorted = inputs.toSorted((a, b) => compareBytes(encodeValue(a), encodeValue(b)))
          const halves = [inputs.slice(0, inputs.length >> 1), inputs.slice(inputs.length >> 1)] as const
          const merged = combineFn.mergeAccumulators(accumulate(combineFn, halves[1]), accumulate(combineFn, halves[0]))
          expect(store(accumulate(combineFn, sorted))).toEqual(store(accumulate(combineFn, inputs)))
          expect(store(merged)).toEqual(store(accumulate(combineFn, inputs)))
        }),
        { numRuns: 60, seed: 6002 },
      )
    },
  }
}

const ROWS: readonly Row[] = [
  row('collect', collect<unknown>(), fc.oneof(anyDouble, fc.constantFrom('a', 'b', 1n, null), sale)),
  row('combineAll', combineAll({ count: count(), first: firstBy((of: Sale) => of.at) }), sale),
  row('count', count(), sale),
  row('countDistinct', countDistinct(), finiteKey),
  row(
    'countDistinctOf',
    countDistinctOf((of: Sale) => of.id),
    sale,
  ),
  row(
    'countIf',
    countIf((of: Sale) => of.at > 1),
    sale,
  ),
  row('distinctValues', distinctValues(), finiteKey),
  row(
    'firstBy',
    firstBy((of: Sale) => of.at),
    sale,
  ),
  row('histogram', histogram([-1, 0, 0.1, 1e16]), anyDouble),
  row(
    'histogramOf',
    histogramOf((of: Sale) => of.at, [1, 2]),
    sale,
  ),
  row(
    'lastBy',
    lastBy((of: Sale) => BigInt(of.at)),
    sale,
  ),
  row('max', max(), anyDouble),
  row(
    'maxBy',
    maxBy((of: Sale) => of.at),
    sale,
  ),
  row(
    'maxOf',
    maxOf((of: Sale) => of.size),
    sale,
  ),
  row('mean', mean(), anyDouble),
  row('meanDecimal', meanDecimal({ scale: 2 }), decimal),
  row(
    'meanDecimalOf',
    meanDecimalOf((of: Sale) => of.fee, { scale: 0 }),
    sale,
  ),
  row(
    'meanOf',
    meanOf((of: Sale) => of.size),
    sale,
  ),
  row('min', min(), anyDouble),
  row(
    'minBy',
    minBy((of: Sale) => of.at),
    sale,
  ),
  row(
    'minOf',
    minOf((of: Sale) => of.size),
    sale,
  ),
  row(
    'over',
    over((of: Sale) => of.size, sum()),
    sale,
  ),
  row('ratio', ratio({ numerator: countIf((of: Sale) => of.at > 1), denominator: count() }), sale),
  row('standardDeviation', standardDeviation({ of: 'population' }), anyDouble),
  row(
    'standardDeviationOf',
    standardDeviationOf((of: Sale) => of.size, { of: 'sample' }),
    sale,
  ),
  row('sum', sum(), anyDouble),
  row('sumBigInt', sumBigInt(), fc.bigInt()),
  row(
    'sumBigIntOf',
    sumBigIntOf((of: Sale) => BigInt(of.at)),
    sale,
  ),
  row('sumDecimal', sumDecimal(), decimal),
  row('sumDecimal', sumDecimal({ scale: 2 }), cents),
  row(
    'sumDecimalOf',
    sumDecimalOf((of: Sale) => of.fee),
    sale,
  ),
  row('sumDecimalMoney', sumDecimalMoney(), decimalMoney),
  row(
    'sumDecimalMoneyOf',
    sumDecimalMoneyOf((of: Sale) => ({ amount: of.fee, currency: of.price.currency })),
    sale,
  ),
  row('sumMoney', sumMoney(), money),
  row('sumMoneyIn', sumMoneyIn('USD'), dollars),
  row(
    'sumMoneyInOf',
    sumMoneyInOf('EUR', (of: Sale) => ({ currency: 'EUR', amount: of.price.amount })),
    sale,
  ),
  row(
    'sumMoneyOf',
    sumMoneyOf((of: Sale) => of.price),
    sale,
  ),
  row(
    'sumOf',
    sumOf((of: Sale) => of.size),
    sale,
  ),
  row('top', top<number>(3), anyDouble),
  row('variance', variance({ of: 'sample' }), anyDouble),
  row(
    'varianceOf',
    varianceOf((of: Sale) => of.size, { of: 'population' }),
    sale,
  ),
  row(
    'where',
    where((of: Sale) => of.at > 1, collect<Sale>()),
    sale,
  ),
  row(
    'ratio',
    ratio({ numerator: sumOf((of: Sale) => of.size), denominator: countDistinctOf((of: Sale) => of.id) }),
    sale,
  ),
  row(
    'ratio',
    ratio({ numerator: sumMoneyInOf('USD', (of: Sale) => ({ ...of.price, currency: 'USD' })), denominator: count() }),
    sale,
  ),
]

/** What the door exports of the combiners' folder that makes a combiner. */
function combinersOfTheDoor(): readonly string[] {
  const door = readFileSync(new URL('../../src/index.ts', import.meta.url), 'utf8')
  const lists = [...door.matchAll(/export \{([^}]*)\} from '\.\/combiners\//gu)].map(([, list = '']) => list)
  const names = lists.flatMap((list) => list.split(',').map((name) => name.trim()))
  return names.filter((name) => name !== '' && !name.startsWith('type ') && name !== 'requireMoney')
}

/** The rows of the page's table: what it says of a combiner's subtraction and of merging its outputs. */
function rowsOfThePage(): ReadonlyMap<string, readonly [subtracts: string, merges: string]> {
  const page = readFileSync(new URL('../../../../docs/combiners.md', import.meta.url), 'utf8')
  const cells = page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
  return new Map(
    cells.flatMap(([, names = '', , , , subtracts = '', merges = '']) =>
      [...names.matchAll(/`(\w+)/gu)].map(([, name = '']) => [name, [subtracts, merges]] as const),
    ),
  )
}

describe('combiners', () => {
  it('are all in this table', () => {
    expect([...new Set(ROWS.map(({ name }) => name))].toSorted()).toEqual(combinersOfTheDoor().toSorted())
  })

  const titled = ROWS.map((of) => [of.title, of] as const)

  it.each(titled)('%s keeps the laws', (_, of) => {
    expect(of.keepsTheLaws).not.toThrow()
  })

  it.each(titled)('%s stores the same inputs as the same bytes', (_, of) => {
    expect(of.isStoredCanonically).not.toThrow()
  })

  it('are on the page, with what they can do', () => {
    const said = rowsOfThePage()
    // What these can do is what their parts can.
    const whatPartsDo = new Set(['combineAll', 'over', 'ratio', 'where'])
    for (const { name, subtracts, merges } of ROWS) {
      const can = (it: boolean): string => (it ? 'yes' : 'no')
      const expected = whatPartsDo.has(name) ? ['as parts', 'as parts'] : [can(subtracts), can(merges)]
      expect([name, ...(said.get(name) ?? [])]).toEqual([name, ...expected])
    }
  })
})
