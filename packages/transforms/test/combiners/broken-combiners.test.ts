/**
 * What breaks the laws is found, and said in words that name the law, the way there and both results. The page shows the same.
 */
import type { CombineFn } from '@tidemark/core'
import { checkCombineFnLaws } from '@tidemark/core/testing'
import { firstBy, ratio, countIf, count, sumMoney, variance, type Money } from '@tidemark/transforms'
import { describe, expect, it } from 'vitest'

interface Visit {
  readonly page: string
  readonly at: number
}

const visits: readonly Visit[] = [
  { page: 'home', at: 2 },
  { page: 'tide', at: 7 },
  { page: 'mark', at: 2 },
]

describe('the law kit', () => {
  it('finds the variance by the usual formula, whose sums of doubles depend on order', () => {
    const naive: CombineFn<number, readonly [number, number, number], number> = {
      name: 'naive-variance',
      orderFree: true,
      createAccumulator: () => [0, 0, 0],
      addInput: ([n, total, squares], x) => [n + 1, total + x, squares + x * x],
      mergeAccumulators: ([n, total, squares], [m, t, s]) => [n + m, total + t, squares + s],
      extractOutput: ([n, total, squares]) => squares / n - (total / n) ** 2,
    }
    const values = [0.1, 0.2, 0.3, 0.4, 0.6]
    expect(checkCombineFnLaws(naive, values).join('\n')).toMatch(/^(order|grouping): .* give .*, not /u)
    expect(checkCombineFnLaws(variance({ of: 'population' }), values)).toEqual([])
  })

  it('finds Welford, which is stable but not the same in every order', () => {
    const welford: CombineFn<number, readonly [number, number, number], number> = {
      name: 'welford',
      orderFree: true,
      createAccumulator: () => [0, 0, 0],
      addInput([n, mean, m2], x) {
        const next = mean + (x - mean) / (n + 1)
        return [n + 1, next, m2 + (x - mean) * (x - next)]
      },
      mergeAccumulators([n, a, s], [m, b, t]) {
        if (n + m === 0) return [0, 0, 0]
        return [n + m, (n * a + m * b) / (n + m), s + t + ((b - a) ** 2 * n * m) / (n + m)]
      },
      extractOutput: ([n, , m2]) => m2 / n,
    }
    const broken = checkCombineFnLaws(welford, [0.1, 0.2, 0.4, 0.8])
    expect(broken.some((line) => line.startsWith('order: '))).toBe(true)
  })

  it('finds a first that is who came first', () => {
    const firstCome: CombineFn<Visit, Visit | null, Visit | null> = {
      name: 'first-come',
      orderFree: true,
      createAccumulator: () => null,
      addInput: (first, visit) => first ?? visit,
      mergeAccumulators: (first, other) => first ?? other,
      extractOutput: (first) => first,
    }
    expect(checkCombineFnLaws(firstCome, visits)[0]).toMatch(
      /^order: inputs .* give \{.*'mark'.*\}, not \{.*'home'.*\}$/u,
    )
    const byTimeAlone: CombineFn<Visit, Visit | null, Visit | null> = {
      ...firstCome,
      addInput: (first, visit) => (first !== null && first.at <= visit.at ? first : visit),
      mergeAccumulators: (first, other) => (other === null || (first !== null && first.at <= other.at) ? first : other),
    }
    expect(checkCombineFnLaws(byTimeAlone, visits).some((line) => line.startsWith('order: '))).toBe(true)
    expect(
      checkCombineFnLaws(
        firstBy((visit: Visit) => visit.at),
        visits,
      ),
    ).toEqual([])
  })

  it('finds a merge that takes cells out of its second argument, and one that keeps them', () => {
    const lawful = sumMoney()
    const money: readonly Money[] = [
      { amount: 5, currency: 'USD' },
      { amount: 7, currency: 'EUR' },
    ]
    const emptying: typeof lawful = {
      ...lawful,
      mergeAccumulators: (cells, others) => lawful.mergeAccumulators(cells, others.splice(0)),
    }
    const sharing: typeof lawful = {
      ...lawful,
      mergeAccumulators: (cells, others) =>
        cells.length === 0 ? [...others] : lawful.mergeAccumulators(cells, others),
    }
    expect(checkCombineFnLaws(emptying, money)).toContain('purity: mergeAccumulators changes its second argument')
    expect(checkCombineFnLaws(sharing, money)).toContain(
      'purity: the result of mergeAccumulators shares state with its second argument',
    )
    expect(checkCombineFnLaws(lawful, money)).toEqual([])
  })

  it('finds ratios that are averaged', () => {
    const share = ratio({ numerator: countIf((visit: Visit) => visit.at > 2), denominator: count() })
    const averaged: typeof share = {
      ...share,
      mergeOutputs: (a, b) => ({
        numerator: a.numerator + b.numerator,
        denominator: a.denominator + b.denominator,
        value: a.value === null ? b.value : (a.value + (b.value ?? a.value)) / 2,
      }),
    }
    expect(checkCombineFnLaws(averaged, visits).some((line) => line.startsWith('outputs: '))).toBe(true)
    expect(checkCombineFnLaws(share, visits)).toEqual([])
  })
})
